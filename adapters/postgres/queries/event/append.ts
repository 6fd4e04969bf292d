import type { DomainEvent } from '#core/events/catalogue.ts';
import type { Sql } from '../../client.ts';

/** Appends in this order. Take the log's lock first (lock.ts). */
export async function appendEvents(sql: Sql, events: readonly DomainEvent[]): Promise<void> {
  await sql.query(
    `insert into events
       (id, type, project_id, ticket_id, subject, occurred_at, actor, correlation_id, causation_id, data)
     select id, type, project_id, ticket_id, subject, occurred_at::timestamptz, actor, correlation_id,
       causation_id, data::json
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::text[]) with ordinality as given
       (id, type, project_id, ticket_id, subject, occurred_at, actor, correlation_id, causation_id, data, place)
     order by place`,
    [
      events.map((event) => event.id),
      events.map((event) => event.type),
      events.map((event) => event.projectId),
      events.map((event) => event.ticketId),
      events.map((event) => event.subject),
      events.map((event) => event.occurredAt),
      events.map((event) => event.actor),
      events.map((event) => event.correlationId),
      events.map((event) => event.causationId),
      events.map((event) => JSON.stringify(event.data)),
    ],
  );
}
