import type { EventId, Instant, TaskId, TicketId } from '../id.ts';
import type { Task, TaskKey } from './task.ts';

/** Reading tasks. */
export interface TaskReads {
  get(id: TaskId): Promise<Task | null>;
  byKey(ticketId: TicketId, key: TaskKey): Promise<Task | null>;
  /** All tasks of a ticket in order of their keys' numbers. */
  list(ticketId: TicketId): Promise<Task[]>;
}

/** A task that may start as far as its ticket goes, with how many slots of the ticket are ahead of it (graph/share.ts). */
export interface OfferedTask {
  readonly id: TaskId;
  readonly ahead: number;
}

/** Asking for slots. */
export interface SlotClaim {
  /** Most slots held at once in the whole installation (graph/schedule.ts). */
  readonly account: number;
  readonly at: Instant;
  /** What has waited since before goes first. */
  readonly overdue: Instant;
  /** For the events; at most as many tasks are started. */
  readonly eventIds: readonly EventId[];
}

/** Writing tasks. */
export interface TaskRows extends TaskReads {
  /** Throws `VersionConflict` when the ticket has a task of that key. */
  insert(task: Task): Promise<void>;
  /** Compare-and-set on `version`, as for tickets. */
  /** Withdraws its offer, too: whoever changes a ready task rings the scheduler. */
  update(task: Task): Promise<Task>;
  /** Until the transaction ends nobody else looks at the ticket's graph, and nothing of it is claimed. Call it before reading. */
  hold(ticketId: TicketId): Promise<void>;
  /** Makes exactly these ready tasks of the ticket the ones that can be claimed. What waited before keeps its age. */
  offer(ticketId: TicketId, offered: readonly OfferedTask[], at: Instant): Promise<void>;
}
