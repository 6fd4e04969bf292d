import { clock, openPublishingStore } from '#adapters/aws/store.ts';
import { openTelemetry } from '#adapters/aws/telemetry.ts';
import { platformAuthor as author } from '#adapters/git/author.ts';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { blobsLater } from '#adapters/s3/later.ts';
import { readEnv } from './env.ts';
import { createSteps } from './steps.ts';

/** The steps on AWS: on the shared store, publishing what they commit. */
export function wire(): (input: unknown) => Promise<unknown> {
  const env = readEnv();
  const store = openPublishingStore(env, 'waits', openTelemetry());
  const blobs = blobsLater(env);
  return createSteps({ store, clock, newId, digest: sha256, author, blobs, slots: env.SLOTS });
}
