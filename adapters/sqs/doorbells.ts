/** Doorbells: one message an event in a FIFO queue, so that a ticket's consumers run one after the other. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { EventId, ProjectId, TicketId } from '#core/id.ts';

/** Says which event to look at; the event itself is read from the store by its cursor. */
export const Doorbell = z.object({
  id: EventId,
  type: z.string(),
  cursor: z.number().int(),
  projectId: ProjectId,
  ticketId: TicketId.nullable(),
});
export type Doorbell = z.infer<typeof Doorbell>;

/** Rings. May be called twice for the same event: SQS drops the second within five minutes, consumers do later. */
export interface Doorbells {
  ring(bell: Doorbell): Promise<void>;
  /** Rings once more for an event whose effect nobody sees; `time` tells this ring from earlier ones. */
  ringAgain(bell: Doorbell, time: string): Promise<void>;
}

/** The group is the ticket (or the project, for events without one), and the event's id tells repetitions apart. */
export function createDoorbells(client: SQSClient, queueUrl: string): Doorbells {
  const send = async (bell: Doorbell, deduplication: string): Promise<void> => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(bell),
        MessageGroupId: bell.ticketId ?? bell.projectId,
        MessageDeduplicationId: deduplication,
      }),
    );
  };
  return {
    ring: (bell) => send(bell, bell.id),
    ringAgain: (bell, time) => send(bell, `${bell.id}/${time}`),
  };
}

/** The doorbell of an event. */
export function bellOf({ id, type, cursor, projectId, ticketId }: Doorbell): Doorbell {
  return { id, type, cursor, projectId, ticketId };
}
