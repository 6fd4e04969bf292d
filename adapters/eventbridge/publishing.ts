/** The store, publishing what it committed: each function that writes also tells the bus, without a process that polls. */
import type { EventId, Instant } from '#core/id.ts';
import type { Store, Tx } from '#core/store.ts';
import type { EventBus } from './bus.ts';

/** What publishing needs. */
export interface PublishingDeps {
  readonly store: Store;
  readonly bus: EventBus;
  readonly clock: () => Instant;
  /** The commit stands whatever happens here; what was not sent waits in the outbox for the next one or the reconciler. */
  readonly failed: (error: unknown) => void;
}

/** Events read at once: a transaction writes a few, so this is many commits' worth. */
const pageSize = 100;

/** Sends what is unpublished, in order, and marks it. Returns how many went out. */
export async function publishOutbox({ store, bus, clock }: Omit<PublishingDeps, 'failed'>): Promise<number> {
  let total = 0;
  for (;;) {
    const events = await store.view.outbox.unpublished(pageSize);
    if (events.length === 0) return total;
    const sent: EventId[] = await bus.publish(events);
    if (sent.length > 0) await store.transaction((tx) => tx.outbox.markPublished(sent, clock()));
    total += sent.length;
    if (sent.length < events.length || events.length < pageSize) return total;
  }
}

/** The store whose `transaction` resolves when its events are on the bus too, or the failure to send them was told. */
export function publishing(deps: PublishingDeps): Store {
  const { store, failed } = deps;
  return {
    view: store.view,
    async transaction(fn) {
      let wrote = false;
      const result = await store.transaction((tx) => {
        wrote = false;
        return fn(
          noticing(tx, () => {
            wrote = true;
          }),
        );
      });
      if (wrote) await publishOutbox(deps).catch(failed);
      return result;
    },
    async claim(claim) {
      const started = await store.claim(claim);
      if (started.length > 0) await publishOutbox(deps).catch(failed);
      return started;
    },
    close: () => store.close(),
  };
}

function noticing(tx: Tx, noticed: () => void): Tx {
  const append: Tx['outbox']['append'] = (events) => {
    if (events.length > 0) noticed();
    return tx.outbox.append(events);
  };
  return { ...tx, outbox: { ...tx.outbox, append } };
}
