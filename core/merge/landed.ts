/** What of a task is on its ticket's branch. */
import type { Sha, TaskId } from '../id.ts';
import type { MergeEntry } from './entry.ts';

/**
 * The newest commit that the task's work became, also before it began anew; null where nothing of it was merged. `entries`:
 * the ticket's, in their order.
 */
export function mergedBefore(entries: readonly MergeEntry[], task: TaskId): Sha | null {
  const merged = entries.flatMap(({ taskId, state }) =>
    taskId === task && state.status === 'merged' ? [state] : [],
  );
  // One that changed nothing says where the branch stood, and nothing of the task.
  return merged.findLast(({ changed }) => changed.length > 0)?.commit ?? null;
}
