/** A forge without git: repositories are names with a branch; it remembers what was asked of it. */
import { IllegalTransition, InvalidInput } from '#core/errors.ts';
import type { Forge, PushRequest } from '#core/forge/ports.ts';
import type { Sha } from '#core/id.ts';

/** What a fake forge holds, and what happened to it. */
export interface FakeForge extends Forge {
  /** Repositories by path or URL, each with its default branch and that branch's commit. */
  readonly repos: Map<string, { readonly branch: string; readonly commit: Sha }>;
  readonly pushed: PushRequest[];
  /** One entry for each merge that made a commit; the same merge again is none. */
  readonly merged: { readonly repo: string; readonly branch: string; readonly into: string }[];
  /** A sentence: merging is refused with it. */
  refusal: string | null;
}

/** A forge with one repository, `/srv/shop`, on `main`. */
export function fakeForge(): FakeForge {
  const repos: FakeForge['repos'] = new Map([['/srv/shop', { branch: 'main', commit: 'a'.repeat(40) }]]);
  const pushed: PushRequest[] = [];
  const merged: { repo: string; branch: string; into: string }[] = [];
  const look = (repo: string, branch: string | null) => {
    const found = repos.get(repo);
    if (!found) throw new InvalidInput(`${repo} is not a git repository.`, { repo });
    if (branch !== null && branch !== found.branch)
      throw new InvalidInput(`${repo} has no branch ${branch}.`, { repo, branch });
    return { repo, defaultBranch: found.branch, commit: found.commit };
  };
  const forge: FakeForge = {
    repos,
    pushed,
    merged,
    refusal: null,
    inspect: async (repo, branch) => look(repo, branch),
    mirror: async (repo, projectId, branch) => {
      const { defaultBranch, commit } = look(repo, branch);
      return {
        repo,
        defaultBranch,
        renamedFrom: null,
        commit,
        bundle: `projects/${projectId}/base/${commit}.bundle`,
      };
    },
    push: async (request) => {
      pushed.push(request);
      return { branch: request.branch };
    },
    diff: async (_repo, base, head, maxBytes) => {
      const text = `diff ${base} ${head}\n`;
      return { text: text.slice(0, maxBytes), cut: text.length > maxBytes };
    },
    publish: async () => null,
    look: async () => null,
    merge: async (repo, branch, into) => {
      if (forge.refusal !== null) throw new IllegalTransition(forge.refusal);
      if (!merged.some((known) => known.repo === repo && known.branch === branch))
        merged.push({ repo, branch, into });
      return { commit: 'e'.repeat(40) };
    },
  };
  return forge;
}
