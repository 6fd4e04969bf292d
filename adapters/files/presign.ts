/** URLs that allow one verb on one blob until they expire: signed, so that the server which serves them keeps no list. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Forbidden } from '#core/errors.ts';
import type { Instant } from '#core/id.ts';

/** What a presigned URL may be used for. */
export type BlobVerb = 'GET' | 'PUT';

/** Who signs: the server's address (a path prefix may follow the host) and its secret. */
export interface Signer {
  readonly baseUrl: string;
  readonly secret: string;
}

/** `<baseUrl>/blobs/<key>?verb=GET&exp=<unix seconds>&sig=<HMAC-SHA256 of verb, key and exp>`. `at` is now. */
export function presignUrl(
  { baseUrl, secret }: Signer,
  verb: BlobVerb,
  key: string,
  at: Instant,
  expiresInSeconds: number,
): string {
  const exp = String(Math.ceil(Date.parse(at) / 1000) + expiresInSeconds);
  const query = new URLSearchParams({ verb, exp, sig: sign(secret, verb, key, exp) });
  return `${baseUrl}/blobs/${key}?${query}`;
}

/**
 * The key that a URL allows. `url` may be whole or begin at its path; its host is not looked at, for the same server
 * has several names. Throws `Forbidden` when it was not signed by us for this verb, or has expired.
 */
export function verifyPresigned({ baseUrl, secret }: Signer, verb: string, url: string, at: Instant): string {
  const { pathname, searchParams } = new URL(url, baseUrl);
  const prefix = `${new URL(baseUrl).pathname.replace(/\/$/, '')}/blobs/`;
  const key = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : '';
  const exp = searchParams.get('exp') ?? '';
  const expected = Buffer.from(sign(secret, verb, key, exp));
  const given = Buffer.from(searchParams.get('sig') ?? '');
  const ours = given.length === expected.length && timingSafeEqual(given, expected);
  if (!ours || searchParams.get('verb') !== verb)
    throw new Forbidden('This URL was not signed for this request.', { verb });
  if (Date.parse(at) >= Number(exp) * 1000) throw new Forbidden('This URL has expired.', { verb, key });
  return key;
}

function sign(secret: string, verb: string, key: string, exp: string): string {
  return createHmac('sha256', secret).update(`${verb}\n${key}\n${exp}`).digest('hex');
}
