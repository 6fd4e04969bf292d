/**
 * What to start next: a pure function of the tasks, their declared writes and the limits.
 *
 * Order: longest remaining path first (by estimate), then priority, then key. Two tasks at work never have
 * overlapping `writes`; a task whose dependency failed is blocked and names it.
 */
import type { Task, TaskKey } from '../task/task.ts';

/** Whether two sets of globs may name a common path; errs on the side of yes. */
export type Overlap = (a: readonly string[], b: readonly string[]) => boolean;

/** What the scheduler wants done, in order. */
export interface Plan {
  /** Tasks whose dependencies are all done; they become `ready`. */
  readonly ready: readonly Task[];
  /** Tasks to block, each with the failed (or blocked) task that it stands behind. */
  readonly block: readonly { readonly task: Task; readonly by: TaskKey }[];
  /** Tasks to start now (among the ready ones). */
  readonly start: readonly Task[];
  /** Whether every task is settled once this plan is carried out. */
  readonly finished: boolean;
}

const atWork = (task: Task) => task.state.status === 'running' || task.state.status === 'verifying';

/** Minutes from the start of each task to the end of the longest chain that follows it. */
export function remainingPath(tasks: readonly Task[]): Map<TaskKey, number> {
  const dependents = new Map<TaskKey, Task[]>();
  for (const task of tasks) {
    for (const key of task.dependsOn) dependents.set(key, [...(dependents.get(key) ?? []), task]);
  }
  const length = new Map<TaskKey, number>();
  const visit = (task: Task, seen: ReadonlySet<TaskKey>): number => {
    const known = length.get(task.key);
    if (known !== undefined) return known;
    if (seen.has(task.key)) return 0;
    const after = (dependents.get(task.key) ?? []).map((next) => visit(next, new Set(seen).add(task.key)));
    const minutes = task.estimateMinutes + Math.max(0, ...after);
    length.set(task.key, minutes);
    return minutes;
  };
  for (const task of tasks) visit(task, new Set());
  return length;
}

function blockedBehind(tasks: readonly Task[]): Map<TaskKey, TaskKey> {
  const culprit = new Map<TaskKey, TaskKey>();
  for (const task of tasks) {
    if (task.state.status === 'failed' || task.state.status === 'cancelled') culprit.set(task.key, task.key);
  }
  for (let grew = true; grew; ) {
    grew = false;
    for (const task of tasks) {
      if (culprit.has(task.key) || atWork(task) || task.state.status === 'done') continue;
      const behind = task.dependsOn.find((key) => culprit.has(key));
      const by = behind === undefined ? undefined : culprit.get(behind);
      if (by === undefined) continue;
      culprit.set(task.key, by);
      grew = true;
    }
  }
  return culprit;
}

/** Decides what to make ready, block and start. Same input, same plan. */
export function schedule(
  tasks: readonly Task[],
  limits: { readonly parallel: number },
  overlap: Overlap,
): Plan {
  const done = new Set(tasks.filter((task) => task.state.status === 'done').map((task) => task.key));
  const culprit = blockedBehind(tasks);
  const waiting = tasks.filter((task) => ['pending', 'ready', 'blocked'].includes(task.state.status));
  const block = waiting.flatMap((task) => {
    const by = culprit.get(task.key);
    const already = task.state.status === 'blocked' && task.state.by === by;
    return by === undefined || already ? [] : [{ task, by }];
  });
  const free = waiting.filter(
    (task) => !culprit.has(task.key) && task.dependsOn.every((key) => done.has(key)),
  );
  const path = remainingPath(tasks);
  const order = [...free].sort(
    (a, b) =>
      (path.get(b.key) ?? 0) - (path.get(a.key) ?? 0) ||
      b.priority - a.priority ||
      Number(a.key.slice(1)) - Number(b.key.slice(1)),
  );
  const busy = tasks.filter(atWork);
  const start: Task[] = [];
  for (const task of order) {
    if (busy.length + start.length >= limits.parallel) break;
    if ([...busy, ...start].every((other) => !overlap(task.writes, other.writes))) start.push(task);
  }
  return {
    ready: free.filter((task) => task.state.status !== 'ready'),
    block,
    start,
    finished: busy.length === 0 && start.length === 0 && waiting.every((task) => culprit.has(task.key)),
  };
}
