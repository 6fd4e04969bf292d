import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRotation, turned } from '#functions/rotate/rotate.ts';

const client = mockClient(SecretsManagerClient);
const rotate = createRotation(new SecretsManagerClient({ region: 'eu-west-1' }));
const call = (Step: string) => rotate({ SecretId: 'arn:token', ClientRequestToken: 'new', Step });
const missing = new ResourceNotFoundException({ message: 'none', $metadata: {} });

beforeEach(() => client.reset());

describe('the ring of keys', () => {
  it('announces a key before it signs, and keeps it for one turn after', () => {
    const rings = [['a']];
    for (const fresh of ['b', 'c', 'd']) rings.push(turned(rings.at(-1) ?? [], fresh));
    expect(rings).toEqual([['a'], ['a', 'b'], ['b', 'c', 'a'], ['c', 'd', 'b']]);
  });

  it('has in common with the ring before it the key that signs in either', () => {
    for (let ring = ['a'], turn = 0; turn < 5; turn += 1) {
      const next = turned(ring, `fresh${turn}`);
      expect(ring).toContain(next[0]);
      expect(next).toContain(ring[0]);
      ring = next;
    }
  });
});

describe('the rotation of the token secret', () => {
  it('writes the next ring as pending', async () => {
    client
      .on(GetSecretValueCommand, { VersionStage: 'AWSPENDING' })
      .rejects(missing)
      .on(GetSecretValueCommand, { VersionStage: 'AWSCURRENT' })
      .resolves({ SecretString: 'one\ntwo' })
      .on(GetRandomPasswordCommand)
      .resolves({ RandomPassword: 'three' });
    await call('createSecret');
    const [put] = client.commandCalls(PutSecretValueCommand);
    expect(put?.args[0].input).toEqual({
      SecretId: 'arn:token',
      ClientRequestToken: 'new',
      SecretString: 'two\nthree\none',
      VersionStages: ['AWSPENDING'],
    });
  });

  it('leaves a pending value alone when the step comes twice', async () => {
    client.on(GetSecretValueCommand).resolves({ SecretString: 'pending' });
    await call('createSecret');
    expect(client.commandCalls(PutSecretValueCommand)).toEqual([]);
  });

  it('passes on what it cannot mend', async () => {
    client.on(GetSecretValueCommand).rejects(new Error('throttled'));
    await expect(call('createSecret')).rejects.toThrow('throttled');
  });

  it('makes the pending value the current one, once', async () => {
    client
      .on(DescribeSecretCommand)
      .resolves({ VersionIdsToStages: { old: ['AWSCURRENT'], new: ['AWSPENDING'] } });
    await call('finishSecret');
    const [update] = client.commandCalls(UpdateSecretVersionStageCommand);
    expect(update?.args[0].input).toMatchObject({ MoveToVersionId: 'new', RemoveFromVersionId: 'old' });

    client.on(DescribeSecretCommand).resolves({ VersionIdsToStages: { new: ['AWSCURRENT'] } });
    await call('finishSecret');
    expect(client.commandCalls(UpdateSecretVersionStageCommand)).toHaveLength(1);
  });

  it('has nothing to do between the two', async () => {
    await call('setSecret');
    await call('testSecret');
    expect(client.calls()).toEqual([]);
  });
});
