/**
 * What to start next: a pure function of the tasks, their declared writes and the limits.
 *
 * Order: longest remaining path first (by estimate), then priority, then key. Two tasks at work never have
 * overlapping `writes`; a task whose dependency failed is blocked and names it.
 */
import { isAsked, type Task, type TaskKey, waitsFor } from '../task/task.ts';

/** Whether two sets of globs may name a common path; errs on the side of yes. */
export type Overlap = (a: readonly string[], b: readonly string[]) => boolean;

/** What the scheduler wants done, in order. */
export interface Plan {
  /** Tasks whose dependencies are all done; they become `ready`. */
  readonly ready: readonly Task[];
  /** Tasks to block, each with the failed (or blocked) task that it stands behind. */
  readonly block: readonly { readonly task: Task; readonly by: TaskKey }[];
  /** Tasks that may start now (among the ready ones), the most urgent first; limits beyond the ticket are share.ts's. */
  readonly start: readonly Task[];
  /** Whether every task is settled once this plan is carried out. */
  readonly finished: boolean;
}

const isBuilt = (task: Pick<Task, 'state'>): boolean =>
  task.state.status === 'running' && waitsFor(task) === null;
const isQueued = ({ state }: Pick<Task, 'state'>): boolean => state.status === 'verifying';

/** Whether others must keep off what the task writes. One that waits for another in the middle of its work writes nothing. */
export const isAtWork = (task: Pick<Task, 'state'>): boolean => isBuilt(task) || isQueued(task);

/**
 * Slots that a ticket's tasks hold. A slot is a sandbox: each task that is built has one, and all whose work waits to be
 * merged have one together, since the queue checks them in one sandbox at a time. It is held from the moment when the
 * first of them comes, so that no task is started in the place of a check that is about to begin. One that a person is
 * asked about holds none: no check begins before the answer, and as with a run that waits for a person, the limit may be
 * passed by one when it goes on.
 */
export function slotsHeld(tasks: readonly Pick<Task, 'state'>[]): number {
  return tasks.filter(isBuilt).length + Number(tasks.some((task) => isQueued(task) && !isAsked(task)));
}

function dependentsOf(tasks: readonly Task[]): Map<TaskKey, Task[]> {
  const dependents = new Map<TaskKey, Task[]>();
  for (const task of tasks) {
    for (const key of task.dependsOn) {
      const known = dependents.get(key);
      if (known) known.push(task);
      else dependents.set(key, [task]);
    }
  }
  return dependents;
}

/** Minutes from the start of each task to the end of the longest chain that follows it; in a cycle, of a part of it. */
export function remainingPath(tasks: readonly Task[]): Map<TaskKey, number> {
  const dependents = dependentsOf(tasks);
  const length = new Map<TaskKey, number>();
  const entered = new Set<TaskKey>();
  // A stack of our own: chains are as long as the plan, and each task is looked at once on the way in, once on the way out.
  const stack = [...tasks];
  for (let task = stack.at(-1); task; task = stack.at(-1)) {
    const after = dependents.get(task.key) ?? [];
    if (!entered.has(task.key)) {
      entered.add(task.key);
      for (const next of after) if (!entered.has(next.key)) stack.push(next);
      continue;
    }
    stack.pop();
    if (length.has(task.key)) continue;
    const longest = after.reduce((most, { key }) => Math.max(most, length.get(key) ?? 0), 0);
    length.set(task.key, task.estimateMinutes + longest);
  }
  return length;
}

/** For each task that cannot be reached any more, the failed one that it stands behind (itself, when it failed). */
function blockedBehind(tasks: readonly Task[]): Map<TaskKey, TaskKey> {
  const culprit = new Map<TaskKey, TaskKey>();
  const queue = tasks.filter(({ state }) => state.status === 'failed' || state.status === 'cancelled');
  if (queue.length === 0) return culprit;
  const dependents = dependentsOf(tasks);
  for (const { key } of queue) culprit.set(key, key);
  for (const { key } of queue) {
    for (const next of dependents.get(key) ?? []) {
      if (culprit.has(next.key) || isAtWork(next) || next.state.status === 'done') continue;
      culprit.set(next.key, culprit.get(key) ?? key);
      // The loop goes on over what is added to the list that it walks.
      queue.push(next);
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
  const busy = tasks.filter(isAtWork);
  const held = slotsHeld(tasks);
  const start: Task[] = [];
  for (const { task } of inOrder(free, remainingPath(tasks))) {
    if (held + start.length >= limits.parallel) break;
    if ([...busy, ...start].every((other) => !overlap(task.writes, other.writes))) start.push(task);
  }
  const halted = tasks.some((task) => waitsFor(task) !== null);
  const finished = busy.length === 0 && free.length === 0 && !halted;
  return {
    ready: free.filter((task) => task.state.status !== 'ready'),
    block: finished ? [...block, ...unreachable(waiting, culprit, done)] : block,
    start,
    finished,
  };
}

/** The longest remaining path first, then priority, then the key's number; each is looked up once, not in each comparison. */
function inOrder(free: readonly Task[], path: ReadonlyMap<TaskKey, number>) {
  return free
    .map((task) => ({ task, left: path.get(task.key) ?? 0, number: Number(task.key.slice(1)) }))
    .sort((a, b) => b.left - a.left || b.task.priority - a.task.priority || a.number - b.number);
}

/** What is left when nothing can start any more: tasks in a cycle or behind one that does not exist. */
function unreachable(
  waiting: readonly Task[],
  culprit: ReadonlyMap<TaskKey, TaskKey>,
  done: ReadonlySet<TaskKey>,
): { readonly task: Task; readonly by: TaskKey }[] {
  return waiting.flatMap((task) => {
    const by = culprit.has(task.key) ? undefined : task.dependsOn.find((key) => !done.has(key));
    const already = task.state.status === 'blocked' && task.state.by === by;
    return by === undefined || already ? [] : [{ task, by }];
  });
}
