/**
 * Run tokens: the one thing of worth in a sandbox. A JWT (HS256) that names a run and an attempt, for the gateway alone.
 */
import { sign, verify } from 'hono/jwt';
import { z } from 'zod';
import { DomainError, InvalidInput } from '#core/errors.ts';
import { type Instant, RunId } from '#core/id.ts';

/** What a token says; it holds until `expiresAt`. */
export interface RunClaims {
  readonly runId: RunId;
  readonly attempt: number;
  readonly expiresAt: Instant;
}

/** The token is missing, of another signer, for another audience, damaged or expired. Never says which part, nor repeats it. */
export class TokenRefused extends DomainError {
  readonly code = 'token-refused';
}

/** Makes and checks run tokens. */
export interface RunTokens {
  sign(claims: RunClaims): Promise<string>;
  /** The claims of a token that holds at `at`; throws `TokenRefused`. */
  verify(token: string, at: Instant): Promise<RunClaims>;
}

/** Nobody but the gateway accepts these tokens, and it accepts no others. */
const audience = 'omoi-gateway';

/** HS256 with a shorter key than its digest (32 bytes) would be the weakest part. */
const minSecretBytes = 32;

const Payload = z.object({ sub: RunId, attempt: z.number().int().positive(), exp: z.number().int() });

/** Tokens signed by a secret of at least 32 bytes (throws `InvalidInput` on a shorter one). Whoever has it can write for any run. */
export function createRunTokens(secret: string): RunTokens {
  if (Buffer.byteLength(secret) < minSecretBytes) {
    throw new InvalidInput(`The secret of run tokens needs at least ${minSecretBytes} bytes.`);
  }
  return {
    sign: ({ runId, attempt, expiresAt }) =>
      sign({ sub: runId, attempt, aud: audience, exp: seconds(expiresAt) }, secret, 'HS256'),
    verify: async (token, at) => {
      const payload = Payload.safeParse(await verified(token, secret));
      if (!payload.success || payload.data.exp <= seconds(at)) {
        throw new TokenRefused('The run token is not valid or has expired.');
      }
      const { sub, attempt, exp } = payload.data;
      return { runId: sub, attempt, expiresAt: new Date(exp * 1000).toISOString() };
    },
  };
}

/** The payload, or null for whatever reason it does not verify: the library's errors repeat the token, so none gets out. */
async function verified(token: string, secret: string): Promise<unknown> {
  try {
    // Expiry is compared by the caller, with the clock it was given.
    return await verify(token, secret, { alg: 'HS256', aud: audience, exp: false });
  } catch {
    return null;
  }
}

function seconds(at: Instant): number {
  return Math.floor(Date.parse(at) / 1000);
}
