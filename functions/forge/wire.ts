import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { git } from '#adapters/git/git.ts';
import { Credential } from '#adapters/github/credentials.ts';
import { createGitHubForge } from '#adapters/github/forge.ts';
import { createS3Blobs } from '#adapters/s3/blobs.ts';
import { createSecrets } from '#adapters/secrets/secrets.ts';
import { readEnv } from './env.ts';
import { createForgeSteps } from './steps.ts';

/** The only writable folder of a Lambda. */
const folder = '/tmp/mirrors';

/** The forge on AWS: GitHub, with the credential that the secret holds as JSON. */
export function wire(): (input: unknown) => Promise<unknown> {
  const env = readEnv();
  const secrets = createSecrets(new SecretsManagerClient());
  const s3 = new S3Client({ forcePathStyle: env.BLOB_PATH_STYLE === 'true' });
  const vault = { read: async () => Credential.parse(JSON.parse(await secrets.read(env.GITHUB_SECRET_ARN))) };
  const blobs = createS3Blobs(s3, env.BLOB_BUCKET);
  return createForgeSteps({
    forge: createGitHubForge({ git, blobs, folder, apiUrl: env.GITHUB_API_URL, vault }),
  });
}
