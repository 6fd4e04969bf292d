/** A work's place in its ticket's merge queue, as it is stored. */
import { z } from 'zod';
import { Instant, RunId, Sha, TaskId, TicketId } from '../id.ts';
import { TaskKey } from '../task/task.ts';
import { CheckWork } from '../verify/check.ts';

/** What the task's execution does when its work has left the queue. */
export const Next = z.enum(['done', 'again', 'integrate', 'ask', 'fail']);
export type Next = z.infer<typeof Next>;

/** Where an entry stands; the last three are final. */
export const EntryState = z.discriminatedUnion('status', [
  z.object({ status: z.literal('waiting') }),
  z.object({
    status: z.literal('merged'),
    onto: Sha,
    commit: Sha,
    /** Paths that it changed. */
    changed: z.array(z.string()).max(10_000),
    at: Instant,
  }),
  z.object({
    status: z.literal('given-back'),
    next: Next,
    /** In one line, for people. */
    why: z.string().max(500),
    /** The task that it does not go together with, where that is why. */
    with: TaskKey.nullable(),
    error: z.string().nullable(),
    cause: z.string().nullable(),
    at: Instant,
  }),
  /** Its task was stopped, or began anew. */
  z.object({ status: z.literal('withdrawn'), at: Instant }),
]);
export type EntryState = z.infer<typeof EntryState>;

/** One work in the queue: what a run handed in. A later round of the same task is another entry, at the end. */
export const MergeEntry = z.object({
  /** The run that handed the work in. */
  runId: RunId,
  ticketId: TicketId,
  taskId: TaskId,
  key: TaskKey,
  /** Of the task, when it was enqueued. */
  generation: z.number().int().positive(),
  /** Its order: 1, 2, … within the ticket. */
  place: z.number().int().positive(),
  /** The head that its author began from. */
  base: Sha,
  merge: CheckWork.shape.merge,
  /** The workflow token that waits for it to leave. Never shown. */
  token: z.string(),
  state: EntryState,
  since: Instant,
  version: z.number().int().nonnegative(),
});
export type MergeEntry = z.infer<typeof MergeEntry>;
