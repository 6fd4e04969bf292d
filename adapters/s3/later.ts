import type { Blobs } from '#core/verify/ports.ts';
import type { BucketEnv } from './open.ts';

/**
 * The blobs of a function that seldom needs one: S3's client, a tenth of such a function's code, is loaded by the first
 * call. Throws what the blobs throw.
 */
export function blobsLater(env: BucketEnv): Blobs {
  let opened: Promise<Blobs> | undefined;
  const open = (): Promise<Blobs> => {
    opened ??= import('./open.ts').then(({ openBlobs }) => openBlobs(env));
    return opened;
  };
  return {
    put: async (key, bytes) => (await open()).put(key, bytes),
    get: async (key) => (await open()).get(key),
    size: async (key) => (await open()).size(key),
    presign: async (verb, key, seconds) => (await open()).presign(verb, key, seconds),
  };
}
