import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readEnv } from './env.ts';
import { createRotation } from './rotate.ts';

export function wire(): (event: unknown) => Promise<void> {
  readEnv();
  return createRotation(new SecretsManagerClient());
}
