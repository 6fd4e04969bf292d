/** API keys on one machine: a file in the data folder, with digests alone in it. */
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Instant } from '#core/id.ts';
import { ApiKey } from '#core/key/key.ts';
import type { ApiKeys } from '#core/key/ports.ts';
import { isNewUse, keyDigest, keyIdOf, looksLikeKey, newApiKey, shownOf } from '../tokens/api-key.ts';

const Kept = z.record(z.string(), ApiKey);
type Kept = z.infer<typeof Kept>;

/** Keys in this file, by digest; one change after the other. */
export function fileApiKeys(file: string): ApiKeys {
  let tail: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = tail.then(work);
    tail = done.catch(() => undefined);
    return done;
  };
  const change = <T>(apply: (kept: Kept) => T): Promise<T> =>
    inTurn(async () => {
      const kept = await read(file);
      const answer = apply(kept);
      await write(file, kept);
      return answer;
    });
  return {
    create: (given) =>
      change((kept) => {
        const secret = newApiKey();
        const digest = keyDigest(secret);
        const key = { ...given, id: keyIdOf(digest), prefix: shownOf(secret), lastUsedAt: null };
        kept[digest] = key;
        return { secret, key };
      }),
    list: async (at) =>
      Object.values(await inTurn(() => read(file)))
        .filter((key) => lives(key, at))
        .sort((one, other) => other.createdAt.localeCompare(one.createdAt)),
    async find(secret, at) {
      const digest = keyDigest(secret);
      const key = looksLikeKey(secret) ? (await inTurn(() => read(file)))[digest] : undefined;
      if (key === undefined || !lives(key, at)) return null;
      if (isNewUse(key, at))
        await change((kept) => {
          const now = kept[digest];
          if (now) kept[digest] = { ...now, lastUsedAt: at };
        });
      return { actor: key.name, role: key.role };
    },
    revoke: (id, at) =>
      change((kept) => {
        const found = Object.entries(kept).find(([, key]) => key.id === id && lives(key, at));
        if (found === undefined) return null;
        delete kept[found[0]];
        return found[1];
      }),
  };
}

const lives = ({ expiresAt }: ApiKey, at: Instant): boolean => Date.parse(expiresAt) > Date.parse(at);

async function read(file: string): Promise<Kept> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return Kept.parse(JSON.parse(text));
}

async function write(file: string, kept: Kept): Promise<void> {
  await writeFile(`${file}.part`, JSON.stringify(kept), { mode: 0o600, flush: true });
  await chmod(`${file}.part`, 0o600);
  await rename(`${file}.part`, file);
}
