import { z } from 'zod';
import { bus, database, everywhere, machines, sandboxes, table } from '#adapters/aws/env.ts';

/** What the monitoring loop's look runs with. It writes through `steps`, and publishes what was left in the outbox. */
export const ReconcileEnv = z.object({
  ...everywhere,
  ...database,
  ...bus,
  ...machines,
  ...sandboxes,
  ...table,
  STEPS_FUNCTION: z.string().min(1),
  /** Where doorbells ring once more when nobody acted on the first. */
  WAKE_QUEUE_URL: z.url(),
});
export type ReconcileEnv = z.input<typeof ReconcileEnv>;

export const readEnv = () => ReconcileEnv.parse(process.env);
