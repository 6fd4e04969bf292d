/** What merged work changed outside the paths that its task was to write. */
import { overlap } from '../graph/overlap.ts';
import type { Task, TaskKey } from '../task/task.ts';
import type { MergeEntry } from './entry.ts';

/**
 * The paths of each task in their order; a task without any is left out. `added` are files that others put into its
 * commit: the tests of its verifier. What brings the default branch in belongs to nobody's plan.
 */
export function strayed(
  entries: readonly MergeEntry[],
  tasks: readonly Pick<Task, 'id' | 'key' | 'writes'>[],
  added: ReadonlyMap<TaskKey, readonly string[]>,
): ReadonlyMap<TaskKey, string[]> {
  const found = new Map<TaskKey, string[]>();
  for (const { taskId, merge, state } of entries) {
    const task = tasks.find(({ id }) => id === taskId);
    if (task === undefined || merge.joins || state.status !== 'merged') continue;
    const known = added.get(task.key) ?? [];
    const paths = state.changed.filter((path) => !known.includes(path) && !overlap(task.writes, [path]));
    if (paths.length > 0) found.set(task.key, [...new Set([...(found.get(task.key) ?? []), ...paths])]);
  }
  return found;
}
