/**
 * What a deployment costs while nobody uses it: every resource of the templates either has a standing charge, which is
 * added up here, or is on the list of those that are paid by use. A type on neither list is an error.
 */
import { priced } from './prices.ts';

/** A resource of a template. */
export interface CostResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** One line of the table. */
export interface CostRow {
  readonly what: string;
  /** How it comes about, in words. */
  readonly how: string;
  readonly usd: number;
}

/** A template has a resource whose cost nobody has looked up. */
export class UnknownCost extends Error {
  override readonly name = 'UnknownCost';
}

/** Hours of a month, as AWS counts. */
const hours = 730;

/** Gigabytes of a store that has seen a few tickets: a fresh one has 0.1. */
const storeGb = 1;
/** Gigabytes of the images of the sandbox (0.6) and of the forge (0.2), compressed. */
const imageGb = 0.8;
/** Gigabytes of bundles of functions and of the console in the bootstrap's bucket, over a few deploys. */
const assetGb = 0.3;
/** Gigabytes of the disk of an Amazon Linux instance. */
const instanceDiskGb = 8;
/** Lambda asks a queue with five pollers, each of which waits for 20 s: 15 requests a minute, for ever. */
const pollsAMonth = 15 * 60 * hours;

type Charge = (all: readonly CostResource[]) => { readonly how: string; readonly usd: number };

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** Standing charges by type of resource. */
const charges: Readonly<Record<string, Charge>> = {
  'AWS::SecretsManager::Secret': (all) => ({
    how: `${all.length} secrets`,
    usd: priced('secret', all.length),
  }),
  'AWS::CloudWatch::Alarm': (all) => {
    const metrics = sum(all.map(({ Properties }) => Math.max(1, lengthOf(Properties.Metrics))));
    return {
      how: `${metrics} metrics in ${all.length} alarms, 10 of them free`,
      usd: priced('alarmMetric', metrics),
    };
  },
  'AWS::CloudWatch::Dashboard': (all) => ({
    how: `${all.length} of 3 that are free`,
    usd: priced('dashboard', all.length),
  }),
  'AWS::RDS::DBCluster': (all) => ({
    how: `${storeGb} GB, paused: no capacity units`,
    usd: all.length * priced('auroraGb', storeGb),
  }),
  'AWS::Lambda::EventSourceMapping': (all) => {
    const millions = (all.length * pollsAMonth) / 1e6;
    return {
      how: `${millions.toFixed(2)} million polls of empty queues, 1 million free`,
      usd: priced('sqsMillion', millions),
    };
  },
  'AWS::Route53Resolver::FirewallDomainList': (all) => {
    const domains = sum(all.map(({ Properties }) => lengthOf(Properties.Domains)));
    return { how: `${domains} domains on firewall lists`, usd: priced('dnsDomain', domains) };
  },
  'AWS::ECS::TaskDefinition': (all) => ({
    how: `the images of sandbox and forge, ${imageGb} GB`,
    usd: all.length * priced('imageGb', imageGb),
  }),
  'AWS::S3::Bucket': (all) => ({
    how: `${assetGb} GB of bundles and pages in ${all.length + 1} buckets`,
    usd: priced('s3Gb', assetGb),
  }),
  'AWS::EC2::NatGateway': (all) => ({
    how: `${all.length} for ${hours} hours`,
    usd: priced('natGatewayHour', all.length * hours),
  }),
  'AWS::EC2::EIP': (all) => ({
    how: `${all.length} public IPv4 for ${hours} hours`,
    usd: priced('publicIpv4Hour', all.length * hours),
  }),
  'AWS::EC2::Instance': (all) => ({
    how: `${all.length} t4g.nano with disk and public IPv4`,
    usd:
      all.length *
      (priced('natInstanceHour', hours) + priced('diskGb', instanceDiskGb) + priced('publicIpv4Hour', hours)),
  }),
  'AWS::EC2::VPCEndpoint': (all) => {
    const zones = sum(
      all
        .filter(({ Properties }) => Properties.VpcEndpointType === 'Interface')
        .map(({ Properties }) => lengthOf(Properties.SubnetIds)),
    );
    return {
      how: `${zones} zones of interface endpoints; gateway endpoints are free`,
      usd: priced('endpointHour', zones * hours),
    };
  },
};

/** Types that cost nothing, or nothing while nobody uses them. */
const byUse = new Set(
  `ApiGateway::Account ApiGateway::Deployment ApiGateway::Method ApiGateway::Resource ApiGateway::RestApi ApiGateway::Stage
  ApiGatewayV2::Api ApiGatewayV2::Authorizer ApiGatewayV2::Integration ApiGatewayV2::Route ApiGatewayV2::Stage
  CloudFront::Distribution CloudFront::Function CloudFront::OriginAccessControl CloudFront::ResponseHeadersPolicy
  Cognito::UserPool Cognito::UserPoolClient Cognito::UserPoolDomain DynamoDB::GlobalTable
  EC2::EgressOnlyInternetGateway EC2::FlowLog EC2::InternetGateway EC2::Route EC2::RouteTable EC2::SecurityGroup
  EC2::SecurityGroupEgress EC2::SecurityGroupIngress EC2::Subnet EC2::SubnetRouteTableAssociation EC2::VPC EC2::VPCCidrBlock
  EC2::VPCGatewayAttachment ECS::Cluster Events::Archive Events::EventBus Events::Rule
  IAM::InstanceProfile IAM::Policy IAM::Role Lambda::Function Lambda::LayerVersion Lambda::Permission Logs::LogGroup
  RDS::DBClusterParameterGroup RDS::DBInstance RDS::DBSubnetGroup Route53Resolver::FirewallRuleGroup
  Route53Resolver::FirewallRuleGroupAssociation S3::BucketPolicy SNS::Subscription SNS::Topic SNS::TopicPolicy SQS::Queue
  SQS::QueuePolicy SecretsManager::ResourcePolicy SecretsManager::RotationSchedule SecretsManager::SecretTargetAttachment
  StepFunctions::StateMachine CDK::Metadata`
    .split(/\s+/)
    .map((name) => `AWS::${name}`),
);

/** The standing charges of a deployment, dearest first. Throws `UnknownCost`. */
export function idleCost(resources: readonly CostResource[]): CostRow[] {
  const types = [...new Set(resources.map(({ Type }) => Type))];
  const unknown = types.filter(
    (type) => !(type in charges || byUse.has(type) || type.startsWith('Custom::')),
  );
  if (unknown.length > 0)
    throw new UnknownCost(
      `Nobody has looked up what ${unknown.join(', ')} costs: add it to infra/cost/idle.ts.`,
    );
  return types
    .flatMap((type) => {
      const charge = charges[type]?.(resources.filter(({ Type }) => Type === type));
      return charge === undefined ? [] : [{ what: type.replace('AWS::', ''), ...charge }];
    })
    .sort((a, b) => b.usd - a.usd);
}

/** What all rows come to. */
export const total = (rows: readonly CostRow[]): number => sum(rows.map(({ usd }) => usd));
