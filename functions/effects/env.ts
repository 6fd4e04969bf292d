import { z } from 'zod';
import { database, everywhere, machines, names, sandboxes, secret, table } from '#adapters/aws/env.ts';

/** What the consumer of doorbells runs with. It writes through `steps` only. */
export const EffectsEnv = z.object({
  ...everywhere,
  ...database,
  ...machines,
  ...sandboxes,
  ...table,
  STEPS_FUNCTION: z.string().min(1),
  /** The FIFO queue that doorbells come from: what failed is brought back to it sooner. */
  WAKE_QUEUE_URL: z.url(),
  TOKEN_SECRET_ARN: secret,
  /** The gateway as a sandbox reaches it, with its stage. */
  GATEWAY_URL: z.url(),
  /** The family or ARN of the sandbox's task definition; its container is called `agent`. */
  SANDBOX_TASK_DEFINITION: z.string().min(1),
  /** Where sandboxes of policy `registries` are placed: names resolve by the allow-list. */
  SANDBOX_SUBNETS: names,
  SANDBOX_SECURITY_GROUPS: names,
  /** Of policy `open`; not set in a stage without it. */
  SANDBOX_SUBNETS_OPEN: names.optional(),
  SANDBOX_SECURITY_GROUPS_OPEN: names.optional(),
  /** Of policy `none`: the gateway and the bucket alone; not set in a stage without it. */
  SANDBOX_SUBNETS_NONE: names.optional(),
  SANDBOX_SECURITY_GROUPS_NONE: names.optional(),
  SANDBOX_CAPACITY: z.enum(['FARGATE', 'FARGATE_SPOT']).default('FARGATE'),
});
export type EffectsEnv = z.input<typeof EffectsEnv>;

/** The variables, parsed. */
export type EffectsVariables = z.output<typeof EffectsEnv>;

export const readEnv = () => EffectsEnv.parse(process.env);
