import { z } from 'zod';
import { everywhere, people, table } from '#adapters/aws/env.ts';

/** What checks who asks the API runs with: Cognito's tokens, and API keys by their digest. */
export const AuthorizerEnv = z.object({ ...everywhere, ...table, ...people });
export type AuthorizerEnv = z.input<typeof AuthorizerEnv>;

export const readEnv = () => AuthorizerEnv.parse(process.env);
