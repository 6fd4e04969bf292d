/**
 * Where the functions that touch the store live, and the database. Nobody reaches in; out it goes by IPv6 through an
 * egress-only gateway (no charge), to S3 and DynamoDB by gateway endpoints, or by NAT where that was chosen.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';

/** Not Postgres' own port, so that a scan of the usual ports finds nothing. */
export const databasePort = 5433;

/** Where functions are placed: nowhere in particular when `vpc` is undefined. */
export interface FunctionNetwork {
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.SubnetSelection;
  readonly securityGroup: ec2.ISecurityGroup;
  /** Whether the only way out is IPv6, so that the SDK must call dual-stack endpoints. */
  readonly dualStackOnly: boolean;
}

interface StoreNetworkProps {
  readonly egress: Settings['egress'];
  /** Whether Bedrock answers: its API has no documented IPv6 endpoint. */
  readonly bedrock: boolean;
  readonly logDays: number;
}

/** Two zones, private subnets, one security group for functions and one for the database. */
export class StoreNetwork extends Construct {
  readonly vpc: ec2.Vpc;
  readonly functions: FunctionNetwork;
  readonly databaseSecurityGroup: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, { egress, bedrock, logDays }: StoreNetworkProps) {
    super(scope, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', { ...base, ...waysOut(egress) });
    this.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    this.vpc.addGatewayEndpoint('DynamoDb', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });
    flowLog(this, this.vpc, logDays);

    const securityGroup = new ec2.SecurityGroup(this, 'Functions', {
      vpc: this.vpc,
      description: 'Functions that touch the store: nobody reaches in.',
      allowAllOutbound: true,
      allowAllIpv6Outbound: true,
    });
    this.databaseSecurityGroup = new ec2.SecurityGroup(this, 'Database', {
      vpc: this.vpc,
      description: 'The database: functions reach in, nothing goes out.',
      allowAllOutbound: false,
    });
    this.databaseSecurityGroup.addIngressRule(securityGroup, ec2.Port.tcp(databasePort), 'functions');
    const subnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    this.functions = { vpc: this.vpc, subnets, securityGroup, dualStackOnly: egress === 'ipv6' };
    if (bedrock && egress === 'ipv6') this.reachBedrock(securityGroup);
  }

  /** One zone is enough: the other reaches it too, and each zone costs 7 USD a month. */
  private reachBedrock(functions: ec2.ISecurityGroup): void {
    const doors = new ec2.SecurityGroup(this, 'Bedrock', {
      vpc: this.vpc,
      description: 'The door to Bedrock: functions reach in.',
      allowAllOutbound: false,
    });
    doors.addIngressRule(functions, ec2.Port.tcp(443), 'functions');
    const [first] = this.vpc.privateSubnets;
    for (const [name, service] of [
      ['BedrockRuntime', ec2.InterfaceVpcEndpointAwsService.BEDROCK_RUNTIME],
      ['BedrockControl', ec2.InterfaceVpcEndpointAwsService.BEDROCK],
    ] as const)
      this.vpc.addInterfaceEndpoint(name, {
        service,
        open: false,
        securityGroups: [doors],
        subnets: { subnets: first ? [first] : [] },
      });
  }
}

const base: ec2.VpcProps = {
  ipProtocol: ec2.IpProtocol.DUAL_STACK,
  maxAzs: 2,
  // A default group that allows nothing would take a custom resource; nothing is in it.
  restrictDefaultSecurityGroup: false,
};

/** 1,024 addresses a subnet: each concurrent set of functions takes one, and a deploy takes them twice. */
const privateSubnets: ec2.SubnetConfiguration = {
  name: 'Private',
  subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS,
  cidrMask: 22,
};

function waysOut(egress: Settings['egress']): Partial<ec2.VpcProps> {
  if (egress === 'ipv6')
    return { natGateways: 0, createInternetGateway: false, subnetConfiguration: [privateSubnets] };
  const door: ec2.SubnetConfiguration = { name: 'Door', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28 };
  return {
    natGateways: 1,
    subnetConfiguration: [privateSubnets, door],
    ...(egress === 'nat-instance' ? { natGatewayProvider: natInstance() } : {}),
  };
}

function natInstance(): ec2.NatInstanceProviderV2 {
  const provider = ec2.NatProvider.instanceV2({
    // The smallest there is: 5 Gbit/s bursts, 3 USD a month.
    instanceType: new ec2.InstanceType('t4g.nano'),
    machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
    defaultAllowedTraffic: ec2.NatTrafficDirection.OUTBOUND_ONLY,
  });
  return provider;
}

/** What was refused, so that somebody who tries to get in or out is seen. Accepted traffic would be most of the bill. */
export function flowLog(scope: Construct, vpc: ec2.Vpc, logDays: number): void {
  const logGroup = new logs.LogGroup(scope, 'Refused', {
    retention: logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  vpc.addFlowLog('Refused', {
    trafficType: ec2.FlowLogTrafficType.REJECT,
    destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup),
  });
}

/** The rules that a NAT instance does not meet: it is one small machine, by the choice of who asked for it. */
export function acknowledgeNatInstance(vpc: ec2.Vpc): void {
  acknowledge(vpc, {
    'AwsSolutions-EC26': 'The NAT instance keeps nothing on its disk.',
    'AwsSolutions-EC28': 'Detailed monitoring costs more than the instance.',
    'AwsSolutions-EC29': 'The NAT instance holds no state: CloudFormation makes another one.',
    'AwsSolutions-EC23': 'A NAT instance takes whatever the private subnets send out.',
  });
}
