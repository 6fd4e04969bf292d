/** Publishing committed events to an EventBridge bus. */
import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { z } from 'zod';
import { Envelope, type LoggedEvent, publicEvent } from '#core/events/catalogue.ts';
import type { EventId } from '#core/id.ts';

/** The `source` of every event of ours; rules match on it and on the event's type. */
export const source = 'omoios';

/** What PutEvents takes at most: entries a call, and bytes a call (the sum of its entries). */
const limits = { entries: 10, bytes: 256 * 1024 };

/** What is kept free of the bytes for the entry's other fields; EventBridge counts source, type and time too. */
const overheadBytes = 512;

/** How often entries that were refused are sent again; the pause doubles from 100 ms, and half of it is random. */
const tries = 4;
const firstPauseMs = 100;

/**
 * An event as the bus has it: what people may see, with its cursor. Tokens stay in the store, where consumers inside the
 * platform read the whole event by its cursor. `data` is empty when it would be too large for the bus.
 */
export const BusEvent = Envelope.extend({
  cursor: z.number().int(),
  data: z.record(z.string(), z.unknown()),
});
export type BusEvent = z.infer<typeof BusEvent>;

/** Sends events. What could not be sent is left out of the answer, and stays in the outbox for later. */
export interface EventBus {
  /** The ids of those that the bus took. Throws only when the bus cannot be reached at all. */
  publish(events: readonly LoggedEvent[]): Promise<EventId[]>;
}

/** Which bus, and how to wait. */
export interface BusOptions {
  readonly name: string;
  /** Waits between two tries. @default a timer */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Entries that the bus refused are sent again, up to four times in all. */
export function createEventBus(client: EventBridgeClient, options: BusOptions): EventBus {
  return {
    async publish(events) {
      const sent: EventId[] = [];
      for (const batch of batches(events.map((event) => ({ event, entry: entryOf(event, options.name) }))))
        sent.push(...(await sendBatch(client, batch, options)));
      return sent;
    },
  };
}

interface Sending {
  readonly event: LoggedEvent;
  readonly entry: PutEventsRequestEntry;
}

/** The bus's form of an event. */
export function busEvent(event: LoggedEvent): BusEvent {
  return BusEvent.parse(publicEvent(event));
}

function entryOf(event: LoggedEvent, bus: string): PutEventsRequestEntry {
  const whole = busEvent(event);
  const text = JSON.stringify(whole);
  const fits = Buffer.byteLength(text) + overheadBytes <= limits.bytes;
  return {
    EventBusName: bus,
    Source: source,
    DetailType: event.type,
    Time: new Date(event.occurredAt),
    Detail: fits ? text : JSON.stringify({ ...whole, data: {} }),
  };
}

const bytesOf = ({ entry }: Sending): number => Buffer.byteLength(entry.Detail ?? '') + overheadBytes;

/** Cuts into calls, in order. */
function batches(all: readonly Sending[]): Sending[][] {
  const done: Sending[][] = [];
  let current: Sending[] = [];
  let bytes = 0;
  for (const one of all) {
    const full = current.length === limits.entries || bytes + bytesOf(one) > limits.bytes;
    if (full && current.length > 0) {
      done.push(current);
      current = [];
      bytes = 0;
    }
    current.push(one);
    bytes += bytesOf(one);
  }
  return current.length > 0 ? [...done, current] : done;
}

async function sendBatch(
  client: EventBridgeClient,
  batch: readonly Sending[],
  { sleep = timer }: BusOptions,
): Promise<EventId[]> {
  const sent: EventId[] = [];
  let left = batch;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const { Entries = [] } = await client.send(
      new PutEventsCommand({ Entries: left.map(({ entry }) => entry) }),
    );
    const refused = left.filter((_, index) => Entries[index]?.EventId === undefined);
    sent.push(...left.filter((one) => !refused.includes(one)).map(({ event }) => event.id));
    left = refused;
    if (left.length === 0 || attempt === tries) break;
    await sleep(firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
  }
  return sent;
}

const timer = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
