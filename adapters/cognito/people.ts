/** Who asks: a person signed in by Cognito, or a program with an API key. */
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { FetchError, JwtBaseError } from 'aws-jwt-verify/error';
import { z } from 'zod';
import { looksLikeKey } from '#adapters/tokens/api-key.ts';
import type { Clock } from '#core/id.ts';
import type { KeyHolder } from '#core/key/key.ts';
import type { ApiKeys } from '#core/key/ports.ts';

/** What a token says of who shows it, verified. */
export type Claims = Readonly<Record<string, unknown>>;

/** Verifies a token's signature, issuer, audience and time; null when any of them does not hold. */
export type VerifyToken = (token: string) => Promise<Claims | null>;

/** Knows people and programs by what they show. */
export interface People {
  /** Who shows this credential, or null. */
  who(credential: string): Promise<KeyHolder | null>;
}

const Person = z.looseObject({
  sub: z.string(),
  email: z.string().optional(),
  username: z.string().optional(),
  'cognito:groups': z.array(z.string()).default([]),
});

/** Roles from the least to the most; a group of the pool is called as its role. */
const roles = ['viewer', 'approver', 'admin'] as const;

/** Keys by their form, everything else as a token. Throws what a look-up throws: nobody is let in by a failure. */
export function createPeople(deps: {
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly verify: VerifyToken;
  readonly clock: Clock;
}): People {
  return {
    async who(credential) {
      if (looksLikeKey(credential)) return deps.keys.find(credential, deps.clock());
      const claims = await deps.verify(credential);
      if (claims === null) return null;
      const { sub, email, username, 'cognito:groups': groups } = Person.parse(claims);
      // Whoever is in no group of ours may look, and nothing else.
      const role = roles.findLast((one) => groups.includes(one)) ?? 'viewer';
      return { actor: email ?? username ?? sub, role };
    },
  };
}

/** Tokens of a user pool, id and access tokens alike. The pool's keys are fetched once and kept. */
export function cognitoTokens(userPoolId: string, clientId: string): VerifyToken {
  const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: null });
  return async (token) => {
    try {
      return await verifier.verify(token);
    } catch (error) {
      // Keys that could not be fetched are no reason to let anybody in, nor a proof against the token.
      if (error instanceof JwtBaseError && !(error instanceof FetchError)) return null;
      throw error;
    }
  };
}
