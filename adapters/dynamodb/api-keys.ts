/** API keys: only their digest is kept, so whoever reads the table can use none. */
import { z } from 'zod';
import type { Instant } from '#core/id.ts';
import { type ApiKey, KeyRole } from '#core/key/key.ts';
import type { ApiKeys } from '#core/key/ports.ts';
import { isNewUse, keyDigest, keyIdOf, looksLikeKey, newApiKey, shownOf } from '../tokens/api-key.ts';
import { type Attributes, seconds, type Table } from './table.ts';

const pk = 'api-key';

/** An item; `expiresAt` is in seconds, as TTL counts. */
const Item = z.looseObject({
  actor: z.string(),
  role: KeyRole,
  prefix: z.string().default(''),
  createdBy: z.string().default(''),
  createdAt: z.string().default(''),
  lastUsedAt: z.string().nullable().default(null),
  expiresAt: z.number(),
});

function rowOf(digest: string, item: Attributes): ApiKey {
  const { actor, role, prefix, createdBy, createdAt, lastUsedAt, expiresAt } = Item.parse(item);
  const until = new Date(expiresAt * 1000).toISOString();
  return {
    ...{ id: keyIdOf(digest), prefix, name: actor, role, createdBy, lastUsedAt, expiresAt: until },
    createdAt: createdAt === '' ? until : createdAt,
  };
}

/** Keys in the table, by digest. */
export function createApiKeys(table: Table): ApiKeys {
  const listed = async (at: Instant) =>
    (await table.list(pk, seconds(at))).map((item) => ({ digest: item.sk, key: rowOf(item.sk, item) }));
  return {
    async create({ name, role, createdBy, createdAt, expiresAt }) {
      const secret = newApiKey();
      const item = {
        ...{ actor: name, role, prefix: shownOf(secret), createdBy, createdAt, lastUsedAt: null },
        expiresAt: seconds(expiresAt),
      };
      await table.put(pk, keyDigest(secret), item);
      return { secret, key: rowOf(keyDigest(secret), item) };
    },
    async list(at) {
      return (await listed(at))
        .map(({ key }) => key)
        .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
    },
    async find(secret, at) {
      const digest = keyDigest(secret);
      const item = looksLikeKey(secret) ? await table.get(pk, digest, seconds(at)) : null;
      if (item === null) return null;
      const { name: actor, role, lastUsedAt } = rowOf(digest, item);
      // A key that was taken back meanwhile is not put there again.
      if (isNewUse({ lastUsedAt }, at))
        await table.put(pk, digest, { ...item, lastUsedAt: at }, { expression: 'attribute_exists(pk)' });
      return { actor, role };
    },
    async revoke(id, at) {
      const found = (await listed(at)).find(({ key }) => key.id === id);
      if (found === undefined) return null;
      await table.remove(pk, found.digest);
      return found.key;
    },
  };
}
