import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { git } from '#adapters/git/git.ts';
import { createConnection } from '#adapters/github/connection.ts';
import { createGitHubForge } from '#adapters/github/forge.ts';
import { openBlobs } from '#adapters/s3/open.ts';
import { secretVault } from '#adapters/secrets/vault.ts';
import { readEnv } from './env.ts';
import { createForgeSteps } from './steps.ts';

/** The only writable folder of a Lambda. */
const folder = '/tmp/mirrors';

/** The forge on AWS: GitHub, with the credential that the secret holds as JSON. */
export function wire(): (input: unknown) => Promise<unknown> {
  const env = readEnv();
  const vault = secretVault(new SecretsManagerClient(), env.GITHUB_SECRET_ARN);
  const apiUrl = env.GITHUB_API_URL;
  const blobs = openBlobs(env);
  return createForgeSteps({
    forge: createGitHubForge({ git, blobs, folder, apiUrl, vault }),
    github: createConnection({ apiUrl, vault }),
  });
}
