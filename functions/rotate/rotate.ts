/**
 * The rotation of the secret that run tokens are signed with. A key a line: the first signs, all of them verify.
 *
 * A new key is announced for one rotation before it signs, and stays for one after it: whoever read the secret a while
 * ago knows the key that signs now, and a sandbox that was started before can work to its end.
 */
import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';

/** What Secrets Manager calls with, once a step. */
const Rotation = z.looseObject({
  SecretId: z.string(),
  ClientRequestToken: z.string(),
  Step: z.enum(['createSecret', 'setSecret', 'testSecret', 'finishSecret']),
});

/** The next ring: what was announced signs, a fresh key is announced, what signed until now only verifies. */
export function turned(ring: readonly string[], fresh: string): string[] {
  const [signing, announced] = ring;
  if (signing === undefined) return [fresh];
  return announced === undefined ? [signing, fresh] : [announced, fresh, signing];
}

/** Every step may come twice. */
export function createRotation(client: SecretsManagerClient): (event: unknown) => Promise<void> {
  return async (event) => {
    const { SecretId, ClientRequestToken, Step } = Rotation.parse(event);
    if (Step === 'createSecret') await create(client, SecretId, ClientRequestToken);
    if (Step === 'finishSecret') await finish(client, SecretId, ClientRequestToken);
    // Nobody else has to be told of the value, and a ring cannot fail a test that `turned` passes.
  };
}

async function create(client: SecretsManagerClient, SecretId: string, token: string): Promise<void> {
  const pending = { SecretId, VersionId: token, VersionStage: 'AWSPENDING' };
  if ((await textOf(client, pending)) !== null) return;
  const current = await textOf(client, { SecretId, VersionStage: 'AWSCURRENT' });
  // 64 letters and digits: 380 bits, where 256 would do.
  const random = new GetRandomPasswordCommand({ PasswordLength: 64, ExcludePunctuation: true });
  const { RandomPassword } = await client.send(random);
  const ring = (current ?? '').split('\n').filter((line) => line.trim() !== '');
  const SecretString = turned(ring, z.string().parse(RandomPassword)).join('\n');
  await client.send(
    new PutSecretValueCommand({
      SecretId,
      ClientRequestToken: token,
      SecretString,
      VersionStages: ['AWSPENDING'],
    }),
  );
}

async function textOf(
  client: SecretsManagerClient,
  which: { readonly SecretId: string; readonly VersionId?: string; readonly VersionStage: string },
): Promise<string | null> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand(which));
    return SecretString ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

async function finish(client: SecretsManagerClient, SecretId: string, token: string): Promise<void> {
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
  const current = Object.entries(VersionIdsToStages ?? {}).find(([, stages]) =>
    stages.includes('AWSCURRENT'),
  );
  if (current?.[0] === token) return;
  await client.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: token,
      ...(current && { RemoveFromVersionId: current[0] }),
    }),
  );
}
