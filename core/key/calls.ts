/** Keys made and taken back from afar: the API asks the function that has them. */
import { z } from 'zod';
import { Instant } from '../id.ts';
import { ApiKey } from './key.ts';
import type { ApiKeys } from './ports.ts';

/** What a person does with keys; `find` stays where they are. */
export type KeyDesk = Pick<ApiKeys, 'create' | 'list' | 'revoke'>;

const NewKey = ApiKey.pick({ name: true, role: true, createdBy: true, createdAt: true, expiresAt: true });

/** Each call by its step. */
export const KeyCall = z.discriminatedUnion('step', [
  z.object({ step: z.literal('keys.create'), key: NewKey }),
  z.object({ step: z.literal('keys.list'), at: Instant }),
  z.object({ step: z.literal('keys.revoke'), id: z.string(), at: Instant }),
]);
export type KeyCall = z.infer<typeof KeyCall>;

const Made = z.object({ secret: z.string(), key: ApiKey });

/** The desk, where `call` reaches that function. */
export function keysThrough(call: (input: KeyCall) => Promise<unknown>): KeyDesk {
  return {
    create: async (key) => Made.parse(await call({ step: 'keys.create', key })),
    list: async (at) => z.array(ApiKey).parse(await call({ step: 'keys.list', at })),
    revoke: async (id, at) => ApiKey.nullable().parse(await call({ step: 'keys.revoke', id, at })),
  };
}

/** The other side. Throws what does not parse. */
export async function answerKeyCall(keys: KeyDesk, input: unknown): Promise<unknown> {
  const call = KeyCall.parse(input);
  switch (call.step) {
    case 'keys.create':
      return keys.create(call.key);
    case 'keys.list':
      return keys.list(call.at);
    case 'keys.revoke':
      return keys.revoke(call.id, call.at);
  }
}
