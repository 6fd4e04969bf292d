import { z } from 'zod';
import { bus, database, everywhere } from '#adapters/aws/env.ts';

/** What the steps of the state machines run with. */
export const StepsEnv = z.object({ ...everywhere, ...database, ...bus });
export type StepsEnv = z.input<typeof StepsEnv>;

export const readEnv = () => StepsEnv.parse(process.env);
