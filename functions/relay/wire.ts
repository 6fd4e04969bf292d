import { SQSClient } from '@aws-sdk/client-sqs';
import { createDoorbells } from '#adapters/sqs/doorbells.ts';
import { readEnv } from './env.ts';
import { createRelay } from './relay.ts';

export function wire(): (event: unknown) => Promise<void> {
  const { WAKE_QUEUE_URL } = readEnv();
  return createRelay({ bells: createDoorbells(new SQSClient(), WAKE_QUEUE_URL) });
}
