import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { createSecrets } from '#adapters/secrets/secrets.ts';

const client = mockClient(SecretsManagerClient);
const missing = new ResourceNotFoundException({ $metadata: {}, message: "can't find the secret value" });
beforeEach(() => client.reset());

function secrets() {
  let now = 0;
  const made = createSecrets(new SecretsManagerClient({ region: 'eu-west-1' }), () => now);
  return { ...made, wait: (minutes: number) => (now += minutes * 60_000) };
}

it('asks once in five minutes, then again, so that a rotated secret is taken up', async () => {
  client.on(GetSecretValueCommand).resolvesOnce({ SecretString: 'a' }).resolves({ SecretString: 'b' });
  const here = secrets();
  expect([await here.read('arn'), await here.read('arn')]).toEqual(['a', 'a']);
  here.wait(5);
  expect(await here.read('arn')).toBe('b');
});

it('tells a secret without a value, and does not keep that', async () => {
  client.on(GetSecretValueCommand).rejectsOnce(missing).resolves({ SecretString: 'set' });
  const here = secrets();
  await expect(here.read('arn')).rejects.toMatchObject({ code: 'secret-missing' });
  expect(await here.read('arn')).toBe('set');
});

it('knows whether a secret has a value without reading it', async () => {
  client
    .on(DescribeSecretCommand)
    .resolvesOnce({ VersionIdsToStages: { v: ['AWSCURRENT'] } })
    .resolvesOnce({})
    .rejectsOnce(missing);
  const here = secrets();
  expect([await here.isSet('arn'), await here.isSet('arn'), await here.isSet('arn')]).toEqual([
    ...[true, false, false],
  ]);
  expect(client.commandCalls(GetSecretValueCommand)).toHaveLength(0);
});
