import { describe, expect, it } from 'vitest';
import { readSettings, regions } from '../../infra/stages.ts';
import { WrongContext } from '../../infra/wrong-context.ts';

const given = {
  network: 'given',
  vpc: 'vpc-1',
  privateSubnets: 'subnet-1,subnet-2',
  functionSecurityGroup: 'sg-1',
  sandboxSubnets: 'subnet-3',
  sandboxSecurityGroup: 'sg-2',
};
const all = {
  ...given,
  networks: 'registries,open,none',
  sandboxSubnetsOpen: 'subnet-4,subnet-5',
  sandboxSecurityGroupOpen: 'sg-3',
  sandboxSubnetsNone: 'subnet-6',
  sandboxSecurityGroupNone: 'sg-4',
};

describe('the settings of a deployment', () => {
  it('need nothing to be given', () => {
    expect(readSettings({})).toMatchObject({
      stage: { name: 'dev' },
      egress: 'ipv6',
      network: 'new',
      database: 'new',
      sandbox: { capacity: 'FARGATE_SPOT', image: undefined },
      console: 'on',
    });
  });

  it('pass by what the CDK keeps in the context', () => {
    expect(readSettings({ '@aws-cdk/core:x': true, 'aws:cdk:enable-path-metadata': true })).toMatchObject({
      stage: { name: 'dev' },
    });
  });

  it('take the region of the context before that of the profile', () => {
    expect(readSettings({ region: 'eu-west-1' }, 'us-east-1').region).toBe('eu-west-1');
    expect(readSettings({}, 'us-east-1').region).toBe('us-east-1');
  });

  it('know a database that signs in by IAM from one with a password', () => {
    expect(readSettings({ databaseUrl: 'postgres://a:b@host/db' }).database).toMatchObject({
      auth: 'password',
    });
    const byIam = { databaseUrl: 'postgres://omoi@host:5432/db', databaseResourceId: 'cluster-X' };
    expect(readSettings(byIam).database).toMatchObject({ auth: 'iam', resourceId: 'cluster-X' });
  });

  it('build the image of the forge, take one from ECR, or none on an emulator', () => {
    expect(readSettings({}).forgeImage).toBe('built');
    expect(readSettings({ emulated: 'yes' }).forgeImage).toBe('none');
    const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/omoios/forge:1';
    expect(readSettings({ forgeImage: uri }).forgeImage).toEqual({
      ...{ account: '123456789012', region: 'eu-west-1', repository: 'omoios/forge', version: '1' },
    });
  });

  it('have one network of sandboxes unless more are asked for, in any order', () => {
    const networks = (context: object) => readSettings({ ...context }).sandbox.networks;
    expect(networks({})).toEqual(['registries']);
    expect(networks({ networks: 'none, registries,none' })).toEqual(['registries', 'none']);
    expect(readSettings(given).network).toMatchObject({
      sandboxes: { registries: { subnets: ['subnet-3'] }, open: undefined, none: undefined },
    });
  });

  it('take a network with all of its ids', () => {
    expect(readSettings(all).network).toMatchObject({
      privateSubnets: ['subnet-1', 'subnet-2'],
      sandboxes: {
        registries: { subnets: ['subnet-3'], securityGroup: 'sg-2' },
        open: { subnets: ['subnet-4', 'subnet-5'], securityGroup: 'sg-3' },
        none: { subnets: ['subnet-6'], securityGroup: 'sg-4' },
      },
    });
  });
});

describe('a context that makes no sense', () => {
  it.each([
    [{ stage: 'staging' }, 'stage=staging does not do: give one of dev, prod with -c stage='],
    [{ egress: 'vpn' }, 'give one of ipv6, nat-instance, nat-gateway'],
    [{ regoin: 'eu-west-1' }, 'There is no context value regoin.'],
    [{ region: 'mars-1' }, 'does not know the region mars-1. Choose one with -c region='],
    [{ githubApi: 'api.github.com' }, 'githubApi'],
    [{ forgeImage: 'docker.io/omoios/forge:1' }, 'Lambda takes images from ECR only'],
    [{ databaseUrl: 'mysql://host/db' }, 'databaseUrl'],
    [{ databaseUrl: 'postgres://omoi@host/db' }, 'add -c databaseResourceId='],
    [{ databaseResourceId: 'cluster-X' }, 'add -c databaseUrl='],
    [{ network: 'none' }, 'Aurora needs a network'],
    [{ ...given, vpc: '' }, 'vpc'],
    [{ network: 'given', vpc: 'vpc-1' }, '-c privateSubnets=… -c functionSecurityGroup=…'],
    [{ ...all, sandboxSubnetsNone: undefined }, 'ids: add -c sandboxSubnetsNone=….'],
    [{ ...given, networks: 'registries,open' }, 'add -c sandboxSubnetsOpen=… -c sandboxSecurityGroupOpen=….'],
    [
      { ...all, networks: 'registries,none' },
      'add -c networks=registries,none,open beside sandboxSubnetsOpen',
    ],
    [
      { networks: 'registries,lan' },
      'networks=registries,lan does not do: give one of registries, open, none',
    ],
    [{ networks: 'none' }, 'networks=none does not do: give registries among them'],
    [{ sandboxSubnetsOpen: 'subnet-1' }, 'add -c network=given beside sandboxSubnetsOpen'],
    [{ vpc: 'vpc-1' }, 'add -c network=given beside vpc'],
    [{ ...given, egress: 'nat-gateway' }, 'leave out egress'],
    [{ upstream: 'replay' }, 'add -c cassette=FILE'],
    [{ upstream: 'bedrock' }, 'add -c model=anthropic.claude-'],
    [{ upstream: 'replay', cassette: 'c.json', stage: 'prod' }, 'choose -c upstream='],
    [{ console: 'off' }, 'add -c consoleUrl='],
    [{ consoleUrl: 'https://example.com/' }, 'leave out consoleUrl'],
    [{ alarmEmail: 'nobody' }, 'alarmEmail'],
  ])('is told in one sentence that says what to do: %j', (context, words) => {
    const wrong = () => readSettings(context);
    expect(wrong).toThrow(WrongContext);
    expect(wrong).toThrow(words);
  });

  it('counts a region of the profile that is not on the list, too', () => {
    expect(() => readSettings({}, 'af-south-1')).toThrow('af-south-1');
    expect(new Set(regions).size).toBe(regions.length);
  });
});
