import { z } from 'zod';
import { everywhere, people, table } from '#adapters/aws/env.ts';

/** What the WebSocket API's `$connect` and `$disconnect` run with. */
export const ConnectEnv = z.object({ ...everywhere, ...table, ...people });
export type ConnectEnv = z.input<typeof ConnectEnv>;

export const readEnv = () => ConnectEnv.parse(process.env);
