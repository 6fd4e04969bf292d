/**
 * The forge of one machine: any git repository in a folder, or at a URL that git can reach with the credentials of
 * whoever runs the host. Pull requests live in the store; working trees are never touched.
 */
import type { Forge } from '#core/forge/ports.ts';
import { turns } from '../git/turns.ts';
import type { ForgeDeps } from './desk.ts';
import { diff } from './diff.ts';
import { merge } from './merge.ts';
import { inspect, mirror } from './mirror.ts';
import { push } from './push.ts';

export type { ForgeDeps } from './desk.ts';

/** Calls on one repository run one after the other: its copy, and the names of its branches, are shared. */
export function createLocalForge(deps: ForgeDeps): Forge {
  const inTurn = turns();
  return {
    inspect: (repo, branch) => inspect(deps, repo, branch),
    mirror: (repo, projectId, branch) => inTurn(repo, () => mirror(deps, repo, projectId, branch)),
    push: (request) => inTurn(request.repo, () => push(deps, request)),
    diff: (repo, base, head, maxBytes) => inTurn(repo, () => diff(deps, repo, base, head, maxBytes)),
    publish: async () => null,
    look: async () => null,
    merge: (repo, branch, into, message) => inTurn(repo, () => merge(deps, repo, branch, into, message)),
  };
}
