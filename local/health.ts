import type { ProcessSandboxes } from '#adapters/process/sandboxes.ts';
import type { ModelUpstream } from '#core/agent/upstream.ts';
import type { HealthView } from '#core/api/views.ts';
import { problemsFor, type Standing } from '#core/forge/connection.ts';
import type { HostConfig } from './config.ts';
import { configuredApi, isGitHubs } from './forge.ts';
import type { Ground } from './ground.ts';
import { noKey } from './upstream.ts';

/** What must be mended before a ticket of a repository can be worked on; GitHub is asked about its own alone. */
export function obstaclesOf(
  { config, upstream, vault }: Pick<Ground, 'config' | 'upstream' | 'vault'>,
  standing: () => Promise<Standing>,
): (repo: string) => Promise<readonly string[]> {
  return async (repo) => {
    const atGitHub = (await isGitHubs(vault, configuredApi(config), repo))
      ? problemsFor(await standing(), repo)
      : [];
    return [...(upstream.name === 'none' ? [noKey] : []), ...atGitHub];
  };
}

/** How the host is, with every warning that a person should see before trusting what it shows. */
export async function healthOf(
  config: HostConfig,
  upstream: ModelUpstream,
  sandboxes: Pick<ProcessSandboxes, 'describe'>,
): Promise<Omit<HealthView, 'cursor' | 'status' | 'networks'>> {
  const sandbox = sandboxes.describe();
  const warnings: string[] = [];
  if (upstream.replayed) {
    warnings.push(
      `A replayed model is in use (${upstream.name}): its words come from a recording, everything around them is real.`,
    );
  }
  if (upstream.name === 'none') warnings.push(noKey);
  if (sandbox.degraded)
    warnings.push(`Sandboxes are weaker than they should be: ${sandbox.reason ?? 'no reason given'}`);
  return {
    version: config.version,
    model: { name: upstream.replayed ? upstream.name : config.model, replayed: upstream.replayed },
    sandbox,
    warnings,
  };
}
