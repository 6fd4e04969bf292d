/**
 * One Lambda: a bundle, a role of its own that may nothing but what is granted here, a log group, and its environment,
 * typed by the schema that it reads it with.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { GivenImage, Settings } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';
import { builtFrom } from './image.ts';
import type { FunctionNetwork } from './store-network.ts';

/** The bundles are not there. */
export class MissingBundle extends Error {
  override readonly name = 'MissingBundle';
}

/** What all functions of a deployment have in common. */
export interface FunctionPlatform {
  readonly settings: Settings;
  /** The folder of the bundles, one folder a function. */
  readonly bundles: string;
  /** Undefined: nowhere in particular. */
  readonly network: FunctionNetwork | undefined;
}

/** Variables that every function has; the platform sets them. */
type Everywhere =
  | 'POWERTOOLS_SERVICE_NAME'
  | 'POWERTOOLS_METRICS_NAMESPACE'
  | 'POWERTOOLS_LOG_LEVEL'
  | 'POWERTOOLS_TRACE_ENABLED'
  | 'AWS_USE_DUALSTACK_ENDPOINT';

/** What a schema of variables takes, as texts, without those that the platform sets. */
export type Variables<E> = {
  readonly [K in keyof Omit<E, Everywhere>]: undefined extends E[K] ? string | undefined : string;
};

interface OmoiFunctionProps<E> {
  readonly platform: FunctionPlatform;
  /** The folder below `functions/`. */
  readonly name: string;
  readonly description: string;
  readonly environment: Variables<E>;
  /** Whether it talks to the database, and so must be in its network. */
  readonly store: boolean;
  /** Megabytes; the processor grows with them. @default 512 */
  readonly memory?: number;
  /** @default 30 seconds */
  readonly timeout?: Duration;
  /** Of `/tmp`. @default 512, which is free */
  readonly diskMegabytes?: number;
  /** An image of its own, for a function that needs more than Node. @default the bundle alone, on Lambda's Node */
  readonly image?: FunctionImage;
}

/** An image that is there already, or one that `containers/<name>/Dockerfile` makes of the bundle. */
export type FunctionImage = GivenImage | { readonly root: string };

/** A function on arm64 with the newest Node that Lambda runs. */
export class OmoiFunction<E extends object> extends Construct {
  readonly lambda: lambda.Function;
  readonly role: iam.Role;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: OmoiFunctionProps<E>) {
    super(scope, id);
    const { platform, name, description, store, memory = 512, timeout = Duration.seconds(30) } = props;
    const { diskMegabytes } = props;
    const { stage, tracing } = platform.settings;
    const network = store ? platform.network : undefined;
    const functionName = `omoios-${stage.name}-${name}`;

    this.logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/omoios/${stage.name}/${name}`,
      retention: stage.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = functionRole(this, this.logGroup, network !== undefined, tracing);
    this.lambda = new lambda.Function(this, 'Function', {
      functionName,
      description,
      role: this.role,
      ...codeOf(this, props),
      architecture: lambda.Architecture.ARM_64,
      memorySize: memory,
      timeout,
      logGroup: this.logGroup,
      tracing: tracing ? lambda.Tracing.ACTIVE : lambda.Tracing.DISABLED,
      environment: variables({
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: 'omoios',
        POWERTOOLS_TRACE_ENABLED: tracing ? undefined : 'false',
        NODE_OPTIONS: '--enable-source-maps',
        AWS_USE_DUALSTACK_ENDPOINT: network?.dualStackOnly ? 'true' : undefined,
      }),
      ...(diskMegabytes === undefined ? {} : { ephemeralStorageSize: Size.mebibytes(diskMegabytes) }),
      ...(network === undefined ? {} : placed(network)),
    });
  }

  /** Lets the function's code do this, and no more. */
  allow(resources: readonly string[], ...actions: readonly string[]): this {
    this.role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }));
    return this;
  }
}

/** What the Lambda service does in the function's name; no code of ours does. */
export const serviceActions = {
  logs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  tracing: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  network: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ],
  // Beside `sqs:ChangeMessageVisibility`, which the readers' own code asks for, too.
  queue: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'],
} as const;

function functionRole(scope: Construct, logGroup: logs.LogGroup, inVpc: boolean, tracing: boolean): iam.Role {
  const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const grant = (actions: readonly string[], resources: string[]) =>
    role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources }));
  grant(serviceActions.logs, [logGroup.logGroupArn]);
  if (tracing) grant(serviceActions.tracing, ['*']);
  if (inVpc) grant(serviceActions.network, ['*']);
  if (tracing || inVpc)
    acknowledge(role, {
      'AwsSolutions-IAM5':
        'X-Ray takes no resource, and the network interfaces of a function have no names before Lambda makes them.',
    });
  return role;
}

function placed({ vpc, subnets, securityGroup }: FunctionNetwork): Partial<lambda.FunctionProps> {
  return { vpc, vpcSubnets: subnets, securityGroups: [securityGroup], ipv6AllowedForDualStack: true };
}

/** Where its code comes from, and what starts it. */
function codeOf(
  scope: Construct,
  { platform, name, image }: OmoiFunctionProps<object>,
): Pick<lambda.FunctionProps, 'code' | 'handler' | 'runtime'> {
  const bundle = bundleOf(platform.bundles, name);
  if (image === undefined)
    return {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(bundle),
    };
  const { FROM_IMAGE: handler } = lambda.Handler;
  const { FROM_IMAGE: runtime } = lambda.Runtime;
  return { handler, runtime, code: imageOf(scope, name, image) };
}

function imageOf(scope: Construct, name: string, image: FunctionImage): lambda.Code {
  if ('root' in image) {
    const from = builtFrom(`containers/${name}/Dockerfile`, `dist/functions/${name}`);
    return lambda.Code.fromAssetImage(image.root, from);
  }
  const { account, region, repository: repositoryName, version } = image;
  const repositoryArn = Stack.of(scope).formatArn({
    ...{ service: 'ecr', resource: 'repository', resourceName: repositoryName, account, region },
  });
  const given = ecr.Repository.fromRepositoryAttributes(scope, 'Given', { repositoryArn, repositoryName });
  return lambda.Code.fromEcrImage(given, { tagOrDigest: version });
}

function bundleOf(bundles: string, name: string): string {
  const folder = join(bundles, name);
  if (existsSync(folder)) return folder;
  throw new MissingBundle(`The bundle of ${name} is not in ${bundles}. Run \`npm run build\` first.`);
}

/** Without those that are not set: a variable with nothing in it is not the same as none. */
function variables(all: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const set = Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined);
  return Object.fromEntries(set);
}
