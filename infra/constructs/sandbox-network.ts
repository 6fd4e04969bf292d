/**
 * Where sandboxes run: networks of their own, so that no route leads from an agent's command to the database. Nobody
 * reaches in. There is one for each policy that the stage has (context `networks`).
 */
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { ByPolicy, Policy } from '../network-context.ts';
import { flowLog } from './store-network.ts';

/** Where Fargate places a sandbox, by ids, because they may come from outside. */
export interface SandboxPlace {
  /** Undefined when the network was brought: its owner looks after its names. */
  readonly vpcId: string | undefined;
  readonly subnets: readonly string[];
  readonly securityGroup: string;
}

/** A place for each policy that the stage has. */
export type SandboxPlaces = ByPolicy<SandboxPlace>;

interface SandboxNetworkProps {
  readonly policy: Policy;
  readonly logDays: number;
}

/** Public subnets in two zones without an inbound rule. */
export class SandboxNetwork extends Construct {
  readonly place: SandboxPlace;

  constructor(scope: Construct, id: string, { policy, logDays }: SandboxNetworkProps) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipProtocol: ec2.IpProtocol.DUAL_STACK,
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      // 4,096 addresses a subnet: one a sandbox.
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 20, mapPublicIpOnLaunch: false },
      ],
    });
    // Bundles and images' layers go to S3 without leaving the region, and without a charge.
    vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    flowLog(this, vpc, logDays);

    const securityGroup = policy === 'open' ? openGroup(this, vpc) : httpsGroup(this, vpc);
    this.place = {
      vpcId: vpc.vpcId,
      subnets: vpc.publicSubnets.map(({ subnetId }) => subnetId),
      securityGroup: securityGroup.securityGroupId,
    };
  }
}

function httpsGroup(scope: Construct, vpc: ec2.Vpc): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(scope, 'Sandboxes', {
    vpc,
    description: 'Sandboxes: nobody reaches in, HTTPS goes out.',
    allowAllOutbound: false,
  });
  // Without port 53 no other resolver than the network's own can be asked, and that one keeps to the allow-list.
  group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'HTTPS');
  group.addEgressRule(ec2.Peer.anyIpv6(), ec2.Port.tcp(443), 'HTTPS');
  return group;
}

function openGroup(scope: Construct, vpc: ec2.Vpc): ec2.SecurityGroup {
  return new ec2.SecurityGroup(scope, 'Sandboxes', {
    vpc,
    description: 'Sandboxes of the policy open: nobody reaches in, everything goes out.',
    allowAllOutbound: true,
    allowAllIpv6Outbound: true,
  });
}
