/** Making an event: its data is checked against the catalogue before it can be written. */
import type { Instant, NewId, ProjectId, TicketId } from '../id.ts';
import { type DomainEvent, type EventData, type EventType, parseEvent } from './catalogue.ts';

/** What the events of one act have in common. `cause` is the event or request that led to it, where there is one. */
export interface Telling {
  readonly newId: NewId;
  readonly projectId: ProjectId;
  readonly ticketId: TicketId | null;
  readonly actor: string;
  readonly at: Instant;
  readonly cause?: string | null;
}

/** One event about `subject` (the id of what it happened to). Events of a ticket correlate by the ticket's id. */
export function eventOf<T extends EventType>(
  telling: Telling,
  subject: string,
  type: T,
  data: EventData<T>,
): DomainEvent {
  const { newId, projectId, ticketId, actor, at, cause } = telling;
  return parseEvent({
    id: newId('event'),
    type,
    projectId,
    ticketId,
    subject,
    occurredAt: at,
    actor,
    correlationId: ticketId ?? projectId,
    causationId: cause ?? null,
    data,
  });
}
