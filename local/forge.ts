/** The forges of one machine: GitHub for what is there, when it is connected, and git alone for all else. */
import { join } from 'node:path';
import { fileVault } from '#adapters/files/vault.ts';
import { fixedVault, type Vault } from '#adapters/github/credentials.ts';
import { createGitHubForge } from '#adapters/github/forge.ts';
import { publicApi, webUrlOf } from '#adapters/github/urls.ts';
import { createLocalForge, type ForgeDeps } from '#adapters/localforge/forge.ts';
import { ForgeRefused, InvalidInput } from '#core/errors.ts';
import { readAddress } from '#core/forge/address.ts';
import type { Forge } from '#core/forge/ports.ts';
import type { HostConfig } from './config.ts';

/** The REST API of the configured GitHub. */
export const configuredApi = ({ github }: Pick<HostConfig, 'github'>): string => github?.apiUrl ?? publicApi;

/** Where the credential is: in the environment, or in the data folder when the console connected it. */
export function vaultOf({ dataDir, github }: Pick<HostConfig, 'dataDir' | 'github'>): Vault {
  return github?.credential ? fixedVault(github.credential) : fileVault(join(dataDir, 'github.json'));
}

/** Whether a repository is on the GitHub that is connected, or was until somebody disconnected it. */
export async function isGitHubs(vault: Vault, apiUrl: string, repo: string): Promise<boolean> {
  const known = (await vault.read()) ?? (await vault.gone());
  return known !== null && readAddress(repo, webUrlOf(known.apiUrl ?? apiUrl)) !== null;
}

/** One forge that hands each repository to the one which knows it. A path that exists was made absolute before. */
export function createForge(config: Pick<HostConfig, 'github'>, vault: Vault, deps: ForgeDeps): Forge {
  const local = createLocalForge(deps);
  const apiUrl = configuredApi(config);
  const { git, blobs, folder } = deps;
  const remote = createGitHubForge({ git, blobs, folder, apiUrl, vault });
  // What was GitHub's stays so: it says there that nothing is connected.
  const of = async (repo: string): Promise<Forge> =>
    (await isGitHubs(vault, apiUrl, repo)) ? remote : local;
  return {
    inspect: async (repo, branch) => {
      const forge = await of(repo);
      return forge.inspect(repo, branch).catch((error: unknown) => {
        const isName = forge === local && /^[\w-]+\/[\w.-]+$/.test(repo);
        throw isName && error instanceof InvalidInput ? notConnected(repo) : error;
      });
    },
    mirror: async (repo, projectId, branch) => (await of(repo)).mirror(repo, projectId, branch),
    push: async (request) => (await of(request.repo)).push(request),
    diff: async (repo, base, head, maxBytes) => (await of(repo)).diff(repo, base, head, maxBytes),
    merge: async (repo, branch, into, message) => (await of(repo)).merge(repo, branch, into, message),
    publish: async (request) => (await of(request.repo)).publish(request),
    look: async (repo, number) => (await of(repo)).look(repo, number),
  };
}

const notConnected = (repo: string): ForgeRefused =>
  new ForgeRefused(
    `${repo} looks like a repository on GitHub, which is not connected. Connect it in the settings of the console, or give a folder or a URL.`,
    { repo },
  );
