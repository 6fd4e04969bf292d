/** Everything outside that the CLI touches, as arguments: the terminal, the clock, signals, and the host it may open. */
import type { HostConfig } from '#local/config.ts';
import type { Env } from './env.ts';

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** The size now; it changes when the window does. */
  size(): { readonly columns: number; readonly rows: number };
}

export interface Input {
  readonly isTerminal: boolean;
  /** Asks one line; rejects with an `AbortError` when the signal fires. */
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** Everything that is piped in. */
  readAll(): Promise<string>;
}

export type LogLevel = 'info' | 'warn' | 'error';
export type HostLog = (level: LogLevel, message: string, data?: Readonly<Record<string, unknown>>) => void;

/** A host in this process. */
export interface Host {
  readonly url: string;
  close(): Promise<void>;
}

export interface World {
  readonly env: Env;
  readonly cwd: string;
  readonly version: string;
  /** Where the build lies. */
  readonly distDir: string;
  /** Who sits here; written into decisions. */
  readonly person: string;
  readonly out: Output;
  readonly err: Output;
  readonly input: Input;
  readonly now: () => number;
  readonly openHost: (config: HostConfig, log: HostLog) => Promise<Host>;
  /** Calls back on Ctrl-C and on a polite kill, each time; returns how to stop listening. */
  readonly onInterrupt: (fn: () => void) => () => void;
  /** Ends at once, without closing anything. */
  readonly die: (code: number) => void;
}
