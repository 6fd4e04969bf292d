/** From the task of an approved plan to the row that is scheduled and built. */
import type { Instant } from '../id.ts';
import { type Task, TaskKey } from './task.ts';

/** What a plan's task, or one that came later, says of itself. */
export interface Planned extends Pick<Task, 'title' | 'goal' | 'estimateMinutes' | 'priority' | 'doneWhen'> {
  readonly key: string;
  readonly dependsOn: readonly string[];
  readonly criteria: readonly string[];
  readonly writes: readonly string[];
}

/** The number of the next task's key: behind the highest, so that a key is never given twice. */
export function nextNumber(tasks: readonly { readonly key: string }[]): number {
  return Math.max(0, ...tasks.map(({ key }) => Number(key.slice(1)))) + 1;
}

/** A row that waits for its turn; `origin` is `plan`, `revision`, or the discovery that it came from. */
export function newTask(
  task: Planned,
  { id, ticketId, origin, at }: Pick<Task, 'id' | 'ticketId' | 'origin'> & { readonly at: Instant },
): Task {
  const { title, goal, criteria, writes, estimateMinutes, priority, doneWhen } = task;
  return {
    ...{
      id,
      ticketId,
      origin,
      title,
      criteria: [...criteria],
      writes: [...writes],
      estimateMinutes,
      priority,
    },
    key: TaskKey.parse(task.key),
    // The row's column is shorter than what a document may hold.
    goal: goal.slice(0, 8000),
    doneWhen: doneWhen.slice(0, 4000),
    dependsOn: task.dependsOn.map((key) => TaskKey.parse(key)),
    state: { status: 'pending' },
    generation: 0,
    round: 0,
    feedback: null,
    version: 0,
    createdAt: at,
  };
}
