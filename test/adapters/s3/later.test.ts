import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it, onTestFinished } from 'vitest';
import { blobsLater } from '#adapters/s3/later.ts';
import { InvalidInput } from '#core/errors.ts';

it('is the bucket of the environment, opened by the first call', async () => {
  const s3 = mockClient(S3Client);
  onTestFinished(() => s3.restore());
  s3.on(PutObjectCommand).resolves({});
  s3.on(GetObjectCommand).resolves({});
  const blobs = blobsLater({ BLOB_BUCKET: 'bucket' });
  await blobs.put('tickets/1/pull.json', new Uint8Array([1]));
  expect(await blobs.get('tickets/1/pull.json')).toEqual(new Uint8Array());
  expect(s3.calls().map(({ args }) => args[0].input)).toEqual([
    expect.objectContaining({ Bucket: 'bucket', Key: 'tickets/1/pull.json' }),
    { Bucket: 'bucket', Key: 'tickets/1/pull.json' },
  ]);
  await expect(blobs.presign('GET', '../etc', 60)).rejects.toBeInstanceOf(InvalidInput);
});
