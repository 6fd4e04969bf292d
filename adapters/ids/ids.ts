import { createHash, randomBytes } from 'node:crypto';
import { typeid } from 'typeid-js';
import { Digest, type IdKind, type IdOf, ids, type NewId } from '#core/id.ts';

/** Makes TypeIDs on the UUIDv7 of the machine's clock and randomness: ordered by time, also within a millisecond. */
export const newId: NewId = <K extends IdKind>(kind: K) =>
  // The compiler does not see that the schema under K gives the id of K.
  ids[kind].parse(typeid(kind).toString()) as IdOf<K>;

/** SHA-256 of bytes, or of a text as UTF-8. */
export function sha256(content: string | Uint8Array): Digest {
  return Digest.parse(createHash('sha256').update(content).digest('hex'));
}

/** 256 random bits as text: nobody guesses them. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
