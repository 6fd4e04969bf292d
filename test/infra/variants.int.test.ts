/** What can be chosen at a deploy synthesizes too, under the same rules as the default does. */
import { describe, expect, it } from 'vitest';
import { synthesize } from './synth.ts';

const given = {
  network: 'given',
  networks: 'registries,open,none',
  vpc: 'vpc-0123456789abcdef0',
  privateSubnets: 'subnet-0000000000000000a,subnet-0000000000000000b',
  functionSecurityGroup: 'sg-0000000000000000a',
  sandboxSubnets: 'subnet-0000000000000000c,subnet-0000000000000000d',
  sandboxSecurityGroup: 'sg-0000000000000000b',
  sandboxSubnetsOpen: 'subnet-0000000000000000e',
  sandboxSecurityGroupOpen: 'sg-0000000000000000c',
  sandboxSubnetsNone: 'subnet-0000000000000000f',
  sandboxSecurityGroupNone: 'sg-0000000000000000d',
};
const database = {
  databaseUrl: 'postgresql://omoios@db.example:5433/omoios',
  databaseResourceId: 'cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ',
};

describe('a deploy', () => {
  it('to prod keeps what people would miss, and more of it', () => {
    const prod = synthesize({ stage: 'prod' });
    const [cluster] = prod.all('AWS::RDS::DBCluster');
    expect(cluster?.DeletionPolicy).not.toBe('Delete');
    expect(cluster?.Properties).toMatchObject({ DeletionProtection: true, BackupRetentionPeriod: 14 });
    const buckets = prod.all('AWS::S3::Bucket').filter(({ stack }) => stack === 'data');
    expect(buckets.length).toBeGreaterThan(0);
    for (const { DeletionPolicy } of buckets) expect(DeletionPolicy).toBe('Retain');
    for (const { Properties } of prod
      .all('AWS::DynamoDB::GlobalTable')
      .concat(prod.all('AWS::DynamoDB::Table')))
      expect(Properties).not.toMatchObject({ DeletionProtectionEnabled: false });
  });

  it('by a NAT instance or gateway has a way out for IPv4, and the default has none to pay for', () => {
    const [none, instance, gateway] = [
      synthesize(),
      synthesize({ egress: 'nat-instance' }),
      synthesize({ egress: 'nat-gateway' }),
    ];
    const paid = ['AWS::EC2::NatGateway', 'AWS::EC2::Instance', 'AWS::EC2::EIP'];
    const count = (one: typeof none) => paid.map((type) => one.all(type).length > 0);
    expect(count(none)).toEqual([false, false, false]);
    expect(instance.all('AWS::EC2::Instance').length).toBe(1);
    expect(gateway.all('AWS::EC2::NatGateway').length).toBeGreaterThan(0);
  });

  it('into a network and to a database that are there makes neither', () => {
    const own = synthesize({ ...given, ...database });
    for (const type of ['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::RDS::DBCluster'])
      expect(own.all(type)).toEqual([]);
    const inside = own.all('AWS::Lambda::Function').filter(({ Properties }) => 'VpcConfig' in Properties);
    expect(inside.length).toBeGreaterThan(0);
    for (const { Properties } of inside)
      expect(Properties.VpcConfig).toMatchObject({ SecurityGroupIds: [given.functionSecurityGroup] });
    expect(JSON.stringify(own.all('AWS::IAM::Policy'))).toContain(database.databaseResourceId);
    expect(own.all('AWS::Route53Resolver::FirewallRuleGroup')).toEqual([]);
    const effects = own.all('AWS::Lambda::Function').find(({ id }) => id.startsWith('Effects'));
    expect(effects?.Properties.Environment).toMatchObject({
      Variables: {
        SANDBOX_SUBNETS: given.sandboxSubnets,
        SANDBOX_SUBNETS_OPEN: given.sandboxSubnetsOpen,
        SANDBOX_SECURITY_GROUPS_OPEN: given.sandboxSecurityGroupOpen,
        SANDBOX_SECURITY_GROUPS_NONE: given.sandboxSecurityGroupNone,
      },
    });
  });

  it('with Bedrock needs no key of a model, and may ask for the model and for nothing else', () => {
    const bedrock = synthesize({
      upstream: 'bedrock',
      model: 'eu.anthropic.claude-sonnet-5-5',
      region: 'eu-west-1',
    });
    const policies = JSON.stringify(bedrock.all('AWS::IAM::Policy'));
    expect(policies).toContain('bedrock:InvokeModelWithResponseStream');
    expect(policies).toContain('foundation-model/anthropic.*');
    expect(policies).not.toContain('titan');
    const secrets = JSON.stringify(bedrock.all('AWS::SecretsManager::Secret'));
    expect(secrets).not.toMatch(/anthropic/i);
  });

  it('with embeddings by Bedrock may ask for that model alone', () => {
    const policies = JSON.stringify(
      synthesize({ embeddings: 'amazon.titan-embed-text-v2:0' }).all('AWS::IAM::Policy'),
    );
    expect(policies).toContain('foundation-model/amazon.titan-embed-text-v2:0');
    expect(policies).not.toContain('InvokeModelWithResponseStream');
  });

  it('with images that are there builds none', () => {
    const own = synthesize({
      image: 'registry.example/omoios/agent:1',
      forgeImage: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/omoios/forge:1',
    });
    const [task] = own.all('AWS::ECS::TaskDefinition');
    expect(JSON.stringify(task?.Properties)).toContain('registry.example/omoios/agent:1');
    const images = own
      .all('AWS::Lambda::Function')
      .filter(({ Properties }) => Properties.PackageType === 'Image');
    expect(JSON.stringify(images.map(({ Properties }) => Properties.Code))).toContain('omoios/forge:1');
  });

  it('for a GitHub Enterprise Server lets the console post the manifest of an App there, and nowhere else', () => {
    const acme = synthesize({ githubApi: 'https://git.acme.test/api/v3' });
    const [headers] = acme.all('AWS::CloudFront::ResponseHeadersPolicy');
    const policy = JSON.stringify(headers?.Properties);
    expect(policy).toContain("form-action 'self' https://git.acme.test;");
    const api = acme.all('AWS::Lambda::Function').find(({ id }) => /^Api[A-Z]/.test(id));
    expect(api?.Properties.Environment).toMatchObject({
      Variables: { GITHUB_API_URL: 'https://git.acme.test/api/v3' },
    });
  });

  it('without tracing and with mail for alarms does as it is told', () => {
    const quiet = synthesize({ tracing: 'off', alarmEmail: 'team@example.org', capacity: 'on-demand' });
    for (const { Properties } of quiet.all('AWS::Lambda::Function'))
      expect(Properties.TracingConfig).not.toEqual({ Mode: 'Active' });
    const steps = quiet.all('AWS::Lambda::Function').find(({ id }) => id.startsWith('Steps'));
    expect(steps?.Properties.Environment).toMatchObject({ Variables: { POWERTOOLS_TRACE_ENABLED: 'false' } });
    expect(JSON.stringify(quiet.all('AWS::SNS::Subscription'))).toContain('team@example.org');
  });
});
