import { z } from 'zod';
import { blobs, bus, database, everywhere, model, secret, table } from '#adapters/aws/env.ts';

/** Set by Lambda itself. */
const Given = z.object({ AWS_REGION: z.string().min(1) });

/** What the gateway runs with: the only function that can read the model's key. */
export const GatewayEnv = z.object({
  ...everywhere,
  ...database,
  ...bus,
  ...blobs,
  ...model,
  ...table,
  /** Signs and checks run tokens. */
  TOKEN_SECRET_ARN: secret,
  /** With `anthropic`: where the Messages API is. */
  MODEL_BASE_URL: z.url().optional(),
  /** With `replay`: the cassette's file. Only where functions run on the machine that has it. */
  MODEL_CASSETTE: z.string().optional(),
  /** A Bedrock model for embeddings, or `hashed-ngrams`, which needs none. */
  EMBEDDING_MODEL: z.string().min(1).default('hashed-ngrams'),
  /** Longest time of one of a project's commands, in seconds; absent: half an hour. */
  CHECK_SECONDS: z.string().regex(/^\d+$/).transform(Number).optional(),
});
export type GatewayEnv = z.input<typeof GatewayEnv>;

export const readEnv = () => ({ ...GatewayEnv.parse(process.env), ...Given.parse(process.env) });
