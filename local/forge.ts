/** The forges of one machine: GitHub for what is there, when a credential is given, and git alone for all else. */
import { webUrlOf } from '#adapters/github/client.ts';
import { fixedVault } from '#adapters/github/credentials.ts';
import { createGitHubForge } from '#adapters/github/forge.ts';
import { createLocalForge, type ForgeDeps } from '#adapters/localforge/forge.ts';
import { readAddress } from '#core/forge/address.ts';
import type { Forge } from '#core/forge/ports.ts';
import type { HostConfig } from './config.ts';

/** One forge that hands each repository to the one which knows it. A path that exists was made absolute before. */
export function createForge(config: Pick<HostConfig, 'github'>, deps: ForgeDeps): Forge {
  const local = createLocalForge(deps);
  const { github } = config;
  if (github === undefined) return local;
  const { apiUrl, credential } = github;
  const { git, blobs, folder } = deps;
  const remote = createGitHubForge({ git, blobs, folder, apiUrl, vault: fixedVault(credential) });
  const webUrl = webUrlOf(apiUrl);
  const of = (repo: string): Forge => (readAddress(repo, webUrl) === null ? local : remote);
  return {
    inspect: (repo, branch) => of(repo).inspect(repo, branch),
    mirror: (repo, projectId, branch) => of(repo).mirror(repo, projectId, branch),
    push: (request) => of(request.repo).push(request),
    diff: (repo, base, head, maxBytes) => of(repo).diff(repo, base, head, maxBytes),
    merge: (repo, branch, into, message) => of(repo).merge(repo, branch, into, message),
    publish: (request) => of(request.repo).publish(request),
    look: (repo, number) => of(repo).look(repo, number),
  };
}
