/** Whether a credential may do what a ticket needs, asked before the ticket is accepted and without changing anything. */
import { ForgeRefused, InvalidInput } from '#core/errors.ts';
import { permissionSentence } from '#core/forge/github-app.ts';
import type { Inspected } from '#core/forge/ports.ts';
import { Sha } from '#core/id.ts';
import { type Access, type AccessDeps, openAccess } from './access.ts';
import { isStatus } from './errors.ts';

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
  if (access.kind === 'token') await tryWrites(access, defaultBranch);
  return { repo: url, defaultBranch, commit: Sha.parse(data.commit.sha) };
}

/** No commit has it, so nothing can be made of it. */
const nowhere = '0'.repeat(40);

/**
 * GitHub tells nobody what a fine-grained token may do. It does say 403 before it looks at what was asked for, and 422
 * after; so each of these asks for something that cannot be.
 */
async function tryWrites(access: Access, branch: string): Promise<void> {
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
  const { whose, where } = access.asker;
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
