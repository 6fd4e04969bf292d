import type { Task } from './task.ts';

/** The name of the execution that a start of the task gets; the generation makes it one that was never used. */
export function taskExecution(task: Pick<Task, 'id' | 'generation'>): string {
  return `task-${task.id}-${task.generation}`;
}

/** Whether an execution works on the task, also where that waits for something; on one that waits for its turn, none does. */
export function hasExecution({ state }: Pick<Task, 'state'>): boolean {
  return state.status === 'running' || state.status === 'verifying';
}

/** Whether this execution is the one that works on the task. */
export function isWorkedOnBy(task: Pick<Task, 'id' | 'generation' | 'state'>, execution: string): boolean {
  return hasExecution(task) && execution === taskExecution(task);
}
