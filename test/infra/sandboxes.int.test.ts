/** Where sandboxes run, what they may, and what they reach: by default, and with a network for each policy. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { publicRegistries } from '#core/project/registries.ts';
import { permissionsOf } from './permissions.ts';
import { environmentOf, functionsOf, nameOf, type Resource, type Synthesized, synthesize } from './synth.ts';

let dev: Synthesized;
let wide: Synthesized;
beforeAll(() => {
  dev = synthesize();
  wide = synthesize({ networks: 'registries,open,none' });
}, 300_000);

const functions = () => functionsOf(dev);
const text = (value: unknown) => JSON.stringify(value);

describe('sandboxes', () => {
  it('have a role without any permission', () => {
    const [task] = dev.all('AWS::ECS::TaskDefinition');
    const role = z
      .object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
      .parse(task?.Properties.TaskRoleArn);
    expect(permissionsOf(role['Fn::GetAtt'][0], dev.all('AWS::IAM::Policy'))).toEqual([]);
    const own = dev.all('AWS::IAM::Role').find(({ id }) => id === role['Fn::GetAtt'][0]);
    expect(own?.Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(own?.Properties).not.toHaveProperty('Policies');
  });

  it('run on arm64, without a variable of ours', () => {
    const [task] = dev.all('AWS::ECS::TaskDefinition');
    expect(task?.Properties).toMatchObject({
      RuntimePlatform: { CpuArchitecture: 'ARM64' },
      ContainerDefinitions: [{ Name: 'agent' }],
    });
    expect(text(task?.Properties)).not.toContain('"Environment"');
  });

  it('have one network unless more are asked for: a region has five, and a default stage takes two', () => {
    const networks = dev.all('AWS::EC2::VPC').map(({ id }) => id.replace(/Vpc.*/, ''));
    expect(networks.sort()).toEqual(['Sandbox', 'Store']);
    expect(dev.all('AWS::Route53Resolver::FirewallRuleGroupAssociation')).toHaveLength(1);
    const [effects, ...doors] = ['effects', 'api', 'webhooks'].map((name) => {
      const found = functions().find((one) => nameOf(one) === name);
      return found ? environmentOf(found) : {};
    });
    expect(text(effects?.SANDBOX_SUBNETS)).toContain('SandboxVpc');
    expect(Object.keys(effects ?? {})).not.toContain('SANDBOX_SUBNETS_OPEN');
    expect(Object.keys(effects ?? {})).not.toContain('SANDBOX_SUBNETS_NONE');
    expect(doors.map((door) => door.NETWORK_POLICIES)).toEqual(['registries', 'registries']);
  });

  const groups = () => wide.all('AWS::EC2::SecurityGroup').filter(({ id }) => id.startsWith('Sandbox'));
  const policyOf = (id: string) => /^Sandbox(Open|None|)(?=[A-Z])/.exec(id)?.[1] ?? id;
  const portsOf = ({ Properties }: Resource) =>
    z
      .array(z.looseObject({ IpProtocol: z.string(), FromPort: z.number().optional() }))
      .parse(Properties.SecurityGroupEgress)
      .map(({ IpProtocol, FromPort }) => FromPort ?? IpProtocol);

  it('let nobody in, whatever their policy', () => {
    expect(groups()).toHaveLength(3);
    for (const { Properties } of groups()) expect(Properties).not.toHaveProperty('SecurityGroupIngress');
    expect(wide.all('AWS::EC2::SecurityGroupIngress').every(({ id }) => !id.startsWith('Sandbox'))).toBe(
      true,
    );
    const own = wide.all('AWS::EC2::Subnet').filter(({ id }) => id.startsWith('Sandbox'));
    expect(own.map(({ Properties }) => Properties.MapPublicIpOnLaunch)).toEqual(own.map(() => false));
  });

  it('speak HTTPS only, but for the policy open', () => {
    const ports = Object.fromEntries(groups().map((one) => [policyOf(one.id), portsOf(one)]));
    expect(ports).toEqual({ '': [443, 443], None: [443, 443], Open: ['-1', '-1'] });
  });

  it('are in networks of their own by policy, without a way to each other or to the store', () => {
    const networks = wide.all('AWS::EC2::VPC').map(({ id }) => id.replace(/Vpc.*/, ''));
    expect(networks.sort()).toEqual(['Sandbox', 'SandboxNone', 'SandboxOpen', 'Store']);
    for (const type of ['VPCPeeringConnection', 'TransitGatewayAttachment', 'VPNGateway'])
      expect(wide.all(`AWS::EC2::${type}`)).toEqual([]);
    const { Variables } = z
      .object({ Variables: z.record(z.string(), z.unknown()) })
      .parse(
        wide.all('AWS::Lambda::Function').find(({ id }) => id.startsWith('Effects'))?.Properties.Environment,
      );
    for (const [name, network] of [
      ['', 'SandboxVpc'],
      ['_OPEN', 'SandboxOpenVpc'],
      ['_NONE', 'SandboxNoneVpc'],
    ])
      expect(text(Variables[`SANDBOX_SUBNETS${name}`])).toContain(network);
  });

  const lists = (): ReadonlyMap<string, readonly unknown[]> =>
    new Map(
      wide
        .all('AWS::Route53Resolver::FirewallDomainList')
        .map(({ id, Properties }) => [id, z.array(z.unknown()).parse(Properties.Domains)]),
    );

  it('resolve the gateway and the bucket, and of other names the registries alone, or none', () => {
    const [open, closed] = ['NamesAllowed', 'NamesNoneAllowed'].map(
      (prefix) => [...lists()].find(([id]) => id.startsWith(prefix))?.[1] ?? [],
    );
    for (const host of publicRegistries) expect(open).toContain(host.replace(/^\./, '*.'));
    // The gateway, the bucket, and four of Fargate's own.
    expect(closed).toHaveLength(6);
    expect(open).toEqual(expect.arrayContaining([...(closed ?? [])]));
    for (const { Properties } of wide.all('AWS::Route53Resolver::FirewallRuleGroup'))
      expect(Properties.FirewallRules).toMatchObject([{ Action: 'ALLOW' }, { Action: 'BLOCK' }]);
  });

  it('lack the firewall in the network of the policy open only', () => {
    const guarded = wide
      .all('AWS::Route53Resolver::FirewallRuleGroupAssociation')
      .map(({ Properties }) => /Sandbox(Open|None|)Vpc/.exec(text(Properties.VpcId))?.[1]);
    expect(guarded.sort()).toEqual(['', 'None']);
  });
});
