import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { newId } from '#adapters/ids/ids.ts';
import { eventsSocketPath } from '#core/api/routes.ts';
import { createLive, type Live } from '#local/live.ts';
import { type FrontDoor, held, openFrontDoor, submitted } from '#test/functions/api/front-door.ts';

let door: FrontDoor;
let server: Server;
let live: Live;
let port: number;
const logged: unknown[] = [];

beforeAll(async () => {
  door = await openFrontDoor();
  live = createLive(door.store, (error) => logged.push(error));
  server = createServer();
  server.on('upgrade', live.upgrade);
  port = await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
});
beforeEach(async () => {
  await door.clear();
  logged.length = 0;
});
afterAll(async () => {
  live.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await door.close();
});

interface Listener {
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  /** Resolves with the types of what arrived, as soon as there are so many. */
  types(count: number): Promise<string[]>;
  readonly raw: string[];
}

function listen(query = '', headers: Record<string, string> = {}): Listener {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${eventsSocketPath}${query}`, { headers });
  const raw: string[] = [];
  const wake: (() => void)[] = [];
  socket.on('message', (data) => {
    raw.push(String(data));
    for (const again of wake) again();
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => resolve(code));
    socket.on('error', () => resolve(-1));
  });
  return {
    ...{ socket, closed, raw },
    types: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (raw.length >= count) resolve(raw.map((text) => JSON.parse(text).type));
        };
        wake.push(look);
        look();
      }),
  };
}

test('a listener gets what was before, then what happens, each once and without tokens', async () => {
  const ticket = await submitted(door);
  const listener = listen();
  expect(await listener.types(2)).toEqual(['project.connected.v1', 'ticket.submitted.v1']);
  await held(door, ticket, 'paused', 'secret-token');
  await door.ok('pauseTicket', { params: { ticket: ticket.id } });
  live.notify();
  await door.ok('resumeTicket', { params: { ticket: ticket.id } });
  live.notify();
  live.notify();
  expect((await listener.types(4)).slice(2)).toEqual(['ticket.paused.v1', 'ticket.resumed.v1']);
  expect(listener.raw.join()).not.toContain('secret');
  listener.socket.close();
  await listener.closed;
  expect(listener.raw).toHaveLength(4);
});

test('a cursor skips what was seen, and a ticket keeps others out', async () => {
  const first = await submitted(door);
  const second = await submitted(door);
  const cursor = (await door.store.view.outbox.list({ ticketId: first.id })).at(-1)?.cursor ?? 0;
  const after = listen(`?after=${cursor}`);
  expect(await after.types(1)).toEqual(['ticket.submitted.v1']);
  expect(JSON.parse(after.raw[0] ?? '').ticketId).toBe(second.id);
  const one = listen(`?ticket=TKT-${first.number}`);
  await one.types(1);
  expect(one.raw.map((text) => JSON.parse(text).ticketId)).toEqual([first.id]);
  for (const { socket, closed } of [after, one]) {
    socket.close();
    await closed;
  }
});

test('more than one page of the log arrives whole and in order', async () => {
  const ticket = await submitted(door);
  await door.write(async (tx) => {
    const [submission] = await tx.outbox.list({ ticketId: ticket.id });
    if (!submission) return;
    const { cursor: _, ...event } = submission;
    await tx.outbox.append(Array.from({ length: 1100 }, () => ({ ...event, id: newId('event') })));
  });
  const listener = listen(`?ticket=${ticket.id}`);
  await listener.types(1101);
  const cursors = listener.raw.map((text): number => JSON.parse(text).cursor);
  expect(cursors).toEqual([...cursors].sort((a, b) => a - b));
  expect(new Set(cursors).size).toBe(1101);
  listener.socket.close();
  await listener.closed;
});

test('a ticket that does not exist ends the connection with a reason, and is no error of ours', async () => {
  expect(await listen('?ticket=TKT-999').closed).toBe(1008);
  expect(logged).toEqual([]);
});

test.each([
  ['another site', '', { origin: 'http://evil.example' }],
  ['another host', '', { host: 'evil.example' }],
  ['a broken cursor', '?after=x', {}],
])('%s gets no connection', async (_what, query, headers) => {
  expect(await listen(query, headers).closed).toBe(-1);
});

/** Sends the bytes of an upgrade and gives what comes back before the connection ends. */
function raw(path: string, hangUp = false): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      );
      if (hangUp) socket.resetAndDestroy();
    });
    socket.on('data', (data) => {
      text += String(data);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

test.each(['//', '/', '/v1/events', 'http://[', '/v1/events/ws?after=-1'])(
  'an upgrade of %s is refused, and the host lives on',
  async (path) => {
    expect(await raw(path)).toMatch(/^HTTP\/1\.1 400/);
    await raw(path, true);
    const ticket = await submitted(door);
    const listener = listen(`?ticket=${ticket.id}`);
    expect(await listener.types(1)).toEqual(['ticket.submitted.v1']);
    listener.socket.close();
    await listener.closed;
  },
);

test('a page that goes without a word is no trouble that the log is told of', async () => {
  const ticket = await submitted(door);
  const page = connect(port, '127.0.0.1');
  page.on('error', () => {});
  page.write(
    `GET ${eventsSocketPath} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  await once(page, 'data');
  const gone = once(page, 'close');
  page.resetAndDestroy();
  await gone;
  // A reader that is still there hears of what happens next, by when the lost one has been noticed.
  const listener = listen(`?ticket=${ticket.id}`);
  expect(await listener.types(1)).toEqual(['ticket.submitted.v1']);
  expect(logged).toEqual([]);
  listener.socket.close();
  await listener.closed;
});

test('closing tells every listener that the host is stopping', async () => {
  const own = createLive(door.store, () => {});
  const other = createServer();
  other.on('upgrade', own.upgrade);
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const socket = new WebSocket(
    `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}${eventsSocketPath}`,
  );
  await new Promise((resolve) => socket.on('open', resolve));
  const closed = new Promise((resolve) => socket.on('close', resolve));
  own.close();
  expect(await closed).toBe(1001);
  await new Promise((resolve) => other.close(resolve));
});
