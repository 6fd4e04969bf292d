/**
 * The events of a ticket as they happen: over a WebSocket, without polling. Where no WebSocket can be had (a proxy in
 * between), the list of events is read once a second instead. A cut connection is taken up again at the last cursor.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { eventsSocketPath } from '#core/api/routes.ts';
import { EventView } from '#core/api/views.ts';
import type { Client } from './client.ts';

export interface Place {
  readonly ticket?: string;
  readonly after: number;
}

/** Once a second is as live as a person can tell, where nothing pushes. */
const pollMs = 1000;
/** A host that restarts is back within some seconds. */
const maxReconnects = 5;
/** As many as the API gives at once. */
const pageSize = 500;

/** All events there are after a place, oldest first. */
export async function pastEvents(client: Client, place: Place): Promise<EventView[]> {
  const events: EventView[] = [];
  for (let after = place.after; ; ) {
    const query = { after, limit: pageSize, ...(place.ticket ? { ticket: place.ticket } : {}) };
    const page = await client.call('listEvents', { query });
    events.push(...page.items);
    if (page.next === null) return events;
    after = Number(page.next);
  }
}

/** Events after a place, without end; ends when the signal fires. Throws `NoHost` when the host stays away. */
export async function* follow(client: Client, place: Place, signal: AbortSignal): AsyncGenerator<EventView> {
  let after = place.after;
  let socketWorked = false;
  for (let failures = 0; failures <= maxReconnects; ) {
    for await (const event of listen(client, { ...place, after }, signal)) {
      socketWorked = true;
      if (event === 'open' || event.cursor <= after) continue;
      failures = 0;
      after = event.cursor;
      yield event;
    }
    if (signal.aborted) return;
    failures += 1;
    if (!socketWorked) break;
    await pause(pollMs, signal);
  }
  for (;;) {
    // A host that is gone is told here: the call throws.
    for (const event of await pastEvents(client, { ...place, after })) {
      after = event.cursor;
      yield event;
    }
    await pause(pollMs, signal);
    if (signal.aborted) return;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** One connection: `open`, then its events; ends when it is cut or could not be made. */
async function* listen(
  client: Client,
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<EventView | 'open'> {
  const query = new URLSearchParams({
    after: String(place.after),
    ...(place.ticket ? { ticket: place.ticket } : {}),
  });
  const socket = new WebSocket(`${client.url.replace(/^http/, 'ws')}${eventsSocketPath}?${query}`);
  const queue: string[] = [];
  let over = false;
  let wake = () => {};
  const put = (message: string) => {
    queue.push(message);
    wake();
  };
  const end = () => {
    over = true;
    wake();
  };
  socket.on('open', () => put('open'));
  socket.on('message', (data) => put(String(data)));
  // An error is always followed by `close`, which ends this connection.
  socket.on('error', () => undefined);
  socket.on('close', end);
  signal.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      const next = queue.shift();
      if (next !== undefined) yield next === 'open' ? next : EventView.parse(JSON.parse(next));
      else if (over || signal.aborted) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal.removeEventListener('abort', end);
    socket.terminate();
  }
}
