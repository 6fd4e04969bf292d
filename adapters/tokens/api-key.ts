/** The form of an API key, and what is kept of it. */
import { createHash, randomBytes } from 'node:crypto';
import type { Instant } from '#core/id.ts';
import type { ApiKey } from '#core/key/key.ts';

/** So that a leaked key is known for what it is (and by scanners of repositories). */
const prefix = 'omoi_';

/** Whether a text has the form of a key of ours. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith(prefix);
}

/** A new key: 256 random bits. */
export function newApiKey(): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** 256 random bits need no slow hash: nobody can go through them. */
export function keyDigest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** 64 bits of the digest: no two keys of a team share them, and nobody finds a key by them. */
export function keyIdOf(digest: string): string {
  return digest.slice(0, 16);
}

/** The prefix and five letters, 30 of the key's 256 bits: people know it again, and nobody guesses the rest. */
export function shownOf(secret: string): string {
  return secret.slice(0, prefix.length + 5);
}

/** How exact `lastUsedAt` is: each use would be a write, and a program calls many times a minute. */
const usedEveryMs = 300_000;

/** Whether a use at `at` is worth writing down. */
export function isNewUse({ lastUsedAt }: Pick<ApiKey, 'lastUsedAt'>, at: Instant): boolean {
  return lastUsedAt === null || Date.parse(at) - Date.parse(lastUsedAt) >= usedEveryMs;
}
