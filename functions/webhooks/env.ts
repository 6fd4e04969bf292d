import { z } from 'zod';
import { everywhere, model, networkPolicies, secret } from '#adapters/aws/env.ts';

/** What hears of GitHub runs with: the GitHub credential, a queue, and no store. It writes through `steps` only. */
export const WebhooksEnv = z.object({
  ...everywhere,
  ...model,
  ...networkPolicies,
  GITHUB_SECRET_ARN: secret,
  /** Only looked at, whether it has a value: without it no ticket is begun. */
  TOKEN_SECRET_ARN: secret,
  /** The REST API; that of GitHub Enterprise Server ends in `/api/v3`. */
  GITHUB_API_URL: z.url().default('https://api.github.com'),
  /** A FIFO queue. */
  DELIVERY_QUEUE_URL: z.url(),
  STEPS_FUNCTION: z.string().min(1),
});
export type WebhooksEnv = z.input<typeof WebhooksEnv>;

/** The variables, parsed. */
export type WebhooksVariables = z.output<typeof WebhooksEnv>;

export const readEnv = () => WebhooksEnv.parse(process.env);
