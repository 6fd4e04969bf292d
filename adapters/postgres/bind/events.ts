/** The outbox bound to one connection. */
import type { DomainEvent } from '#core/events/catalogue.ts';
import type { EventReads, Outbox } from '#core/events/ports.ts';
import type { Sql } from '../client.ts';
import { appendEvents } from '../queries/event/append.ts';
import { lastCursor } from '../queries/event/last-cursor.ts';
import { listEvents } from '../queries/event/list.ts';
import { listUnpublishedEvents } from '../queries/event/list-unpublished.ts';
import { lockLog } from '../queries/event/lock.ts';
import { markEventsPublished } from '../queries/event/mark-published.ts';

/** Reading the log on this connection. */
export function eventReads(sql: Sql): EventReads {
  return {
    list: (filter) => listEvents(sql, filter),
    unpublished: (limit) => listUnpublishedEvents(sql, limit),
    lastCursor: () => lastCursor(sql),
  };
}

/** An outbox that writes when `flush` is called, or something is read. */
export interface BufferedOutbox extends Outbox {
  flush(): Promise<void>;
}

/**
 * Keeps appended events until just before the commit, so that the log's lock is the last that a transaction takes (no
 * deadlock with the rows it guards) and is held for one statement and the commit only.
 */
export function bufferedOutbox(sql: Sql): BufferedOutbox {
  let pending: DomainEvent[] = [];
  const flush = async (): Promise<void> => {
    if (pending.length === 0) return;
    const events = pending;
    pending = [];
    await lockLog(sql);
    await appendEvents(sql, events);
  };
  const flushed = async <T>(read: () => Promise<T>): Promise<T> => {
    await flush();
    return await read();
  };
  const reads = eventReads(sql);
  return {
    flush,
    append: async (events) => {
      pending.push(...events);
    },
    markPublished: (ids, at) => flushed(() => markEventsPublished(sql, ids, at)),
    list: (filter) => flushed(() => reads.list(filter)),
    unpublished: (limit) => flushed(() => reads.unpublished(limit)),
    lastCursor: () => flushed(() => reads.lastCursor()),
  };
}
