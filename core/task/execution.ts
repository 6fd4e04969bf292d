import type { Task } from './task.ts';

/** The name of the execution that a start of the task gets; the generation makes it one that was never used. */
export function taskExecution(task: Pick<Task, 'id' | 'generation'>): string {
  return `task-${task.id}-${task.generation}`;
}
