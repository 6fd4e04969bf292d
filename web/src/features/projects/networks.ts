/** Which networks of sandboxes a project can have: those of the installation, and what it has already. Pure. */
import type { ProjectView } from '#core/api/views.ts';

export type Network = ProjectView['network'];

const words = {
  registries: 'Gateway and package registries',
  none: 'Gateway alone',
  open: 'Open',
} satisfies Record<Network, string>;

const all: readonly Network[] = ['registries', 'none', 'open'];

/** What a new project begins with: what the server takes when nothing is said, where the installation has it. */
export const firstNetwork = (networks: readonly Network[]): Network =>
  all.find((one) => networks.includes(one)) ?? 'registries';

/** The options of the field. What a project has is among them though the installation lacks it, and says so. */
export const networkOptions = (
  networks: readonly Network[],
  saved: Network | null,
): readonly (readonly [Network, string])[] =>
  all
    .filter((one) => networks.includes(one) || one === saved)
    .map((one) => [one, networks.includes(one) ? words[one] : `Not available here: ${words[one]}`]);

/** Why no sandbox starts with this one, and what to do; null where one does. */
export const networkFault = (networks: readonly Network[], chosen: Network): string | null =>
  networks.includes(chosen)
    ? null
    : `This installation has no such network, so no sandbox of the project starts. Choose another, or deploy with -c networks=${[...networks, chosen].join(',')}.`;
