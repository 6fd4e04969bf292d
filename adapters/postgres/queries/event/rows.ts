import { z } from 'zod';
import { type LoggedEvent, parseEvent } from '#core/events/catalogue.ts';

/** The columns of an event under the names of its envelope. */
export const selected = `cursor, id, type, project_id as "projectId", ticket_id as "ticketId", subject,
  occurred_at as "occurredAt", actor, correlation_id as "correlationId", causation_id as "causationId", data`;

const place = z.object({ cursor: z.number() });

/** An event as it stands in the log. */
export function logged(row: Record<string, unknown>): LoggedEvent {
  return { ...parseEvent(row), cursor: place.parse(row).cursor };
}
