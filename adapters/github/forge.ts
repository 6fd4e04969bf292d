/** The forge that is GitHub, or a GitHub Enterprise Server. Every call opens the repository anew: tokens live for one use. */
import { IllegalTransition } from '#core/errors.ts';
import type { Forge } from '#core/forge/ports.ts';
import { turns } from '../git/turns.ts';
import { diffIn } from '../localforge/diff.ts';
import { commitAt } from '../localforge/repository.ts';
import { type AccessDeps, openAccess } from './access.ts';
import { type CacheDeps, openCache } from './cache.ts';
import { inspect } from './examine.ts';
import { mirror } from './mirror.ts';
import { look, publish } from './pulls.ts';
import { fetchCommit, push } from './push.ts';

/** All that the forge needs. */
export type GitHubDeps = AccessDeps & CacheDeps;

/** Calls that use the copy of one repository run one after the other. */
export function createGitHubForge(deps: GitHubDeps): Forge {
  const inTurn = turns();
  return {
    inspect: (repo, branch) => inspect(deps, repo, branch),
    async mirror(repo, projectId, branch) {
      const access = await openAccess(deps, repo);
      return inTurn(access.url, () => mirror(deps, access, projectId, branch));
    },
    async push(request) {
      const access = await openAccess(deps, request.repo);
      return inTurn(access.url, () => push(deps, access, request));
    },
    async diff(repo, base, head, maxBytes) {
      const access = await openAccess(deps, repo);
      return inTurn(access.url, async () => {
        const cache = await openCache(deps, access);
        for (const commit of [base, head])
          if ((await commitAt(cache.run, commit)) === null) await fetchCommit(cache, commit);
        return diffIn(cache.run, deps.folder, base, head, maxBytes);
      });
    },
    merge: (repo) =>
      Promise.reject(new IllegalTransition('Merge it on GitHub, where its review is.', { repo })),
    async publish(request) {
      return publish(deps.blobs, await openAccess(deps, request.repo), request);
    },
    async look(repo, number) {
      return look(await openAccess(deps, repo), number);
    },
  };
}
