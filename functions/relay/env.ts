import { z } from 'zod';
import { everywhere } from '#adapters/aws/env.ts';

/** What the relay from the bus to the doorbells runs with. */
export const RelayEnv = z.object({
  ...everywhere,
  /** A FIFO queue. */
  WAKE_QUEUE_URL: z.url(),
});
export type RelayEnv = z.input<typeof RelayEnv>;

export const readEnv = () => RelayEnv.parse(process.env);
