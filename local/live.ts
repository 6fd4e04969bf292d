/**
 * Live updates: every event as it is committed, over a WebSocket. A client names the last cursor it has seen and gets
 * all that came after, first from the log, then as it happens; nothing is missed between the two.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { eventsSocketPath } from '#core/api/routes.ts';
import { NotFound } from '#core/errors.ts';
import type { TicketId } from '#core/id.ts';
import type { Store } from '#core/store.ts';
import { eventView } from '#functions/api/events.ts';
import { findTicket } from '#functions/api/find.ts';
import { isLocalHost, isOwnOrigin } from './access.ts';

/** A reader that is this far behind (16 MB unsent) is cut; it comes back with its cursor. */
const maxUnsentBytes = 16_000_000;
const pageSize = 500;

const Query = z.object({ after: z.coerce.number().int().min(0).default(0), ticket: z.string().optional() });

export interface Live {
  /** Takes over an HTTP upgrade; anything but the events' path from an own page is refused. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Something was committed: everyone who listens gets it. */
  notify(): void;
  close(): void;
}

interface Reader {
  readonly socket: WebSocket;
  readonly query: z.infer<typeof Query>;
  /** Of the ticket in its query, once that was found. */
  ticketId: TicketId | null;
  after: number;
  busy: boolean;
  again: boolean;
}

async function send(reader: Reader, store: Store): Promise<void> {
  const { socket, query } = reader;
  if (query.ticket !== undefined && reader.ticketId === null)
    reader.ticketId = (await findTicket(store.view, query.ticket)).id;
  const { ticketId } = reader;
  for (;;) {
    const filter = { after: reader.after, limit: pageSize, ...(ticketId && { ticketId }) };
    const events = await store.view.outbox.list(filter);
    for (const event of events) {
      reader.after = event.cursor;
      socket.send(JSON.stringify(eventView(event)));
    }
    if (socket.bufferedAmount > maxUnsentBytes) socket.terminate();
    if (events.length < pageSize || socket.readyState !== socket.OPEN) return;
  }
}

/** A page that is closed or reloaded takes its connection with it: nothing is lost, and nobody wants to hear of it. */
const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');

/** The fan-out of events to WebSockets. `log` hears of what nobody foresaw. */
export function createLive(store: Store, log: (error: unknown) => void): Live {
  const broken = (error: unknown): void => {
    if (!isGone(error)) log(error);
  };
  const server = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  const readers = new Set<Reader>();

  const pump = async (reader: Reader): Promise<void> => {
    reader.again = true;
    if (reader.busy) return;
    reader.busy = true;
    try {
      while (reader.again) {
        reader.again = false;
        await send(reader, store);
      }
    } catch (error) {
      if (error instanceof NotFound) {
        reader.socket.close(1008, 'There is no such ticket.');
        return;
      }
      log(error);
      reader.socket.close(1011, 'The log could not be read.');
    } finally {
      reader.busy = false;
    }
  };

  return {
    upgrade(request, socket, head) {
      // The HTTP server has let go of the socket: one that breaks while it is refused must not end the host.
      socket.on('error', broken);
      const [path, search] = (request.url ?? '').split('?', 2);
      const query = Query.safeParse(Object.fromEntries(new URLSearchParams(search)));
      const own =
        isLocalHost(request.headers.host) && isOwnOrigin(request.headers.origin, request.headers.host);
      if (path !== eventsSocketPath || !own || !query.success) {
        socket.end(`HTTP/1.1 ${own ? '400 Bad Request' : '403 Forbidden'}\r\nConnection: close\r\n\r\n`);
        return;
      }
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const reader: Reader = {
          socket: webSocket,
          query: query.data,
          ticketId: null,
          after: query.data.after,
          busy: false,
          again: false,
        };
        readers.add(reader);
        webSocket.on('close', () => readers.delete(reader));
        webSocket.on('error', broken);
        void pump(reader);
      });
    },
    notify() {
      for (const reader of readers) void pump(reader);
    },
    close() {
      for (const { socket } of readers) socket.close(1001, 'The host is stopping.');
      server.close();
    },
  };
}
