import type { EventId, Instant, TicketId } from '../id.ts';
import type { DomainEvent, LoggedEvent } from './catalogue.ts';

/** Reading the log of events. */
export interface EventReads {
  /** Events with a larger cursor, in order. */
  list(filter: {
    readonly ticketId?: TicketId;
    readonly after?: number;
    readonly limit?: number;
  }): Promise<LoggedEvent[]>;
  /** Events that were not dispatched yet, in order. */
  unpublished(limit: number): Promise<LoggedEvent[]>;
  /** The newest cursor, 0 when there is none. */
  lastCursor(): Promise<number>;
}

/** Writing events, only inside the transaction of the state that they tell of. */
export interface Outbox extends EventReads {
  append(events: readonly DomainEvent[]): Promise<void>;
  markPublished(ids: readonly EventId[], at: Instant): Promise<void>;
}
