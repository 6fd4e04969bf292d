/**
 * The dispatcher of one machine: takes events from the outbox, in order, to their consumers.
 *
 * One lane a ticket: within it an event is marked published only after each of its consumers took it, and the next one
 * waits for that; lanes do not wait for each other. A crash in between delivers again. It looks only when it is told
 * (after a commit), when a lane was busy, or at the start; it never polls.
 */
import { type Consumer, consumersOf, type LoggedEvent } from '#core/events/catalogue.ts';
import type { Clock, EventId } from '#core/id.ts';
import type { Store } from '#core/store.ts';
import type { Log } from './deps.ts';

/** Takes an event for one consumer; throws when it could not, and is asked again later. */
export type Handle = (consumer: Consumer, event: LoggedEvent) => Promise<void>;

export interface DispatcherDeps {
  /** The store itself, not one that notifies the dispatcher: marking events must not wake it. */
  readonly store: Store;
  readonly handle: Handle;
  readonly clock: Clock;
  readonly log: Log;
  /** Waits; resolves early when the signal fires. The default is a timer. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Dispatcher {
  /** Says that something may have been committed. Also the way to begin: the first call sweeps what was left. */
  notify(): void;
  /** Resolves when nothing is unpublished, as far as this dispatcher was told. Waits for failing effects too. */
  idle(): Promise<void>;
  /** Ends after the effects under way; what is unpublished stays for the next start. */
  stop(): Promise<void>;
}

/** Events read at once; more when a page holds only events that wait behind others. */
const pageSize = 200;

/** First and longest wait before an effect is tried again. */
const backoff = { firstMs: 100, maxMs: 30_000 };

const timer = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timeout);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timeout = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const stopping = new AbortController();
  /** The tail of each lane, and the events that are on their way in any of them. */
  const lanes = new Map<string, Promise<void>>();
  const taken = new Set<EventId>();
  const delivered: EventId[] = [];
  /** Marked while the outbox was being read: the page may still show them. */
  const markedMeanwhile = new Set<EventId>();
  let told = false;
  let reading: Promise<void> | null = null;
  let marking: Promise<void> | null = null;

  async function readAll(): Promise<void> {
    while (told && !stopping.signal.aborted) {
      told = false;
      for (let limit = pageSize; ; limit *= 2) {
        markedMeanwhile.clear();
        const page = await deps.store.view.outbox.unpublished(limit);
        for (const event of page) {
          if (!taken.has(event.id) && !markedMeanwhile.has(event.id)) enqueue(event);
        }
        if (page.length < limit) break;
      }
    }
  }

  function read(): void {
    if (reading !== null || stopping.signal.aborted) return;
    reading = retried('Reading the outbox failed.', {}, readAll).then(() => {
      reading = null;
      if (told) read();
    });
  }

  function enqueue(event: LoggedEvent): void {
    taken.add(event.id);
    const lane = event.ticketId ?? event.projectId;
    const tail = (lanes.get(lane) ?? Promise.resolve()).then(() => deliver(event));
    lanes.set(lane, tail);
    void tail.then(() => {
      if (lanes.get(lane) === tail) lanes.delete(lane);
    });
  }

  async function deliver(event: LoggedEvent): Promise<void> {
    for (const consumer of consumersOf(event.type)) {
      if (consumer === 'audit') continue;
      const what = { event: event.type, id: event.id, consumer };
      await retried('An effect failed and is tried again.', what, () => deps.handle(consumer, event));
    }
    if (stopping.signal.aborted) return;
    delivered.push(event.id);
    startMarking();
  }

  function startMarking(): void {
    if (marking !== null || delivered.length === 0) return;
    marking = mark().then(() => {
      marking = null;
      startMarking();
    });
  }

  /** Marks in batches: whatever was delivered while the last batch was written is the next one. */
  async function mark(): Promise<void> {
    for (let batch = delivered.splice(0); batch.length > 0; batch = delivered.splice(0)) {
      await retried('Marking events failed.', {}, () =>
        deps.store.transaction((tx) => tx.outbox.markPublished(batch, deps.clock())),
      );
      for (const id of batch) {
        markedMeanwhile.add(id);
        taken.delete(id);
      }
    }
  }

  async function retried(message: string, data: object, act: () => Promise<void>): Promise<void> {
    for (let wait = backoff.firstMs; !stopping.signal.aborted; wait = Math.min(wait * 2, backoff.maxMs)) {
      try {
        return await act();
      } catch (error) {
        // Whatever it was: the event is not lost, and people see it in the log until it goes through.
        deps.log(message, { ...data, error: error instanceof Error ? error.message : String(error) });
        await (deps.sleep ?? timer)(wait, stopping.signal);
      }
    }
  }

  async function settled(): Promise<void> {
    while (reading !== null || marking !== null || lanes.size > 0)
      await Promise.all([reading, marking, ...lanes.values()]);
  }

  return {
    notify() {
      told = true;
      read();
    },
    idle: settled,
    async stop() {
      stopping.abort();
      await settled();
    },
  };
}

/** The store, telling the dispatcher after each commit. */
export function notifying(store: Store, notify: () => void): Store {
  return {
    view: store.view,
    async transaction(fn) {
      const result = await store.transaction(fn);
      notify();
      return result;
    },
    close: () => store.close(),
  };
}
