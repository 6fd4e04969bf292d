import { z } from 'zod';
import { everywhere } from '#adapters/aws/env.ts';

/** What gives the token secret a new value runs with. Which secret, Secrets Manager says at each call. */
export const RotateEnv = z.object({ ...everywhere });
export type RotateEnv = z.input<typeof RotateEnv>;

export const readEnv = () => RotateEnv.parse(process.env);
