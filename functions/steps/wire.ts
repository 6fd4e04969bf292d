import { S3Client } from '@aws-sdk/client-s3';
import { clock, openPublishingStore } from '#adapters/aws/store.ts';
import { openTelemetry } from '#adapters/aws/telemetry.ts';
import { platformAuthor as author } from '#adapters/git/author.ts';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { createS3Blobs } from '#adapters/s3/blobs.ts';
import { readEnv } from './env.ts';
import { createSteps } from './steps.ts';

/** The steps on AWS: on the shared store, publishing what they commit. */
export function wire(): (input: unknown) => Promise<unknown> {
  const env = readEnv();
  const store = openPublishingStore(env, 'waits', openTelemetry());
  const s3 = new S3Client({ forcePathStyle: env.BLOB_PATH_STYLE === 'true' });
  const blobs = createS3Blobs(s3, env.BLOB_BUCKET);
  return createSteps({ store, clock, newId, digest: sha256, author, blobs, slots: env.SLOTS });
}
