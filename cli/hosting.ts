/** A host in this process, for `start`, `run` and `demo`; the CLI talks to it over HTTP like any client. */

import { DomainError } from '#core/errors.ts';
import type { HostConfig } from '#local/config.ts';
import { CannotHost } from './exit.ts';
import type { Host, HostLog, LogLevel, World } from './world.ts';

/** Opens a host. Throws `CannotHost` with the reason as a sentence. */
export async function openHere(world: World, config: HostConfig, log: HostLog): Promise<Host> {
  try {
    return await world.openHost(config, log);
  } catch (cause) {
    const sentence = reasonOf(cause, config);
    if (sentence === undefined) throw cause;
    throw new CannotHost(sentence, { cause });
  }
}

/** What the system says by code, in words. */
const systemReasons: Readonly<Record<string, (config: HostConfig) => string>> = {
  EADDRINUSE: ({ port }) =>
    `Port ${port} is taken by another program. Choose another one with --port, or 0 for any that is free.`,
  EACCES: ({ dataDir, port }) => `This user may not use ${dataDir} or port ${port}.`,
  EPERM: ({ dataDir }) => `This user may not use ${dataDir}.`,
  ENOSPC: ({ dataDir }) => `The disk that holds ${dataDir} is full.`,
  EROFS: ({ dataDir }) => `${dataDir} is on a disk that cannot be written.`,
  ENOENT: ({ dataDir }) => `${dataDir} cannot be made. Choose another folder with --data.`,
  ENOTDIR: ({ dataDir }) => `${dataDir} is not a folder.`,
  EEXIST: ({ dataDir }) => `${dataDir} is not a folder.`,
};

function reasonOf(error: unknown, config: HostConfig): string | undefined {
  if (error instanceof DomainError) return error.message;
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return systemReasons[String(error.code)]?.(config);
}

/** Warnings and errors of the host, everything with `--verbose`. */
export function logTo(print: (line: string) => void, verbose: boolean | undefined): HostLog {
  const hidden: ReadonlySet<LogLevel> = new Set(verbose ? [] : ['info']);
  return (level, message, data) => {
    if (!hidden.has(level)) print(`${level}: ${message}${data ? ` ${JSON.stringify(data)}` : ''}`);
  };
}

/**
 * Runs something that Ctrl-C ends: the first one asks politely, by the signal; the second one ends at once. What was
 * not finished then is taken up again at the next start.
 */
export async function interruptible<T>(world: World, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const asked = new AbortController();
  const off = world.onInterrupt(() => {
    if (asked.signal.aborted) world.die(130);
    asked.abort();
  });
  try {
    return await work(asked.signal);
  } finally {
    off();
  }
}
