/** How the CLI ends: exit codes, and the errors that are told as one sentence. */

import { startLine } from './paste.ts';

export const exitCode = {
  ok: 0,
  /** Something stands in the way: no host, a taken port, a folder in use. */
  trouble: 1,
  usage: 2,
  failed: 3,
  waiting: 4,
  /** 128 + SIGINT, as shells count. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** An end that a person can do something about; `message` says what happened and what to do. */
export abstract class Told extends Error {
  abstract readonly exit: ExitCode;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What was typed, or is configured, makes no sense. */
export class BadUsage extends Told {
  readonly exit = exitCode.usage;
}

/** Nobody answers at the address. */
export class NoHost extends Told {
  readonly exit = exitCode.trouble;

  constructor(url: string, cause: unknown) {
    const start = startLine(url);
    super(`No host is running at ${url}${start === null ? '.' : `; start one with \`${start}\`.`}`, {
      cause,
    });
  }
}

/** Somebody answers at the address, but not with what a host of this version says. */
export class StrangeAnswer extends Told {
  readonly exit = exitCode.trouble;
}

/** The host refused; `message` is its own sentence. */
export class Refused extends Told {
  readonly exit: ExitCode;
  readonly status: number;
  readonly code: string;

  constructor(message: string, status: number, code: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.exit = code === 'invalid-input' ? exitCode.usage : exitCode.trouble;
  }
}

/** This machine cannot host: the port is taken, a file is missing. */
export class CannotHost extends Told {
  readonly exit = exitCode.trouble;
}

/** No gate waits for this decision, or another version of the document than the one that was read. */
export class NothingToDecide extends Told {
  readonly exit = exitCode.trouble;
}
