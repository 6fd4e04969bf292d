/** What of a task is on its ticket's branch. */
import type { Sha, TaskId } from '../id.ts';
import type { MergeEntry } from './entry.ts';

/**
 * The newest commit that the task's work became, also before it began anew; null where nothing of it was merged. `entries`:
 * the ticket's, in their order.
 */
export const mergedBefore = (entries: readonly MergeEntry[], task: TaskId): Sha | null =>
  mergedIn(entries, task).at(-1) ?? null;

/** All commits that the task's work became, oldest first. */
export function mergedIn(entries: readonly MergeEntry[], task: TaskId): Sha[] {
  return entries.flatMap(({ taskId, state }) => {
    if (taskId !== task || state.status !== 'merged') return [];
    // One that changed nothing says where the branch stood, and nothing of the task.
    return state.changed.length > 0 ? [state.commit] : [];
  });
}
