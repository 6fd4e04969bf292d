/** Open WebSockets. */
import type { Instant, TicketId } from '#core/id.ts';
import { seconds, type Table } from './table.ts';

/** API Gateway ends a WebSocket after two hours at the latest. */
const longestSeconds = 2 * 3600;

/** One open WebSocket; `ticket` limits what it hears. */
export interface Connection {
  readonly id: string;
  readonly actor: string;
  readonly ticket: TicketId | string | null;
}

/** Who listens now. */
export interface Connections {
  add(connection: Connection, at: Instant): Promise<void>;
  remove(id: string): Promise<void>;
  list(at: Instant): Promise<Connection[]>;
}

const pk = 'connection';

/** Connections in the table, all under one key: a team has tens of them. */
export function createConnections(table: Table): Connections {
  return {
    async add({ id, actor, ticket }, at) {
      await table.put(pk, id, { actor, ticket, expiresAt: seconds(at) + longestSeconds });
    },
    async remove(id) {
      await table.remove(pk, id);
    },
    async list(at) {
      const items = await table.list(pk, seconds(at));
      return items.map(({ sk, actor, ticket }) => ({
        id: sk,
        actor: String(actor),
        ticket: typeof ticket === 'string' ? ticket : null,
      }));
    },
  };
}
