import type { NetworkPolicy, Project } from './project.ts';

/**
 * Why no sandbox of the project can start in an installation that has these networks, and what to do: a sentence, or
 * none when the project's own network is among them.
 */
export function networkObstacles(
  { name, network }: Pick<Project, 'name' | 'network'>,
  networks: readonly NetworkPolicy[],
): string[] {
  if (networks.includes(network)) return [];
  return [
    `This installation has no network for sandboxes of the policy ${network}, which the project ${name} asks for. Choose ${networks.join(' or ')} in its settings, or deploy with \`-c networks=${[...networks, network].join(',')}\`.`,
  ];
}
