/** Entries of the merge queue whose work is on the branch. */
import type { MergeEntry } from '#core/merge/entry.ts';
import { idOf, minute, sha } from '../rows.ts';

/** A work as it was merged: its task, what is below it, its commit, what it changed. */
export function merged(
  task: number,
  onto: string,
  commit: string,
  changed: string[],
  upstream?: string,
): MergeEntry {
  return {
    ...{ runId: idOf('run', task), ticketId: idOf('ticket'), taskId: idOf('task', task), key: `T${task}` },
    ...{ generation: 1, place: task, base: sha('0'), token: '', since: minute(0), version: 0 },
    merge: {
      ...{ tip: sha('9'), bundle: 'b', message: '', authorName: '', authorEmail: '', date: '' },
      ...(upstream !== undefined && { joins: { commit: sha(upstream), bundle: 'u' } }),
    },
    state: { status: 'merged', onto: sha(onto), commit: sha(commit), changed, at: minute(1) },
  };
}
