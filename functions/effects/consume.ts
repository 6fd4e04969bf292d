/**
 * Doorbells from the queue. Each names an event, which is read from the store with everything in it; its consumers take
 * it one after the other. What fails comes again, and in a FIFO queue nothing of the same ticket may overtake it.
 */
import { Doorbell } from '#adapters/sqs/doorbells.ts';
import { createInbox, type InboxDeps, type Unhandled } from '#adapters/sqs/inbox.ts';
import { consumersOf, type LoggedEvent } from '#core/events/catalogue.ts';
import type { Store } from '#core/store.ts';
import type { Effects } from './effects.ts';

export interface ConsumeDeps extends Pick<InboxDeps, 'postpone' | 'failed'> {
  readonly store: Pick<Store, 'view'>;
  readonly effects: Pick<Effects, 'handle'>;
  /** Something happened: whoever looks after live runs should be at work. */
  readonly awake: () => Promise<void>;
}

export function createConsumer(deps: ConsumeDeps): (batch: unknown) => Promise<Unhandled> {
  const { postpone, failed } = deps;
  const inbox = createInbox({ postpone, failed, take: (body) => answer(deps, body) });
  return async (batch) => {
    const unhandled = await inbox(batch);
    await deps.awake();
    return unhandled;
  };
}

async function answer({ store, effects }: ConsumeDeps, body: string): Promise<void> {
  const event = await eventAt(store, Doorbell.parse(JSON.parse(body)));
  for (const consumer of event ? consumersOf(event.type) : [])
    if (event && consumer !== 'audit') await effects.handle(consumer, event);
}

/** The event of a bell; null when the store has another there, as after a database was restored from a backup. */
async function eventAt(store: Pick<Store, 'view'>, { id, cursor }: Doorbell): Promise<LoggedEvent | null> {
  const [event] = await store.view.outbox.list({ after: cursor - 1, limit: 1 });
  return event?.id === id ? event : null;
}
