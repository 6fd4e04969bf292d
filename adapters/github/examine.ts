/** Whether a credential may do what a ticket needs, asked before the ticket is accepted and without changing anything. */
import { DomainError, ForgeRefused, InvalidInput } from '#core/errors.ts';
import { missingPermissions, permissionSentence } from '#core/forge/github-app.ts';
import type { Inspected } from '#core/forge/ports.ts';
import { Sha } from '#core/id.ts';
import { type Access, type AccessDeps, appClient, askerOf, openAccess, theCredential } from './access.ts';
import { createClient, webUrlOf } from './client.ts';
import { forgeError, isStatus } from './errors.ts';

/** See the port. */
export async function inspect(deps: AccessDeps, repo: string, branch: string | null): Promise<Inspected> {
  const access = await openAccess(deps, repo);
  const { client, owner, name, url } = access;
  const defaultBranch = branch ?? access.defaultBranch;
  const { data } = await access.ask(() =>
    client.repos.getBranch({ owner, repo: name, branch: defaultBranch }).catch((error: unknown) => {
      if (!isStatus(error, 404)) throw error;
      throw new InvalidInput(
        branch === null
          ? `${url} is empty. Make a first commit, then try again.`
          : `${url} has no branch “${branch}”.`,
        { repo: url, branch: defaultBranch },
      );
    }),
  );
  if (access.kind === 'token') await tryWrites(deps, access, defaultBranch);
  return { repo: url, defaultBranch, commit: Sha.parse(data.commit.sha) };
}

/** No commit has it, so nothing can be made of it. */
const nowhere = '0'.repeat(40);

/**
 * GitHub tells nobody what a fine-grained token may do. It does say 403 before it looks at what was asked for, and 422
 * after; so each of these asks for something that cannot be.
 */
async function tryWrites(deps: AccessDeps, access: Access, branch: string): Promise<void> {
  const { client, owner, name: repo } = access;
  const tries: Readonly<Record<string, () => Promise<unknown>>> = {
    contents: () => client.git.createRef({ owner, repo, ref: 'refs/heads/omoi/probe', sha: nowhere }),
    pull_requests: () => client.pulls.create({ owner, repo, title: 'probe', head: branch, base: branch }),
    statuses: () => client.repos.createCommitStatus({ owner, repo, sha: nowhere, state: 'pending' }),
  };
  const missing: string[] = [];
  for (const [permission, attempt] of Object.entries(tries))
    if (!(await allowed(access, attempt))) missing.push(permission);
  if (missing.length === 0) return;
  const { whose, where } = askerOf(await theCredential(deps), webUrlOf(deps.apiUrl));
  throw new ForgeRefused(permissionSentence(whose, missing, where), { repo: access.url, missing });
}

async function allowed({ ask }: Access, attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch (error) {
    if (isStatus(error, 422) || isStatus(error, 404) || isStatus(error, 409)) return true;
    if (isStatus(error, 403)) {
      const refused = await ask(() => Promise.reject(error)).catch((told: unknown) => told);
      if (refused instanceof ForgeRefused) return false;
      throw refused;
    }
    return ask(() => Promise.reject(error));
  }
}

/** How the connection to GitHub is, for the health page and the doctor: problems as sentences, none when all is well. */
export interface Standing {
  readonly kind: 'none' | 'token' | 'app';
  /** The login of a token, the slug of an App. */
  readonly as: string | null;
  readonly problems: readonly string[];
}

/** Asks GitHub who we are and, of an App, what it may do. Never throws for what GitHub says. */
export async function examine(deps: AccessDeps): Promise<Standing> {
  const credential = await deps.vault.read();
  if (credential === null) return { kind: 'none', as: null, problems: [] };
  const webUrl = webUrlOf(deps.apiUrl);
  const asker = askerOf(credential, webUrl);
  try {
    if (credential.kind === 'token') {
      const { data } = await createClient(deps.apiUrl, credential.token, deps.pace).users.getAuthenticated();
      return { kind: 'token', as: data.login, problems: [] };
    }
    const { data } = await (await appClient(deps, credential)).apps.getAuthenticated();
    const permissions = data?.permissions ?? {};
    const granted = Object.fromEntries(
      Object.entries(permissions).map(([name, level]) => [name, String(level)]),
    );
    const missing = missingPermissions(granted);
    const problems = missing.length === 0 ? [] : [permissionSentence(asker.whose, missing, asker.where)];
    return { kind: 'app', as: credential.slug, problems };
  } catch (error) {
    const told = forgeError(error, webUrl, asker);
    if (!(told instanceof DomainError)) throw told;
    return { kind: credential.kind, as: null, problems: [told.message] };
  }
}
