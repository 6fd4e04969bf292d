/** Deliveries from the queue, worked on one after the other; the door has answered GitHub long before. */
import { Delivery, type ListenerDeps, listen } from '#adapters/github/listener.ts';
import { createInbox, type InboxDeps, type Unhandled } from '#adapters/sqs/inbox.ts';

/** What working on deliveries needs. */
export interface WorkDeps extends Pick<InboxDeps, 'postpone' | 'failed'> {
  readonly listener: ListenerDeps;
  readonly heard: (did: readonly string[]) => void;
}

/** A batch of the queue; answers which deliveries are to come again. */
export function createWork({ listener, heard, ...inbox }: WorkDeps): (batch: unknown) => Promise<Unhandled> {
  return createInbox({
    ...inbox,
    take: async (body) => heard(await listen(listener, Delivery.parse(JSON.parse(body)))),
  });
}
