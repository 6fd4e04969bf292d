/** From the bus to the people: each event goes to every open WebSocket that wants it. */
import { z } from 'zod';
import type { Sockets } from '#adapters/apigateway/sockets.ts';
import type { Connections } from '#adapters/dynamodb/connections.ts';
import { BusEvent } from '#adapters/eventbridge/bus.ts';
import type { Clock } from '#core/id.ts';

const Delivery = z.looseObject({ detail: BusEvent });

export interface BroadcastDeps {
  readonly connections: Pick<Connections, 'list' | 'remove'>;
  readonly sockets: Sockets;
  readonly clock: Clock;
}

/** An event as the API shows it: what EventBridge carries has no tokens in it. */
function viewOf({ correlationId, causationId, ...view }: BusEvent) {
  return view;
}

export function createBroadcast({ connections, sockets, clock }: BroadcastDeps) {
  return async (event: unknown): Promise<void> => {
    const { detail } = Delivery.parse(event);
    const open = await connections.list(clock());
    const wanting = open.filter(({ ticket }) => ticket === null || ticket === detail.ticketId);
    const text = JSON.stringify(viewOf(detail));
    await Promise.all(
      wanting.map(async ({ id }) => {
        if ((await sockets.send(id, text)) === 'gone') await connections.remove(id);
      }),
    );
  };
}
