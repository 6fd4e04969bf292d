import { z } from 'zod';
import { blobs, bus, database, everywhere } from '#adapters/aws/env.ts';

/** What the steps of the state machines run with. */
export const StepsEnv = z.object({
  ...everywhere,
  ...database,
  ...bus,
  ...blobs,
  /** Most tasks at work at once in the whole installation, and so the most sandboxes of builders. */
  SLOTS: z.coerce.number().int().min(1).max(1000).default(8),
});
export type StepsEnv = z.input<typeof StepsEnv>;

export const readEnv = () => StepsEnv.parse(process.env);
