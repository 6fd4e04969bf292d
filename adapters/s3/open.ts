import { S3Client } from '@aws-sdk/client-s3';
import type { Blobs } from '#core/verify/ports.ts';
import { createS3Blobs } from './blobs.ts';

/** What names a bucket in a function's environment. */
export interface BucketEnv {
  readonly BLOB_BUCKET: string;
  readonly BLOB_PATH_STYLE?: 'true' | 'false' | undefined;
}

/** The blobs of a function. */
export const openBlobs = ({ BLOB_BUCKET, BLOB_PATH_STYLE }: BucketEnv): Blobs =>
  createS3Blobs(new S3Client({ forcePathStyle: BLOB_PATH_STYLE === 'true' }), BLOB_BUCKET);
