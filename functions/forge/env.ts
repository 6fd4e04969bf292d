import { z } from 'zod';
import { blobs, everywhere, secret } from '#adapters/aws/env.ts';

/** What the forge runs with: the GitHub credential, and no store. */
export const ForgeEnv = z.object({
  ...everywhere,
  ...blobs,
  GITHUB_SECRET_ARN: secret,
  /** The REST API; that of GitHub Enterprise Server ends in `/api/v3`. */
  GITHUB_API_URL: z.url().default('https://api.github.com'),
});
export type ForgeEnv = z.input<typeof ForgeEnv>;

export const readEnv = () => ForgeEnv.parse(process.env);
