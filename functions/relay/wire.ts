import { openSqs } from '#adapters/sqs/client.ts';
import { createDoorbells } from '#adapters/sqs/doorbells.ts';
import { readEnv } from './env.ts';
import { createRelay } from './relay.ts';

export function wire(): (event: unknown) => Promise<void> {
  const { WAKE_QUEUE_URL } = readEnv();
  return createRelay({ bells: createDoorbells(openSqs(), WAKE_QUEUE_URL) });
}
