/** Where agents work: a cluster, one task definition on arm64, and the names that a sandbox may look up. */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as assets from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as resolver from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';
import type { Settings } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';
import { builtFrom } from './image.ts';

/** What a sandbox gets: as much as a laptop's half, for builds and tests. Fargate's sizes, in units and megabytes. */
export const sandboxSize = { cpu: 2048, memory: 8192 } as const;

interface SandboxesProps {
  readonly settings: Settings;
  /** The root of the tree, to build the image from. */
  readonly root: string;
}

/** Sandboxes have no permission at all: their one token is in their environment, and good for the gateway only. */
export class Sandboxes extends Construct {
  readonly cluster: ecs.CfnCluster;
  readonly task: ecs.FargateTaskDefinition;

  constructor(scope: Construct, id: string, { settings, root }: SandboxesProps) {
    super(scope, id);
    // The bare resource: the CDK's own would bring a network that nobody uses.
    this.cluster = new ecs.CfnCluster(this, 'Cluster', {
      clusterName: `omoios-${settings.stage.name}`,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      // Insights are paid by the task; the platform measures its runs itself.
      clusterSettings: [{ name: 'containerInsights', value: 'disabled' }],
    });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/omoios/${settings.stage.name}/sandboxes`,
      retention: settings.stage.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.task = new ecs.FargateTaskDefinition(this, 'Task', {
      family: `omoios-${settings.stage.name}-sandbox`,
      cpu: sandboxSize.cpu,
      memoryLimitMiB: sandboxSize.memory,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    this.task.addContainer('agent', {
      containerName: 'agent',
      image: settings.sandbox.image
        ? ecs.ContainerImage.fromRegistry(settings.sandbox.image)
        : builtImage(this, root),
      logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'run' }),
      readonlyRootFilesystem: false,
    });
    acknowledge(this.cluster, {
      'AwsSolutions-ECS4': 'Each run journals its steps, times and costs in the store.',
    });
    acknowledge(this.task, {
      'AwsSolutions-IAM5': 'The registry hands out its token without a resource to name.',
    });
  }

  /** The roles that whoever starts a sandbox passes to it. */
  get roles(): iam.IRole[] {
    return [this.task.taskRole, this.task.obtainExecutionRole()];
  }
}

function builtImage(scope: Construct, root: string): ecs.ContainerImage {
  return ecs.ContainerImage.fromDockerImageAsset(
    new assets.DockerImageAsset(scope, 'Image', {
      directory: root,
      ...builtFrom('containers/agent/Dockerfile', 'dist/agent.mjs'),
    }),
  );
}

interface SandboxNamesProps {
  readonly vpcId: string;
  readonly gatewayHost: string;
  readonly bucketHost: string;
  /** Package registries; none where a project's policy is `none`. */
  readonly registries: readonly string[];
}

/**
 * The names that resolve in a network of sandboxes: the gateway, the bucket, the package registries that are allowed, and
 * what Fargate itself needs to fetch the image and send the log. Every other name does not exist there.
 */
export class SandboxNames extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { vpcId, gatewayHost, bucketHost, registries }: SandboxNamesProps,
  ) {
    super(scope, id);
    const { region, account } = Stack.of(this);
    const ofFargate = [
      `api.ecr.${region}.amazonaws.com`,
      `${account}.dkr.ecr.${region}.amazonaws.com`,
      `prod-${region}-starport-layer-bucket.s3.${region}.amazonaws.com`,
      `logs.${region}.amazonaws.com`,
    ];
    const allowed = new resolver.CfnFirewallDomainList(this, 'Allowed', {
      domains: [gatewayHost, bucketHost, ...ofFargate, ...registries.map(domainOf)],
    });
    const all = new resolver.CfnFirewallDomainList(this, 'All', { domains: ['*'] });
    const group = new resolver.CfnFirewallRuleGroup(this, 'Rules', {
      firewallRules: [
        {
          action: 'ALLOW',
          firewallDomainListId: allowed.attrId,
          priority: 100,
          // A registry may point to a network of its choice; only the name that was asked for is looked at.
          firewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN',
        },
        { action: 'BLOCK', blockResponse: 'NXDOMAIN', firewallDomainListId: all.attrId, priority: 200 },
      ],
    });
    new resolver.CfnFirewallRuleGroupAssociation(this, 'Association', {
      vpcId,
      firewallRuleGroupId: group.attrId,
      // Between 101 and 9899; it is the only one.
      priority: 101,
    });
  }
}

/** Our lists write `.jsr.io` for every name below it, Route 53 `*.jsr.io`. */
const domainOf = (host: string) => (host.startsWith('.') ? `*${host}` : host);
