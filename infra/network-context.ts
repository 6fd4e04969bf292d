/** The part of the context that says where functions and sandboxes are: networks made here, brought, or none. */
import { z } from 'zod';
import { WrongContext } from './wrong-context.ts';

/** The network policies of projects (core/project/project.ts). Each takes a network, because a DNS firewall is one's whole. */
export const policies = ['registries', 'open', 'none'] as const;
export type Policy = (typeof policies)[number];

const text = z.string().trim().min(1);
export const list = text.transform((value) => value.split(',').map((one) => one.trim()));

/** The values by name. */
export const networkShape = {
  network: z.enum(['new', 'given', 'none']).default('new'),
  networks: list
    .pipe(z.array(z.enum(policies)))
    .refine((all) => all.includes('registries'), {
      error: 'registries among them, which projects have unless they choose another,',
    })
    .transform((all) => policies.filter((policy) => all.includes(policy)))
    .default(['registries']),
  vpc: text.optional(),
  privateSubnets: list.optional(),
  functionSecurityGroup: text.optional(),
  sandboxSubnets: list.optional(),
  sandboxSecurityGroup: text.optional(),
  sandboxSubnetsOpen: list.optional(),
  sandboxSecurityGroupOpen: text.optional(),
  sandboxSubnetsNone: list.optional(),
  sandboxSecurityGroupNone: text.optional(),
};
const NetworkContext = z.object(networkShape);
type NetworkContext = z.infer<typeof NetworkContext>;

/** Something for each policy that the stage has; `registries` it always has. */
export type ByPolicy<T> = { readonly registries: T } & { readonly [P in Policy]?: T | undefined };

/** Where sandboxes are placed. */
interface GivenPlace {
  readonly subnets: readonly string[];
  readonly securityGroup: string;
}

/** A network that is there already: ids as the account's owner gave them, for sandboxes by the project's policy. */
export interface GivenNetwork {
  readonly vpc: string;
  readonly privateSubnets: readonly string[];
  readonly functionSecurityGroup: string;
  readonly sandboxes: ByPolicy<GivenPlace>;
}

const common = ['vpc', 'privateSubnets', 'functionSecurityGroup'] as const;
const ofPolicy = {
  registries: ['sandboxSubnets', 'sandboxSecurityGroup'],
  open: ['sandboxSubnetsOpen', 'sandboxSecurityGroupOpen'],
  none: ['sandboxSubnetsNone', 'sandboxSecurityGroupNone'],
} as const;

/** `new`, `none`, or the one that is brought. Throws `WrongContext` when ids are missing, or are there for nothing. */
export function networkOf(context: NetworkContext): 'new' | 'none' | GivenNetwork {
  const { network, networks } = context;
  if (network !== 'given') {
    const extra = [...common, ...policies.flatMap((policy) => [...ofPolicy[policy]])].find(
      (name) => context[name] !== undefined,
    );
    if (extra !== undefined)
      throw new WrongContext(`To bring a network, add -c network=given beside ${extra}.`);
    return network;
  }
  for (const policy of policies.filter((one) => !networks.includes(one))) {
    const [extra] = ofPolicy[policy].filter((name) => context[name] !== undefined);
    if (extra !== undefined)
      throw new WrongContext(
        `Sandboxes of the policy ${policy} are not asked for: add -c networks=${[...networks, policy].join(',')} beside ${extra}, or leave it out.`,
      );
  }
  const { vpc, privateSubnets, functionSecurityGroup } = context;
  const [registries, open, none] = policies.map((policy) => placeOf(context, policy));
  if (vpc && privateSubnets && functionSecurityGroup && registries && open !== null && none !== null)
    return { vpc, privateSubnets, functionSecurityGroup, sandboxes: { registries, open, none } };
  const missing = [...common, ...networks.flatMap((policy) => [...ofPolicy[policy]])].filter(
    (name) => context[name] === undefined,
  );
  throw new WrongContext(
    `A given network needs all of its ids: add ${missing.map((name) => `-c ${name}=…`).join(' ')}. Sandboxes of several policies may share subnets and security group.`,
  );
}

/** Undefined where the policy is not asked for, null where ids are missing. */
function placeOf(context: NetworkContext, policy: Policy): GivenPlace | null | undefined {
  if (!context.networks.includes(policy)) return undefined;
  const [subnetsName, groupName] = ofPolicy[policy];
  const [subnets, securityGroup] = [context[subnetsName], context[groupName]];
  return subnets && securityGroup ? { subnets, securityGroup } : null;
}
