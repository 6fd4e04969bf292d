import { z } from 'zod';
import {
  blobs,
  bus,
  database,
  everywhere,
  machines,
  model,
  networkPolicies,
  secret,
} from '#adapters/aws/env.ts';

/** What the API runs with. It reads no secret: it only looks whether those it names have a value. */
export const ApiEnv = z.object({
  ...everywhere,
  ...database,
  ...bus,
  ...blobs,
  ...machines,
  ...model,
  ...networkPolicies,
  /** The function that holds the forge's credential: inspect, diff and merge are asked of it. */
  FORGE_FUNCTION: z.string().min(1),
  /** The function that knows the keys of programs, and who is at work. */
  AUTHORIZER_FUNCTION: z.string().min(1),
  /** Secrets without which nothing works; looked at by the health page. */
  TOKEN_SECRET_ARN: secret,
  GITHUB_SECRET_ARN: secret.optional(),
  /** The REST API of GitHub or of a GitHub Enterprise Server. */
  GITHUB_API_URL: z.url().default('https://api.github.com'),
  /** Where GitHub's webhooks arrive. */
  WEBHOOK_URL: z.url().optional(),
  VERSION: z.string().min(1),
});
export type ApiEnv = z.input<typeof ApiEnv>;

/** The variables, parsed. */
export type ApiVariables = z.output<typeof ApiEnv>;

export const readEnv = () => ApiEnv.parse(process.env);
