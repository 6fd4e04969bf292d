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
    const paths = state.changed.filter(
      (path) =>
        !known.includes(path) && !overlap(task.writes, [path]) && !followsManifest(path, state.changed),
    );
    if (paths.length > 0) found.set(task.key, [...new Set([...(found.get(task.key) ?? []), ...paths])]);
  }
  return found;
}

/** A lock file whose manifest was changed in its folder or below it (a workspace): nobody writes it by hand. */
export function followsManifest(path: string, changed: readonly string[]): boolean {
  const [folder, name] = [path.slice(0, path.lastIndexOf('/') + 1), path.slice(path.lastIndexOf('/') + 1)];
  const manifest = lockedBy[name];
  return (
    manifest !== undefined && changed.some((other) => other.startsWith(folder) && other.endsWith(manifest))
  );
}

/** Lock files with what they are made from. */
const lockedBy: Readonly<Record<string, string>> = {
  'Cargo.lock': 'Cargo.toml',
  'go.sum': 'go.mod',
  'package-lock.json': 'package.json',
  'npm-shrinkwrap.json': 'package.json',
  'yarn.lock': 'package.json',
  'pnpm-lock.yaml': 'package.json',
  'bun.lock': 'package.json',
  'poetry.lock': 'pyproject.toml',
  'uv.lock': 'pyproject.toml',
  'Pipfile.lock': 'Pipfile',
};
