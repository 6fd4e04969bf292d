/** Webhooks that wait to be worked on: those of one repository in their order. */
import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';

/** The most of a delivery's body that a message holds; the queue takes 1 MiB, and JSON in JSON grows by its quotes. */
export const maxDeliveryBytes = 700_000;

const Payload = z.looseObject({
  repository: z.looseObject({ id: z.number() }).optional(),
  installation: z.looseObject({ id: z.number() }).optional(),
});

/** One delivery: `id` is the forge's, the same when it is delivered again. */
interface Delivered {
  readonly id: string;
  readonly event: string;
  readonly body: string;
}

/**
 * Keeps a delivery. The steps drop one that was heard before, SQS none: one that was held back comes again under the
 * same id, also within the five minutes in which SQS would drop it.
 */
export function createDeliveries(
  client: Pick<SQSClient, 'send'>,
  queueUrl: string,
): (delivery: Delivered) => Promise<void> {
  return async (delivery) => {
    const MessageGroupId = groupOf(delivery.body);
    const message = { QueueUrl: queueUrl, MessageBody: JSON.stringify(delivery), MessageGroupId };
    await client.send(new SendMessageCommand({ ...message, MessageDeduplicationId: randomUUID() }));
  };
}

/** The repository by its number, which a rename leaves as it is; else the App's installation. */
function groupOf(body: string): string {
  const { repository, installation } = Payload.parse(JSON.parse(body));
  if (repository) return `repository-${repository.id}`;
  return installation ? `installation-${installation.id}` : 'none';
}
