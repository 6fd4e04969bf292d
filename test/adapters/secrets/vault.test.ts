import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { secretVault } from '#adapters/secrets/vault.ts';

const client = mockClient(SecretsManagerClient);
const vault = secretVault(new SecretsManagerClient({ region: 'eu-west-1' }), 'arn');
beforeEach(() => client.reset());

const credential = { kind: 'token', token: 'github_pat_1', webhookSecret: null, by: 'Ada' } as const;

it('is empty while the secret has no value', async () => {
  const missing = new ResourceNotFoundException({ $metadata: {}, message: "can't find the secret value" });
  client.on(GetSecretValueCommand).rejects(missing);
  expect(await vault.read()).toBeNull();
});

it('keeps a credential as the JSON that the next reader asks for anew', async () => {
  client.on(PutSecretValueCommand).resolves({});
  await vault.write(credential);
  const [sent] = client.commandCalls(PutSecretValueCommand);
  expect(sent?.args[0].input).toEqual({ SecretId: 'arn', SecretString: JSON.stringify(credential) });
  client.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify(credential) });
  expect([await vault.read(), await vault.read()]).toEqual([credential, credential]);
  expect(client.commandCalls(GetSecretValueCommand)).toHaveLength(2);
});

it('puts the word about a disconnection twice, so that the credential is under no label of Secrets Manager', async () => {
  client.on(PutSecretValueCommand).resolves({});
  const gone = { kind: 'none', apiUrl: 'https://api.github.com', by: 'Ada', at: 'now' } as const;
  await vault.write(gone);
  const sent = client.commandCalls(PutSecretValueCommand).map(({ args }) => args[0].input.SecretString);
  expect(sent).toEqual([JSON.stringify(gone), JSON.stringify(gone)]);
  client.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify(gone) });
  expect([await vault.read(), await vault.gone()]).toEqual([null, gone]);
});

it('hides no other error', async () => {
  client.on(GetSecretValueCommand).rejects(new Error('AccessDenied'));
  await expect(vault.read()).rejects.toThrow('AccessDenied');
});

it.each(['github_pat_1', '{"kind":"token"}', '[]'])(
  'says what to put in instead of %s, and not what is in',
  async (text) => {
    client.on(GetSecretValueCommand).resolves({ SecretString: text });
    const failure = String(await vault.read().catch((error: unknown) => error));
    expect(failure).toContain('put JSON in');
    expect(failure).not.toContain('github_pat_1');
  },
);
