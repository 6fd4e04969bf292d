import type { ExecutionRow, ExecutionStatus, TransitionRow } from '#adapters/postgres/queries/states/rows.ts';
import type { Json } from './json.ts';
import type { Phase } from './thread.ts';

/** What the interpreter promises to the host, and what it asks of it. */

/**
 * A function that Task states call by name. It may be called twice with the same payload (after a crash), so it is
 * idempotent. What it throws is the error of the task: the class name is `Error`, the message is `Cause`.
 */
export type StateFunction = (payload: Json) => Promise<unknown>;

export type Log = (level: 'info' | 'warn' | 'error', message: string, data: Record<string, unknown>) => void;

export interface Description extends ExecutionRow {
  /** Where it stands now: one entry a thread, none once it has ended. */
  threads: { id: string; state: string; phase: Phase['kind']; since: string }[];
}

/** `applied`: this call did it. `already`: the same was done before, nothing changed. */
export type Answer = 'applied' | 'already';

/**
 * Runs state machines durably. Every promise resolves after the commit; whatever happens to the process afterwards, the
 * next `recover()` goes on from there. One interpreter at a time may hold a database.
 */
export interface States {
  /**
   * Starts an execution. A name exists once, over all machines: the same machine and input give the existing execution,
   * running or ended, with `started: false`.
   * @throws UnknownMachine, InvalidExecutionName, InputTooLarge, ExecutionAlreadyExists (same name, other machine or input)
   */
  start(machine: string, name: string, input: Json): Promise<{ name: string; started: boolean }>;
  /**
   * Answers a task token with the task's result. May come before the function that was given the token has returned.
   * @throws UnknownTaskToken, TaskTokenClosed (timed out, stopped, retried), TaskTokenAnswered (another answer stands)
   */
  succeed(token: string, output: Json): Promise<Answer>;
  /** Fails the task of a token; Retry and Catch see `error`. Throws like `succeed`. */
  fail(token: string, error: string, cause: string): Promise<Answer>;
  /** Moves the heartbeat's deadline on. Nothing is written. Throws like `succeed`. */
  heartbeat(token: string): Promise<void>;
  /**
   * Aborts an execution and the executions it waits for. `already` when it has ended.
   * @throws UnknownExecution
   */
  stop(name: string, error: string, cause: string): Promise<Answer>;
  /** @throws UnknownExecution */
  describe(name: string): Promise<Description>;
  /**
   * Transitions, the oldest first; `after` is the last `seq` seen (default 0), `limit` at most 1,000 (default).
   * @throws UnknownExecution
   */
  history(name: string, page?: { after?: number; limit?: number }): Promise<TransitionRow[]>;
  /** The newest first; at most `limit` (default 100). */
  list(filter?: { status?: ExecutionStatus; limit?: number }): Promise<ExecutionRow[]>;
  /**
   * Takes up everything that runs in the database. Call once, before anything else. Plain invocations that were in flight
   * are made again, waiting tasks keep their token, deadlines keep their instants; only heartbeats begin anew, since the
   * time in which nobody could hear one says nothing of the worker.
   */
  recover(): Promise<{ resumed: number }>;
  /** Stops timers, lets commits under way end and makes no other. Running executions stay running in the database. */
  close(): Promise<void>;
}
