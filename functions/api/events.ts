import { type LoggedEvent, publicEvent } from '#core/events/catalogue.ts';
import { networkObstacles } from '#core/project/networks.ts';
import { findTicket } from './find.ts';
import type { Handlers } from './request.ts';

/** An event as it leaves the platform: without tokens. The WebSocket sends the same. */
export function eventView(event: LoggedEvent) {
  const { cursor, id, type, projectId, ticketId, subject, occurredAt, actor, data } = publicEvent(event);
  return { cursor, id, type, projectId, ticketId, subject, occurredAt, actor, data };
}

export const eventHandlers: Handlers<'listEvents' | 'getWorkflow' | 'health'> = {
  async listEvents({ query }, { store }) {
    const limit = query.limit ?? 100;
    const ticket = query.ticket ? await findTicket(store.view, query.ticket) : null;
    const events = await store.view.outbox.list({
      after: query.after ?? 0,
      limit,
      ...(ticket ? { ticketId: ticket.id } : {}),
    });
    const last = events.at(-1);
    return {
      items: events.map(eventView),
      next: last && events.length === limit ? String(last.cursor) : null,
    };
  },

  async getWorkflow({ params }, { store, transitions }) {
    return { items: await transitions((await findTicket(store.view, params.ticket ?? '')).id) };
  },

  async health(_call, { store, health, networks }) {
    const [cursor, projects, how] = await Promise.all([
      store.view.outbox.lastCursor(),
      store.view.projects.list(),
      health(),
    ]);
    const lacking = projects.flatMap((project) => networkObstacles(project, networks));
    return { status: 'ok', cursor, ...how, networks: [...networks], warnings: [...how.warnings, ...lacking] };
  },
};
