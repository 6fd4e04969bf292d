/** How a work leaves the merge queue: its row says so, and the execution that waits for it hears what comes next. */
import type { EntryState, MergeEntry } from '#core/merge/entry.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { type Desk, tell } from './desk.ts';

/** Ends the entry and answers its token. */
export async function leave(
  desk: Desk,
  ticket: Ticket,
  entry: MergeEntry,
  state: EntryState & { status: 'merged' | 'given-back' },
): Promise<void> {
  await tellLeft(desk, ticket, await desk.tx.merges.update({ ...entry, state }));
}

/** Tells the answer of an entry that has left; of one that still waits, nothing. */
export async function tellLeft(
  desk: Desk,
  ticket: Ticket,
  { taskId, key, token, state }: MergeEntry,
): Promise<void> {
  if (state.status === 'waiting' || state.status === 'withdrawn') return;
  const { next, why, error, cause, ...rest } =
    state.status === 'merged'
      ? ({ next: 'done', why: 'It was merged.', error: null, cause: null, with: null } as const)
      : state;
  const told = { taskId, key, next, why, with: rest.with, error, cause, token };
  await tell(desk, ticket, taskId, 'task.dequeued.v1', told);
}
