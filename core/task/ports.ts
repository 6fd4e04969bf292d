import type { TaskId, TicketId } from '../id.ts';
import type { Task, TaskKey } from './task.ts';

/** Reading tasks. */
export interface TaskReads {
  get(id: TaskId): Promise<Task | null>;
  byKey(ticketId: TicketId, key: TaskKey): Promise<Task | null>;
  /** All tasks of a ticket in order of their keys' numbers. */
  list(ticketId: TicketId): Promise<Task[]>;
}

/** Writing tasks. */
export interface TaskRows extends TaskReads {
  /** Throws `VersionConflict` when the ticket has a task of that key. */
  insert(task: Task): Promise<void>;
  /** Compare-and-set on `version`, as for tickets. */
  update(task: Task): Promise<Task>;
}
