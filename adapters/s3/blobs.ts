/** Blobs in an S3 bucket: a key is an object's key. S3 writes an object at once or not at all. */
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound as NoSuchObject,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { BlobTooLarge } from '#adapters/files/errors.ts';
import { InvalidInput, NotFound } from '#core/errors.ts';
import type { Blobs } from '#core/verify/ports.ts';

/** 2 GB, as on one machine; one PUT takes 5 GB at most. */
const maxBlobBytes = 2_000_000_000;
/** What a signature of version 4 may last at most: seven days. One made with a role's credentials ends with those. */
const longestSeconds = 604_800;
const keyShape = /^[A-Za-z0-9._-]{1,200}(?:\/[A-Za-z0-9._-]{1,200})*$/;

/** Throws `InvalidInput` for a key that is none, `BlobTooLarge`, and what the SDK throws when S3 cannot be used. */
export function createS3Blobs(client: S3Client, bucket: string): Blobs {
  const at = (key: string) => ({ Bucket: bucket, Key: checked(key) });
  return {
    put: async (key, bytes) => {
      if (bytes.byteLength > maxBlobBytes)
        throw new BlobTooLarge(`The blob is larger than ${maxBlobBytes} bytes.`, { key });
      await client.send(new PutObjectCommand({ ...at(key), Body: bytes }));
    },
    get: async (key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand(at(key)));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (cause) {
        if (!(cause instanceof NoSuchKey)) throw cause;
        throw new NotFound('There is no such blob.', { key }, { cause });
      }
    },
    size: async (key) => {
      try {
        const { ContentLength } = await client.send(new HeadObjectCommand(at(key)));
        return ContentLength ?? 0;
      } catch (error) {
        // HEAD has no body, so S3 has no other name for a missing key than its status.
        if (error instanceof NoSuchObject) return null;
        throw error;
      }
    },
    presign: (verb, key, expiresInSeconds) => {
      if (expiresInSeconds > longestSeconds)
        throw new InvalidInput(`A URL can be signed for ${longestSeconds} seconds at most.`);
      const command = verb === 'GET' ? new GetObjectCommand(at(key)) : new PutObjectCommand(at(key));
      return getSignedUrl(client, command, { expiresIn: expiresInSeconds });
    },
  };
}

function checked(key: string): string {
  const segments = key.split('/');
  // S3 would keep `..` as it is, but clients that normalise paths would ask for another key.
  if (key.length > 500 || !keyShape.test(key) || segments.includes('.') || segments.includes('..'))
    throw new InvalidInput('This is no key of a blob.', { issues: [{ path: 'key', message: 'malformed' }] });
  return key;
}
