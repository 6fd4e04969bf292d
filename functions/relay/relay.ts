/** From the bus to the doorbells: each event that a consumer inside the platform acts on rings for its ticket. */
import { z } from 'zod';
import { BusEvent } from '#adapters/eventbridge/bus.ts';
import { bellOf, type Doorbells } from '#adapters/sqs/doorbells.ts';

/** What EventBridge hands to a target. */
const Delivery = z.looseObject({ detail: BusEvent });

export function createRelay({ bells }: { readonly bells: Doorbells }): (event: unknown) => Promise<void> {
  return async (event) => {
    await bells.ring(bellOf(Delivery.parse(event).detail));
  };
}
