import { z } from 'zod';
import { everywhere, table } from '#adapters/aws/env.ts';

/** What sends events of the bus to the open WebSockets runs with. */
export const BroadcastEnv = z.object({
  ...everywhere,
  ...table,
  /** The management endpoint, `https://<api>.execute-api.<region>.amazonaws.com/<stage>`. */
  WEBSOCKET_ENDPOINT: z.url(),
});
export type BroadcastEnv = z.input<typeof BroadcastEnv>;

export const readEnv = () => BroadcastEnv.parse(process.env);
