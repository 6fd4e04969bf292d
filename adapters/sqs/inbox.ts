/**
 * Reading a FIFO queue from a Lambda: each message is taken once in its order, and what fails is tried again in seconds.
 * Left to itself SQS brings it back when the queue's visibility timeout is over, and holds back its whole group till then.
 */
import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';

const Message = z.looseObject({
  messageId: z.string(),
  receiptHandle: z.string().default(''),
  body: z.string(),
  attributes: z
    .looseObject({
      MessageGroupId: z.string().default(''),
      ApproximateReceiveCount: z.coerce.number().int().min(1).default(1),
    })
    .prefault({}),
});
type Message = z.infer<typeof Message>;

const Batch = z.looseObject({ Records: z.array(Message) });

/** What SQS is told to deliver again. */
export interface Unhandled {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** What reading needs. */
export interface InboxDeps {
  /** Works on a message; whatever it throws, the message comes again, and after many times goes to the dead letters. */
  readonly take: (body: string) => Promise<void>;
  /** Has messages come again so many seconds from now. */
  readonly postpone: (messages: readonly Message[], seconds: number) => Promise<void>;
  readonly failed: (message: string, data: Readonly<Record<string, unknown>>) => void;
}

/** Seconds until the next try, by how often it was received: 5, 10, 20, … and five minutes at most. */
export const pauseAfter = (received: number): number => Math.min(300, 5 * 2 ** (Math.min(received, 10) - 1));

/** A batch in its order. After a failure the rest of its group waits as long as it does: none may overtake it. */
export function createInbox({ take, postpone, failed }: InboxDeps): (batch: unknown) => Promise<Unhandled> {
  const took = async ({ body }: Message): Promise<boolean> => {
    try {
      await take(body);
      return true;
    } catch (error) {
      failed('A message could not be worked on and comes again.', { error, body });
      return false;
    }
  };
  return async (raw) => {
    const stuck = new Map<string, Message[]>();
    for (const message of Batch.parse(raw).Records) {
      const group = message.attributes.MessageGroupId;
      const waiting = stuck.get(group);
      if (waiting) waiting.push(message);
      else if (!(await took(message))) stuck.set(group, [message]);
    }
    for (const group of stuck.values()) {
      const seconds = pauseAfter(group[0]?.attributes.ApproximateReceiveCount ?? 1);
      await postpone(group, seconds).catch((error: unknown) =>
        failed('Messages could not be brought back sooner; the queue does it when they time out.', { error }),
      );
    }
    const back = [...stuck.values()].flat();
    return { batchItemFailures: back.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

/** Makes messages of this queue visible again after a while. A batch of Lambda is never larger than one of SQS. */
export function postponing(client: Pick<SQSClient, 'send'>, queueUrl: string): InboxDeps['postpone'] {
  return async (messages, seconds) => {
    const Entries = messages.map(({ messageId, receiptHandle }) => ({
      ...{ Id: messageId, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds },
    }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  };
}
