/**
 * Doorbells from the queue. Each names an event, which is read from the store with everything in it; its consumers take
 * it one after the other. What fails comes again, and in a FIFO queue nothing of the same ticket may overtake it.
 */
import { z } from 'zod';
import { Doorbell } from '#adapters/sqs/doorbells.ts';
import { consumersOf, type LoggedEvent } from '#core/events/catalogue.ts';
import type { Store } from '#core/store.ts';
import type { Effects } from './effects.ts';

const Batch = z.looseObject({
  Records: z.array(
    z.looseObject({
      messageId: z.string(),
      body: z.string(),
      attributes: z.looseObject({ MessageGroupId: z.string().default('') }).prefault({}),
    }),
  ),
});

/** What SQS is told to deliver again. */
export interface Unhandled {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface ConsumeDeps {
  readonly store: Pick<Store, 'view'>;
  readonly effects: Pick<Effects, 'handle'>;
  /** Something happened: whoever looks after live runs should be at work. */
  readonly awake: () => Promise<void>;
  readonly failed: (message: string, data: Readonly<Record<string, unknown>>) => void;
}

export function createConsumer(deps: ConsumeDeps): (batch: unknown) => Promise<Unhandled> {
  return async (raw) => {
    const failures: { itemIdentifier: string }[] = [];
    const stuck = new Set<string>();
    for (const { messageId, body, attributes } of Batch.parse(raw).Records) {
      const { MessageGroupId: group } = attributes;
      if (!stuck.has(group) && (await took(deps, body))) continue;
      stuck.add(group);
      failures.push({ itemIdentifier: messageId });
    }
    await deps.awake();
    return { batchItemFailures: failures };
  };
}

/** Whatever an effect throws, the message comes again, and after some times goes to the dead-letter queue. */
async function took(deps: ConsumeDeps, body: string): Promise<boolean> {
  try {
    const bell = Doorbell.parse(JSON.parse(body));
    const event = await eventAt(deps.store, bell);
    for (const consumer of event ? consumersOf(event.type) : []) {
      if (event && consumer !== 'audit') await deps.effects.handle(consumer, event);
    }
    return true;
  } catch (error) {
    deps.failed('An effect failed and is tried again.', { error, body });
    return false;
  }
}

/** The event of a bell; null when the store has another there, as after a database was restored from a backup. */
async function eventAt(store: Pick<Store, 'view'>, { id, cursor }: Doorbell): Promise<LoggedEvent | null> {
  const [event] = await store.view.outbox.list({ after: cursor - 1, limit: 1 });
  return event?.id === id ? event : null;
}
