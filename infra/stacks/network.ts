import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { SandboxNetwork, type SandboxPlace, type SandboxPlaces } from '../constructs/sandbox-network.ts';
import { PartStack, type StageProps } from '../constructs/stack.ts';
import { acknowledgeNatInstance, type FunctionNetwork, StoreNetwork } from '../constructs/store-network.ts';
import type { GivenNetwork, Policy } from '../network-context.ts';

/** What the other stacks need of a network, made here or brought. */
export interface Network {
  /** Undefined: functions run outside of any VPC. */
  readonly functions: FunctionNetwork | undefined;
  readonly sandboxes: SandboxPlaces;
  /** Undefined when the network was brought, and the database with it. */
  readonly store: StoreNetwork | undefined;
}

/** One network for the store and one for the sandboxes of each policy; no way leads between them. */
export class NetworkStack extends PartStack implements Network {
  readonly store: StoreNetwork;
  readonly functions: FunctionNetwork;
  readonly sandboxes: SandboxPlaces;

  constructor(scope: Construct, props: StageProps) {
    super(scope, 'network', { ...props, description: 'OmoiOS: networks of the store and of sandboxes' });
    const { stage, egress, model, sandbox } = props.settings;
    const logDays = stage.logDays;
    this.store = new StoreNetwork(this, 'Store', { egress, logDays, bedrock: model.upstream === 'bedrock' });
    if (egress === 'nat-instance') acknowledgeNatInstance(this.store.vpc);
    this.functions = this.store.functions;
    const place = (id: string, policy: Policy) => new SandboxNetwork(this, id, { policy, logDays }).place;
    const has = (policy: Policy) => sandbox.networks.includes(policy);
    this.sandboxes = {
      registries: place('Sandbox', 'registries'),
      open: has('open') ? place('SandboxOpen', 'open') : undefined,
      none: has('none') ? place('SandboxNone', 'none') : undefined,
    };
  }
}

/** A network that is there already, in the scope of a stack that uses it. */
export function givenNetwork(scope: Construct, given: GivenNetwork): Network {
  const vpc = ec2.Vpc.fromVpcAttributes(scope, 'GivenVpc', {
    vpcId: given.vpc,
    // Placeholders: nothing asks for the zones of a network that was brought.
    availabilityZones: given.privateSubnets.map((_, index) => `zone-${index}`),
    privateSubnetIds: [...given.privateSubnets],
  });
  return {
    store: undefined,
    functions: {
      vpc,
      subnets: { subnets: vpc.privateSubnets },
      securityGroup: ec2.SecurityGroup.fromSecurityGroupId(scope, 'GivenGroup', given.functionSecurityGroup, {
        mutable: false,
      }),
      dualStackOnly: false,
    },
    sandboxes: outsides(given.sandboxes),
  };
}

const outside = (ids: Omit<SandboxPlace, 'vpcId'>): SandboxPlace => ({ vpcId: undefined, ...ids });

const outsides = ({ registries, open, none }: GivenNetwork['sandboxes']): SandboxPlaces => ({
  registries: outside(registries),
  open: open && outside(open),
  none: none && outside(none),
});

const nowhere = outside({ subnets: ['subnet-none'], securityGroup: 'sg-none' });

/** No network: for hosts that place functions and sandboxes where they like, and only want names for it. */
export const noNetwork: Network = {
  store: undefined,
  functions: undefined,
  sandboxes: { registries: nowhere, open: nowhere, none: nowhere },
};
