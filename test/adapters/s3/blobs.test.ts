import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound as NoSuchObject,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { sdkStreamMixin } from '@smithy/util-stream';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { BlobTooLarge } from '#adapters/files/errors.ts';
import { createS3Blobs } from '#adapters/s3/blobs.ts';
import { InvalidInput, NotFound } from '#core/errors.ts';

const sdk = new S3Client({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
});
const client = mockClient(sdk);
const blobs = createS3Blobs(sdk, 'bucket');
beforeEach(() => client.reset());

const failed = { $metadata: {}, message: 'no' };

describe('blobs in a bucket', () => {
  it('puts under the key, and reads it back', async () => {
    client.on(PutObjectCommand).resolves({});
    await blobs.put('logs/a.txt', Buffer.from('text'));
    expect(client.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: 'bucket',
      Key: 'logs/a.txt',
    });
    client.on(GetObjectCommand).resolves({ Body: sdkStreamMixin(Readable.from([Buffer.from('text')])) });
    expect(Buffer.from(await blobs.get('logs/a.txt')).toString()).toBe('text');
  });

  it('tells a blob that is not there from a bucket that cannot be read', async () => {
    client.on(GetObjectCommand).rejectsOnce(new NoSuchKey(failed));
    await expect(blobs.get('gone')).rejects.toBeInstanceOf(NotFound);
    const denied = Object.assign(new Error('denied'), { name: 'AccessDenied' });
    client.on(GetObjectCommand).rejects(denied);
    await expect(blobs.get('gone')).rejects.toBe(denied);
    client.on(HeadObjectCommand).rejectsOnce(new NoSuchObject(failed));
    expect(await blobs.size('gone')).toBeNull();
    client.on(HeadObjectCommand).rejects(denied);
    await expect(blobs.size('gone')).rejects.toBe(denied);
    client.on(HeadObjectCommand).resolves({ ContentLength: 12 });
    expect(await blobs.size('here')).toBe(12);
  });

  it('refuses a blob over the limit before a byte is sent', async () => {
    const huge = { byteLength: 2_000_000_001 } as Uint8Array;
    await expect(blobs.put('huge', huge)).rejects.toBeInstanceOf(BlobTooLarge);
    expect(client.calls()).toEqual([]);
  });

  it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a b', 'ä', 'x'.repeat(501)])(
    'refuses the key %j',
    async (key) => {
      await expect(blobs.get(key)).rejects.toBeInstanceOf(InvalidInput);
      expect(client.calls()).toEqual([]);
    },
  );

  it('signs a URL for one verb, one key and so many seconds', async () => {
    const put = new URL(await blobs.presign('PUT', 'runs/r/bundle', 900));
    expect(put.pathname).toMatch(/\/runs\/r\/bundle$/);
    expect(put.searchParams.get('X-Amz-Expires')).toBe('900');
    expect(put.searchParams.get('x-id')).toBe('PutObject');
    expect(put.href).not.toContain('not-a-secret');
    const get = new URL(await blobs.presign('GET', 'runs/r/bundle', 900));
    expect(get.searchParams.get('X-Amz-Signature')).not.toBe(put.searchParams.get('X-Amz-Signature'));
    expect(() => blobs.presign('GET', 'runs/r/bundle', 604_801)).toThrow(InvalidInput);
  });
});
