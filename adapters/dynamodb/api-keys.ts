/** API keys: only their digest is kept, so whoever reads the table can use none. */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Instant } from '#core/id.ts';
import { seconds, type Table } from './table.ts';

/** Who a key speaks for, and what it may do. */
export const KeyHolder = z.object({
  actor: z.string(),
  role: z.enum(['viewer', 'approver', 'admin']),
});
export type KeyHolder = z.infer<typeof KeyHolder>;

/** Makes, finds and takes back keys. */
export interface ApiKeys {
  /** Makes a key; it is never shown again. */
  create(holder: KeyHolder, until: Instant): Promise<string>;
  /** Who a key speaks for at `at`, or null. */
  find(key: string, at: Instant): Promise<KeyHolder | null>;
  /** Takes a key back. */
  revoke(key: string): Promise<void>;
}

const pk = 'api-key';

/** So that a leaked key is known for what it is (and by scanners of repositories). */
const prefix = 'omoi_';

/** Whether a text has the form of a key of ours. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith(prefix);
}

/** 256 random bits need no slow hash: nobody can go through them. */
const digestOf = (key: string) => createHash('sha256').update(key).digest('hex');

/** Keys in the table, by digest. */
export function createApiKeys(table: Table): ApiKeys {
  return {
    async create(holder, until) {
      const key = `${prefix}${randomBytes(32).toString('base64url')}`;
      await table.put(pk, digestOf(key), { ...holder, expiresAt: seconds(until) });
      return key;
    },
    async find(key, at) {
      const item = looksLikeKey(key) ? await table.get(pk, digestOf(key), seconds(at)) : null;
      return item && KeyHolder.parse(item);
    },
    async revoke(key) {
      await table.remove(pk, digestOf(key));
    },
  };
}
