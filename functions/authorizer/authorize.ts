/** Who asks the API: the answer of an HTTP API's Lambda authorizer in its simple form. What they may, the API knows. */
import { z } from 'zod';
import type { People } from '#adapters/cognito/people.ts';

/** Payload 2.0; the names of headers are in lower case. */
const Event = z.looseObject({ headers: z.record(z.string(), z.string().optional()).default({}) });

export interface Authorized {
  readonly isAuthorized: boolean;
  /** What the API reads of it. */
  readonly context?: { readonly actor: string; readonly role: string };
}

/** `Authorization: Bearer <token or key>`, or `x-api-key: <key>`. */
export function createAuthorizer({ people }: { readonly people: People }) {
  return async (raw: unknown): Promise<Authorized> => {
    const { headers } = Event.parse(raw);
    const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    const credential = bearer ?? headers['x-api-key'];
    const person = credential === undefined ? null : await people.who(credential);
    if (!person) return { isAuthorized: false };
    const { actor, role } = person;
    return { isAuthorized: true, context: { actor, role } };
  };
}
