import { z } from 'zod';

/**
 * The rows of the interpreter's tables as they leave the adapter. JSON columns come back parsed; instants as ISO strings,
 * whether the driver gives a Date or a string.
 */

const instant = z.union([z.date(), z.string()]).transform((value) => new Date(value).toISOString());

/** How an execution stands, by the names of Step Functions. */
export const executionStatus = z.enum(['running', 'succeeded', 'failed', 'timed-out', 'aborted']);
export type ExecutionStatus = z.infer<typeof executionStatus>;

/** An execution as it is stored. */
export const executionRow = z.object({
  name: z.string(),
  machine: z.string(),
  status: executionStatus,
  input: z.json(),
  output: z.json(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
  parentExecution: z.string().nullable(),
  parentThread: z.string().nullable(),
  startedAt: instant,
  endedAt: instant.nullable(),
});
export type ExecutionRow = z.infer<typeof executionRow>;

/** The columns of an execution under the names of the row. */
export const executionColumns = `name, machine, status, input, output, error, cause,
  parent_execution as "parentExecution", parent_thread as "parentThread",
  started_at as "startedAt", ended_at as "endedAt"`;

/** One place where an execution stands. */
export const threadRow = z.object({
  execution: z.string(),
  id: z.string(),
  version: z.number(),
  state: z.string(),
  phase: z.enum(['active', 'forked', 'done', 'broken']),
  /** The interpreter's own; it parses it. */
  body: z.unknown(),
});
export type ThreadRow = z.infer<typeof threadRow>;

/** One transition of the history. */
export const transitionRow = z.object({
  seq: z.number(),
  thread: z.string(),
  state: z.string(),
  kind: z.enum(['succeeded', 'caught', 'retried', 'failed']),
  next: z.string().nullable(),
  enteredAt: instant,
  at: instant,
  input: z.json(),
  output: z.json(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
});
export type TransitionRow = z.infer<typeof transitionRow>;

/** A task token and how it was answered. */
export const tokenRow = z.object({
  token: z.string(),
  execution: z.string(),
  thread: z.string(),
  closedAt: instant.nullable(),
  answer: z.string().nullable(),
});
export type TokenRow = z.infer<typeof tokenRow>;
