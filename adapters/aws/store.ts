/** The store of a function: on Aurora, and for those that write, publishing what they committed. */
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { openAurora, type Patience } from '#adapters/aurora/pool.ts';
import { createEventBus, type EventBus } from '#adapters/eventbridge/bus.ts';
import { publishing } from '#adapters/eventbridge/publishing.ts';
import { createStore } from '#adapters/postgres/store.ts';
import type { Clock } from '#core/id.ts';
import type { Store } from '#core/store.ts';
import type { Telemetry } from './telemetry.ts';

/** The function's clock. */
export const clock: Clock = () => new Date().toISOString();

interface DatabaseEnv {
  readonly DATABASE_URL: string;
  readonly DATABASE_AUTH: 'iam' | 'password';
}

/** The store as it is; events that are written into it wait in the outbox. */
export function openStore(env: DatabaseEnv, patience: Patience): Store {
  const database = openAurora({ url: env.DATABASE_URL, auth: env.DATABASE_AUTH, patience });
  return createStore(database, { clock });
}

/** The bus that events are published to. */
export function openBus(env: { readonly EVENT_BUS_NAME: string }): EventBus {
  return createEventBus(new EventBridgeClient(), { name: env.EVENT_BUS_NAME });
}

/** The store whose commits are on the bus when `transaction` resolves. */
export function openPublishingStore(
  env: DatabaseEnv & { readonly EVENT_BUS_NAME: string },
  patience: Patience,
  { log, count }: Telemetry,
): Store {
  return publishing({
    store: openStore(env, patience),
    bus: openBus(env),
    clock,
    failed: (error) => {
      log('warn', 'Events were not published; they wait in the outbox.', { error });
      count('PublishFailed');
    },
  });
}
