/**
 * Where sandboxes run: a network of their own, so that no route leads from an agent's command to the database. Nobody
 * reaches in; out they may speak HTTPS only.
 */
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { flowLog } from './store-network.ts';

/** Where Fargate places a sandbox, by ids, because they may come from outside. */
export interface SandboxPlace {
  /** Undefined when the network was brought: its owner looks after its names. */
  readonly vpcId: string | undefined;
  readonly subnets: readonly string[];
  readonly securityGroup: string;
}

interface SandboxNetworkProps {
  readonly logDays: number;
}

/** Public subnets in two zones without an inbound rule. */
export class SandboxNetwork extends Construct {
  readonly place: SandboxPlace;

  constructor(scope: Construct, id: string, { logDays }: SandboxNetworkProps) {
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

    const securityGroup = new ec2.SecurityGroup(this, 'Sandboxes', {
      vpc,
      description: 'Sandboxes: nobody reaches in, HTTPS goes out.',
      allowAllOutbound: false,
    });
    // Without port 53 no other resolver than the network's own can be asked, and that one keeps to the allow-list.
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'HTTPS');
    securityGroup.addEgressRule(ec2.Peer.anyIpv6(), ec2.Port.tcp(443), 'HTTPS');
    this.place = {
      vpcId: vpc.vpcId,
      subnets: vpc.publicSubnets.map(({ subnetId }) => subnetId),
      securityGroup: securityGroup.securityGroupId,
    };
  }
}
