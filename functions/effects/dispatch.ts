/**
 * The dispatcher of one machine: takes events from the outbox, in order, to their consumers.
 *
 * One lane a ticket: within it an event is marked published only after each of its consumers took it, and the next one
 * waits for that; lanes do not wait for each other. A crash in between delivers again. It looks only when it is told
 * (after a commit), when a lane was busy, or at the start; it never polls.
 */
import { type Consumer, consumersOf, type LoggedEvent } from '#core/events/catalogue.ts';
import type { Clock, EventId } from '#core/id.ts';
import type { Store, Tx } from '#core/store.ts';
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

class OutboxDispatcher {
  readonly #deps: DispatcherDeps;
  readonly #stopping = new AbortController();
  /** The tail of each lane, and the events that are on their way in any of them. */
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #taken = new Set<EventId>();
  readonly #delivered: EventId[] = [];
  /** Marked while the outbox was being read: the page may still show them. */
  readonly #markedMeanwhile = new Set<EventId>();
  #told = false;
  #reading: Promise<void> | null = null;
  #marking: Promise<void> | null = null;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  notify(): void {
    this.#told = true;
    this.#read();
  }

  async idle(): Promise<void> {
    while (this.#reading !== null || this.#marking !== null || this.#lanes.size > 0)
      await Promise.all([this.#reading, this.#marking, ...this.#lanes.values()]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.idle();
  }

  #read(): void {
    if (this.#reading !== null || this.#stopping.signal.aborted) return;
    this.#reading = this.#retried('Reading the outbox failed.', {}, () => this.#readAll()).then(() => {
      this.#reading = null;
      if (this.#told) this.#read();
    });
  }

  async #readAll(): Promise<void> {
    while (this.#told && !this.#stopping.signal.aborted) {
      this.#told = false;
      for (let limit = pageSize; ; limit *= 2) {
        this.#markedMeanwhile.clear();
        const page = await this.#deps.store.view.outbox.unpublished(limit);
        for (const event of page) {
          if (!this.#taken.has(event.id) && !this.#markedMeanwhile.has(event.id)) this.#enqueue(event);
        }
        if (page.length < limit) break;
      }
    }
  }

  #enqueue(event: LoggedEvent): void {
    this.#taken.add(event.id);
    const lane = event.ticketId ?? event.projectId;
    const tail = (this.#lanes.get(lane) ?? Promise.resolve()).then(() => this.#deliver(event));
    this.#lanes.set(lane, tail);
    void tail.then(() => {
      if (this.#lanes.get(lane) === tail) this.#lanes.delete(lane);
    });
  }

  async #deliver(event: LoggedEvent): Promise<void> {
    for (const consumer of consumersOf(event.type)) {
      if (consumer === 'audit') continue;
      const what = { event: event.type, id: event.id, consumer };
      const act = () => this.#deps.handle(consumer, event);
      await this.#retried('An effect failed and is tried again.', what, act);
    }
    if (this.#stopping.signal.aborted) return;
    this.#delivered.push(event.id);
    this.#mark();
  }

  #mark(): void {
    if (this.#marking !== null || this.#delivered.length === 0) return;
    this.#marking = this.#markBatches().then(() => {
      this.#marking = null;
      this.#mark();
    });
  }

  /** Whatever was delivered while one batch was written is the next one. */
  async #markBatches(): Promise<void> {
    const { store, clock } = this.#deps;
    const next = () => this.#delivered.splice(0);
    for (let batch = next(); batch.length > 0; batch = next()) {
      const write = () => store.transaction((tx) => tx.outbox.markPublished(batch, clock()));
      await this.#retried('Marking events failed.', {}, write);
      for (const id of batch) {
        this.#markedMeanwhile.add(id);
        this.#taken.delete(id);
      }
    }
  }

  async #retried(message: string, data: object, act: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    for (let wait = backoff.firstMs; !signal.aborted; wait = Math.min(wait * 2, backoff.maxMs)) {
      try {
        return await act();
      } catch (error) {
        // Whatever it was: the event is not lost, and people see it in the log until it goes through.
        const words = error instanceof Error ? error.message : String(error);
        this.#deps.log(message, { ...data, error: words });
        await (this.#deps.sleep ?? timer)(wait, signal);
      }
    }
  }
}

/** A dispatcher that does nothing until it is told for the first time. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const made = new OutboxDispatcher(deps);
  return { notify: () => made.notify(), idle: () => made.idle(), stop: () => made.stop() };
}

/** The store, telling the dispatcher after each commit that has an event in it. */
export function notifying(store: Store, notify: () => void): Store {
  return {
    view: store.view,
    async transaction(fn) {
      let news = false;
      const result = await store.transaction((tx) => {
        // Anew with each try: the store repeats what lost a race.
        news = false;
        const append: Tx['outbox']['append'] = (events) => {
          news ||= events.length > 0;
          return tx.outbox.append(events);
        };
        return fn({ ...tx, outbox: { ...tx.outbox, append } });
      });
      if (news) notify();
      return result;
    },
    async claim(claim) {
      const started = await store.claim(claim);
      if (started.length > 0) notify();
      return started;
    },
    close: () => store.close(),
  };
}
