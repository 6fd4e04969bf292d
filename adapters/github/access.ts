/** From a credential to one repository: a token that is good for it alone, minted for this use, and its true name. */
import { createAppAuth } from '@octokit/auth-app';
import { ForgeRefused, InvalidInput } from '#core/errors.ts';
import { addressUrl, type RepoAddress, readAddress } from '#core/forge/address.ts';
import {
  missingPermissions,
  neededPermissions,
  type Permission,
  permissionSentence,
} from '#core/forge/github-app.ts';
import { type Client, createClient, type Pace } from './client.ts';
import type { Credential, Vault } from './credentials.ts';
import { type Asker, forgeError, isStatus } from './errors.ts';
import { webUrlOf } from './urls.ts';

/** What opening a repository needs. */
export interface AccessDeps {
  /** `https://api.github.com`, or that of GitHub Enterprise Server, which ends in `/api/v3`. */
  readonly apiUrl: string;
  readonly vault: Pick<Vault, 'read'>;
  readonly pace?: Pace;
}

/** One use of one repository. */
export interface Access {
  readonly kind: Credential['kind'];
  readonly client: Client;
  /** For git; never stored, never an argument of a program. */
  readonly token: string;
  /** GitHub's id of the repository: no fork and no later name has it. */
  readonly id: number;
  /** As GitHub writes it now: a renamed repository has another name than the one that was asked for. */
  readonly owner: string;
  readonly name: string;
  /** `https://github.com/owner/name`. */
  readonly url: string;
  readonly defaultBranch: string;
  /** Runs a call; what GitHub refuses becomes a sentence. */
  readonly ask: <T>(call: () => Promise<T>) => Promise<T>;
  /** How sentences name the credential. */
  readonly asker: Asker;
}

/** The same for the GitHub that the credential is of: it may name another than the configured one. */
export async function connected<D extends AccessDeps>(
  deps: D,
): Promise<D & { readonly credential: Credential }> {
  const credential = await theCredential(deps);
  return { ...deps, apiUrl: credential.apiUrl ?? deps.apiUrl, credential };
}

/** All that a ticket takes. */
const allOfThem: readonly Permission[] = ['metadata', 'contents', 'pull_requests', 'checks', 'issues'];

/** Opens a repository, for no more than what is needed. Throws `InvalidInput`, `ForgeRefused` and `ForgeUnavailable`, each with a sentence. */
export async function openAccess(
  given: AccessDeps,
  repo: string,
  needed: readonly Permission[] = allOfThem,
): Promise<Access> {
  const { credential, ...deps } = await connected(given);
  const webUrl = webUrlOf(deps.apiUrl);
  const address = readAddress(repo, webUrl);
  if (address === null)
    throw new InvalidInput(`“${repo}” is no repository on ${webUrl}. Write it as owner/name.`, { repo });
  const asker = askerOf(credential, webUrl);
  const asked = addressUrl(webUrl, address);
  const ask = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw forgeError(error, asked, asker);
    }
  };
  const token =
    credential.kind === 'token' ? credential.token : await mint(deps, credential, { address, needed, ask });
  const client = createClient(deps.apiUrl, token, deps.pace);
  const { data } = await ask(() => client.repos.get({ owner: address.owner, repo: address.name }));
  if (data.archived) throw new ForgeRefused(`${data.html_url} is archived: nothing can be pushed to it.`);
  const [owner = address.owner, name = address.name] = data.full_name.split('/');
  const url = addressUrl(webUrl, { owner, name });
  const here = { id: data.id, owner, name, url, defaultBranch: data.default_branch };
  return { kind: credential.kind, client, token, ask, asker, ...here };
}

/** The credential; throws `ForgeRefused` when GitHub is not connected. */
export async function theCredential({ vault }: Pick<AccessDeps, 'vault'>): Promise<Credential> {
  const credential = await vault.read();
  if (credential) return credential;
  throw new ForgeRefused(
    'GitHub is not connected. Connect it in the settings of the console, or set GITHUB_TOKEN.',
  );
}

/** How sentences name the credential, and where its rights are changed. */
export function askerOf(credential: Credential, webUrl: string): Asker {
  return credential.kind === 'app'
    ? { whose: 'The GitHub App', where: `${webUrl}/settings/apps/${credential.slug}/permissions` }
    : { whose: 'The GitHub token', where: `${webUrl}/settings/personal-access-tokens` };
}

/** A client that speaks as the App itself, for ten minutes. */
export async function appClient(
  { apiUrl, pace }: AccessDeps,
  { appId, privateKey }: Extract<Credential, { kind: 'app' }>,
): Promise<Client> {
  const { token } = await createAppAuth({ appId, privateKey })({ type: 'app' }).catch((cause: unknown) => {
    throw new ForgeRefused(
      'The private key of the GitHub App cannot be used: it is no PEM of an RSA key.',
      {},
      { cause },
    );
  });
  return createClient(apiUrl, token, pace);
}

/** An installation token for this repository alone, with what is needed and no more. */
async function mint(
  deps: AccessDeps,
  credential: Extract<Credential, { kind: 'app' }>,
  asked: Pick<Access, 'ask'> & { readonly address: RepoAddress; readonly needed: readonly Permission[] },
): Promise<string> {
  const { ask, needed } = asked;
  const { owner, name } = asked.address;
  const client = await appClient(deps, credential);
  const asker = askerOf(credential, webUrlOf(deps.apiUrl));
  const found = await ask(() =>
    client.apps.getRepoInstallation({ owner, repo: name }).catch((error: unknown) => {
      if (!isStatus(error, 404)) throw error;
      const where = `${webUrlOf(deps.apiUrl)}/apps/${credential.slug}/installations/new`;
      throw new ForgeRefused(`The GitHub App is not installed on ${owner}/${name}. Install it at ${where}.`, {
        repo: `${owner}/${name}`,
      });
    }),
  );
  const { id, permissions, suspended_at: suspended } = found.data;
  if (suspended) throw new ForgeRefused(`The GitHub App is suspended on ${owner}. Unsuspend it there.`);
  const granted = Object.fromEntries(Object.entries(permissions).map(([key, level]) => [key, String(level)]));
  const missing = missingPermissions(granted).filter((one) => needed.includes(one));
  if (missing.length > 0)
    throw new ForgeRefused(permissionSentence(asker.whose, missing, asker.where), { missing });
  // After a rename GitHub redirects by id, and would not know the old name here.
  const moved = /\/repositories\/(\d+)\//.exec(found.url)?.[1];
  const which = moved === undefined ? { repositories: [name] } : { repository_ids: [Number(moved)] };
  const { data } = await ask(() =>
    client.apps.createInstallationAccessToken({
      installation_id: id,
      permissions: Object.fromEntries(needed.map((one) => [one, neededPermissions[one].level])),
      ...which,
    }),
  );
  return data.token;
}
