import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Consumer, catalogue } from '#core/events/catalogue.ts';
import { patternsFor } from '../../infra/constructs/events.ts';
import { serviceActions } from '../../infra/constructs/function.ts';
import { ROOT } from '../tree/files.ts';
import { actionsOf, permissionsOf, startsPrograms } from './permissions.ts';
import { environmentOf, functionsOf, nameOf, type Resource, type Synthesized, synthesize } from './synth.ts';

let dev: Synthesized;
beforeAll(() => {
  dev = synthesize();
}, 300_000);

const functions = () => functionsOf(dev);
const text = (value: unknown) => JSON.stringify(value);

describe('the store', () => {
  it('is encrypted, reached by IAM over TLS, and not public', () => {
    const [cluster] = dev.all('AWS::RDS::DBCluster');
    const [writer, ...more] = dev.all('AWS::RDS::DBInstance');
    expect(cluster?.Properties).toMatchObject({
      StorageEncrypted: true,
      EnableIAMDatabaseAuthentication: true,
      ServerlessV2ScalingConfiguration: { MinCapacity: 0, SecondsUntilAutoPause: 300 },
    });
    expect(writer?.Properties.PubliclyAccessible).toBe(false);
    expect(more).toEqual([]);
    const [parameters] = dev.all('AWS::RDS::DBClusterParameterGroup');
    expect(parameters?.Properties.Parameters).toMatchObject({
      'rds.force_ssl': '1',
      idle_session_timeout: '60000',
    });
  });

  it('lies in subnets that nothing reaches from outside', () => {
    const routes = dev.all('AWS::EC2::Route').filter(({ id }) => id.startsWith('Store'));
    expect(routes.length).toBeGreaterThan(0);
    for (const { Properties } of routes) {
      expect(Properties).toHaveProperty('EgressOnlyInternetGatewayId');
      expect(Properties).not.toHaveProperty('GatewayId');
    }
  });

  it('lets in functions only, and only to its port', () => {
    const rules = dev.all('AWS::EC2::SecurityGroupIngress');
    expect(rules.map(({ Properties }) => Properties.FromPort)).toEqual([5433]);
    for (const { Properties } of dev.all('AWS::EC2::SecurityGroup'))
      expect(text(Properties.SecurityGroupIngress ?? [])).not.toContain('CidrIp');
  });

  it('is brought up to date before any function of the stacks after it', () => {
    const [migrations] = dev.all('Custom::Migrations');
    expect(migrations?.stack).toBe('data');
    const order = [dev.stacks.data, dev.stacks.workflow, dev.stacks.api];
    expect(dev.stacks.workflow.dependencies).toContain(order[0]);
    expect(dev.stacks.api.dependencies).toContain(order[1]);
  });
});

describe('what is kept', () => {
  it('is encrypted, private, and asked for over TLS only', () => {
    for (const { Properties } of dev.all('AWS::S3::Bucket')) {
      expect(text(Properties.BucketEncryption)).toContain('AES256');
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
    for (const { Properties } of dev.all('AWS::S3::BucketPolicy'))
      expect(text(Properties)).toContain('aws:SecureTransport');
    for (const { Properties } of dev.all('AWS::SQS::Queue'))
      expect(Properties.SqsManagedSseEnabled).toBe(true);
  });

  it('expires: every log, every blob of a run, every item of the registry', () => {
    for (const { id, Properties } of dev.all('AWS::Logs::LogGroup'))
      expect([id, Properties.RetentionInDays]).toEqual([id, 14]);
    expect(text(dev.all('AWS::S3::Bucket').find(({ stack }) => stack === 'data')?.Properties)).toContain(
      '"runs/"',
    );
    const [table] = dev.all('AWS::DynamoDB::GlobalTable');
    expect(table?.Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
  });

  it('never includes a secret of people: they put it in themselves', () => {
    const names = ['omoios/dev/github', 'omoios/dev/model'];
    const empty = dev
      .all('AWS::SecretsManager::Secret')
      .filter(({ Properties }) => names.includes(String(Properties.Name)));
    expect(empty).toHaveLength(2);
    for (const { Properties } of empty)
      expect(Object.keys(Properties).sort()).toEqual(['Description', 'Name', 'Tags']);
  });
});

describe('events', () => {
  const types = (consumers: readonly Consumer[]) =>
    Object.entries(catalogue)
      .filter(([, one]) => one.consumers.some((consumer) => consumers.includes(consumer)))
      .map(([type]) => type)
      .sort();
  const Rule = z.looseObject({
    EventPattern: z.object({ source: z.array(z.string()), 'detail-type': z.array(z.string()) }),
    Targets: z.array(z.looseObject({ DeadLetterConfig: z.looseObject({}) })).length(1),
  });
  const delivered = (stack: string) =>
    dev
      .all('AWS::Events::Rule')
      .filter((one) => one.stack === stack)
      .map(({ Properties }) => Rule.parse(Properties).EventPattern);

  it.each([
    ['workflow', ['workflow', 'sandbox', 'scheduler', 'queue']],
    ['api', ['console']],
  ] satisfies [string, Consumer[]][])(
    'reach their consumers in %s exactly once, with a dead-letter queue',
    (stack, consumers) => {
      const patterns = delivered(stack);
      expect(patterns.flatMap((one) => one['detail-type']).sort()).toEqual(types(consumers));
      for (const { source } of patterns) expect(source).toEqual(['omoios']);
    },
  );

  it('make patterns that EventBridge takes, however many there are', () => {
    const many = Array.from({ length: 500 }, (_, index) => `noun.happened_in_a_long_word_${index}.v1`);
    const rules = patternsFor(many);
    expect(rules.flat()).toEqual(many);
    for (const rule of rules)
      expect(Buffer.byteLength(text({ source: ['omoios'], 'detail-type': rule }))).toBeLessThanOrEqual(2048);
  });
});

describe('doorbells and deliveries', () => {
  it.each(['WakeupsQueue', 'DeliveriesQueue'])(
    'of %s keep the order of their group, come once, and end in a dead-letter queue',
    (name) => {
      const queue = dev.all('AWS::SQS::Queue').find(({ id }) => id.startsWith(name));
      expect(queue?.Properties).toMatchObject({
        FifoQueue: true,
        ContentBasedDeduplication: false,
        DeduplicationScope: 'messageGroup',
        RedrivePolicy: { maxReceiveCount: 20 },
      });
      const readers = dev
        .all('AWS::Lambda::EventSourceMapping')
        .filter(({ Properties }) => text(Properties.EventSourceArn).includes(name));
      expect(readers).toHaveLength(1);
      expect(readers[0]?.Properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    },
  );
});

describe('doors', () => {
  it('are throttled', () => {
    for (const { Properties } of dev.all('AWS::ApiGatewayV2::Stage'))
      expect(Properties.DefaultRouteSettings).toMatchObject({
        ThrottlingRateLimit: 50,
        ThrottlingBurstLimit: 100,
      });
    const [stage] = dev.all('AWS::ApiGateway::Stage');
    expect(stage?.Properties.MethodSettings).toMatchObject([{ ThrottlingRateLimit: 50 }]);
  });

  it('ask who comes before any route of the API, but for the webhooks, which are signed', () => {
    const routes = dev.all('AWS::ApiGatewayV2::Route').filter(({ id }) => id.startsWith('Http'));
    const open = routes.filter(({ Properties }) => Properties.AuthorizationType !== 'CUSTOM');
    expect(open.map(({ Properties }) => Properties.RouteKey)).toEqual(['POST /webhooks/github']);
    expect(routes.length).toBeGreaterThan(open.length);
  });

  it('stream what the gateway answers, for a quarter of an hour', () => {
    const streamed = dev.all('AWS::ApiGateway::Method').map(({ Properties }) => Properties.Integration);
    expect(streamed.length).toBeGreaterThan(0);
    for (const one of streamed)
      expect(one).toMatchObject({ ResponseTransferMode: 'STREAM', TimeoutInMillis: 900_000 });
  });

  it('serve the console with a strict policy', () => {
    const [headers] = dev.all('AWS::CloudFront::ResponseHeadersPolicy');
    const policy = text(headers?.Properties);
    for (const words of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      'ContentTypeOptions',
      'DENY',
    ])
      expect(policy).toContain(words);
    expect(policy).not.toMatch(/unsafe-eval|connect-src[^;]*\*/);
  });

  it('sign people in by code, as a client without a secret', () => {
    const [client] = dev.all('AWS::Cognito::UserPoolClient');
    expect(client?.Properties).toMatchObject({ AllowedOAuthFlows: ['code'], GenerateSecret: false });
    const [pool] = dev.all('AWS::Cognito::UserPool');
    expect(pool?.Properties.AdminCreateUserConfig).toMatchObject({ AllowAdminCreateUserOnly: true });
  });
});

describe('functions', () => {
  it('are one a folder, on arm64 with Node 24, each with a role of its own', () => {
    const all = functions();
    expect(new Set(all.map(({ Properties }) => text(Properties.Role))).size).toBe(all.length);
    for (const { Properties } of all)
      expect(Properties).toMatchObject({
        Architectures: ['arm64'],
        ...(Properties.PackageType === 'Image'
          ? { Code: { ImageUri: expect.anything() } }
          : { Runtime: 'nodejs24.x', Handler: 'index.handler' }),
      });
  });

  it('bring an image exactly where their code starts a program, which is git in the forge', () => {
    const named = functions().map((one) => ({
      name: nameOf(one),
      isImage: one.Properties.PackageType === 'Image',
    }));
    const starting = named.filter(({ name }) => startsPrograms(`functions/${name}/handler.ts`));
    expect(starting).toEqual([{ name: 'forge', isImage: true }]);
    expect(named.filter(({ isImage }) => isImage)).toEqual(starting);
  });

  it('call dual-stack endpoints exactly where there is no other way out', () => {
    for (const one of functions())
      expect([nameOf(one), environmentOf(one).AWS_USE_DUALSTACK_ENDPOINT]).toEqual([
        nameOf(one),
        one.Properties.VpcConfig === undefined ? undefined : 'true',
      ]);
  });

  it('hold a credential of the forge, or reach the store, never both', () => {
    for (const one of functions().filter(({ Properties }) => Properties.VpcConfig !== undefined)) {
      const role =
        z.object({ 'Fn::GetAtt': z.array(z.string()) }).parse(one.Properties.Role)['Fn::GetAtt'][0] ?? '';
      const reads = permissionsOf(role, dev.all('AWS::IAM::Policy')).filter(({ action }) =>
        action.endsWith(':GetSecretValue'),
      );
      expect([nameOf(one), text(reads)]).toEqual([nameOf(one), expect.not.stringContaining('Github')]);
    }
  });
});

/** Every action of our code, by function. What is not here is not allowed. */
const allowed: Readonly<Record<string, string>> = {
  api: 'events:PutEvents lambda:InvokeFunction rds-db:connect s3:GetObject s3:ListBucket secretsmanager:DescribeSecret states:DescribeExecution states:GetExecutionHistory',
  authorizer: 'dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query',
  broadcast: 'dynamodb:DeleteItem dynamodb:Query execute-api:ManageConnections',
  connect: 'dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem',
  effects:
    'dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query ecs:DescribeTasks ecs:RunTask ecs:StopTask iam:PassRole lambda:InvokeFunction rds-db:connect secretsmanager:GetSecretValue sqs:ChangeMessageVisibility states:DescribeExecution states:SendTaskFailure states:SendTaskSuccess states:StartExecution states:StopExecution',
  forge:
    's3:GetObject s3:ListBucket s3:PutObject secretsmanager:GetSecretValue secretsmanager:PutSecretValue',
  gateway:
    'dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query events:PutEvents rds-db:connect s3:GetObject s3:ListBucket s3:PutObject secretsmanager:GetSecretValue states:SendTaskHeartbeat',
  migrate: 'secretsmanager:GetSecretValue',
  reconcile:
    'dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query ecs:DescribeTasks ecs:StopTask events:PutEvents lambda:InvokeFunction rds-db:connect sqs:SendMessage states:DescribeExecution states:GetExecutionHistory states:SendTaskFailure states:SendTaskSuccess states:StartExecution states:StopExecution',
  relay: 'sqs:SendMessage',
  rotate:
    'secretsmanager:DescribeSecret secretsmanager:GetRandomPassword secretsmanager:GetSecretValue secretsmanager:PutSecretValue secretsmanager:UpdateSecretVersionStage',
  steps: 'events:PutEvents rds-db:connect s3:PutObject',
  webhooks:
    'lambda:InvokeFunction secretsmanager:DescribeSecret secretsmanager:GetSecretValue sqs:ChangeMessageVisibility sqs:SendMessage',
};

describe('permissions', () => {
  it('let the gateway, which sandboxes speak to, touch only who is at work', () => {
    const policies = dev.all('AWS::IAM::Policy').filter(({ id }) => id.startsWith('Door'));
    const statements = z
      .array(z.looseObject({ Action: z.unknown(), Condition: z.unknown().optional() }))
      .parse(policies.flatMap(({ Properties }) => Object(Properties.PolicyDocument).Statement));
    const onTable = statements.filter(({ Action }) => JSON.stringify(Action).includes('dynamodb:'));
    const agents = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['agent'] } };
    expect(onTable.map(({ Condition }) => Condition)).toEqual([agents]);
  });

  const ofService = new Set<string>(Object.values(serviceActions).flat());
  const roleOf = ({ Properties }: Resource) =>
    z.object({ 'Fn::GetAtt': z.array(z.string()) }).parse(Properties.Role)['Fn::GetAtt'][0] ?? '';
  const granted = (one: Resource) =>
    permissionsOf(roleOf(one), dev.all('AWS::IAM::Policy')).filter(({ action }) => !ofService.has(action));

  it('are these, function by function', () => {
    const actual = functions().map((one) => [
      nameOf(one),
      [...new Set(granted(one).map(({ action }) => action))].sort().join(' '),
    ]);
    expect(Object.fromEntries(actual)).toEqual(allowed);
  });

  it.each(Object.keys(allowed))('are none that the code of %s cannot use', (name) => {
    const entry = `functions/${name}/handler.ts`;
    if (!existsSync(ROOT + entry)) return;
    const usable = actionsOf(entry);
    expect((allowed[name] ?? '').split(' ').filter((action) => !usable.has(action))).toEqual([]);
  });

  it('name their resources, but for one that AWS has no resource for', () => {
    const open = functions().flatMap((one) =>
      granted(one)
        .filter(({ resource }) => resource === '"*"')
        .map(({ action }) => action),
    );
    expect(open).toEqual(['secretsmanager:GetRandomPassword']);
  });

  it('never come from a policy of AWS, but for what the CDK or API Gateway bring', () => {
    const broad = dev.all('AWS::IAM::Role').filter(({ Properties }) => Properties.ManagedPolicyArns);
    expect(broad.map(({ id }) => id.replace(/[0-9A-F]{8}.*$/, '')).sort()).toEqual([
      'CustomCDKBucketDeployment',
      'GatewayApiCloudWatchRole',
      'MigrationsProviderframeworkonEventServiceRole',
    ]);
  });
});

describe('an idle stack', () => {
  const reachesStore = (id: string) =>
    functions().some((one) => one.id === id && environmentOf(one).DATABASE_URL !== undefined);

  it('has no schedule', () => {
    expect(dev.all('AWS::Scheduler::Schedule')).toEqual([]);
    for (const { Properties } of dev.all('AWS::Events::Rule')) {
      expect(Properties).not.toHaveProperty('ScheduleExpression');
      expect(text(Properties.EventBusName)).not.toBe('"default"');
    }
  });

  it('is woken by queues only, which are empty', () => {
    for (const { Properties } of dev.all('AWS::Lambda::EventSourceMapping'))
      expect(text(Properties.EventSourceArn)).toMatch(/WakeupsQueue|DeliveriesQueue/);
  });

  it('rotates its secret without the store', () => {
    const [schedule] = dev.all('AWS::SecretsManager::RotationSchedule');
    const [id = ''] = z
      .object({ 'Fn::GetAtt': z.array(z.string()) })
      .parse(schedule?.Properties.RotationLambdaARN)['Fn::GetAtt'];
    expect(reachesStore(id)).toBe(false);
  });

  it('is watched by metrics that AWS keeps, and by nobody who calls a function', () => {
    const alarms = dev.all('AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(0);
    for (const { Properties } of alarms) {
      const spaces = [...text(Properties).matchAll(/"Namespace":"([^"]+)"/g)].map(([, one]) => one);
      expect(spaces.length).toBeGreaterThan(0);
      for (const space of spaces) expect(space).toMatch(/^AWS\//);
      expect(text(Properties.AlarmActions)).not.toMatch(/lambda/i);
      expect(Properties.TreatMissingData).toBe('notBreaching');
    }
    expect(dev.all('AWS::Synthetics::Canary')).toEqual([]);
    expect(dev.all('AWS::ApplicationAutoScaling::ScalingPolicy')).toEqual([]);
  });

  it('has no proxy, reader or replica that keeps the database awake', () => {
    for (const type of [
      'AWS::RDS::DBProxy',
      'AWS::RDS::GlobalCluster',
      'AWS::DMS::ReplicationTask',
      'AWS::ECS::Service',
    ])
      expect(dev.all(type)).toEqual([]);
  });
});

describe('alarms', () => {
  it('each name a section that the runbook has', () => {
    const runbook = readFileSync(`${ROOT}docs/runbook.md`, 'utf8');
    const anchors = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const { Properties } of dev.all('AWS::CloudWatch::Alarm')) {
      const section = /docs\/runbook\.md#([a-z-]+)/.exec(String(Properties.AlarmDescription))?.[1];
      expect(anchors).toContain(section);
    }
  });

  it('watch every dead-letter queue', () => {
    const watched = text(dev.all('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties.Dimensions));
    for (const { id } of dev.all('AWS::SQS::Queue').filter((one) => one.id.includes('DeadLetters')))
      expect(watched).toContain(id.slice(0, -8));
  });
});
