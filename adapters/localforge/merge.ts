/** Merging a delivered branch without a working tree: fast-forward, or `merge-tree` and `commit-tree`. */
import { IllegalTransition, InvalidInput } from '#core/errors.ts';
import { Sha } from '#core/id.ts';
import { type Desk, type ForgeDeps, openDesk } from './desk.ts';
import { moveRef } from './push.ts';
import { branchRef, commitAt, isAncestor } from './repository.ts';
import { checkedOut } from './worktrees.ts';

/** See the port. A branch that is merged already gives the commit that `into` is at. */
export async function merge(
  deps: ForgeDeps,
  repo: string,
  branch: string,
  into: string,
  message: string,
): Promise<{ readonly commit: Sha }> {
  const desk = await openDesk(deps, repo);
  const [source, target] = [await tipOf(desk, repo, branch), await tipOf(desk, repo, into)];
  if (await isAncestor(desk.run, source, target)) return { commit: target };
  const ref = await branchRef(desk.run, into);
  // First whether it can be merged at all: nobody is to run by hand what ends in conflicts.
  const forward = await isAncestor(desk.run, target, source);
  const commit = forward ? source : await mergeCommit(deps, desk, { branch, into, source, target, message });
  const tree = await checkedOut(desk, ref);
  if (tree !== null)
    throw new IllegalTransition(
      `${into} is checked out in ${tree}, and your working tree would fall behind. Run “git merge ${branch}” there, then merge here once more, which only notes it.`,
      { into, worktree: tree },
    );
  await moveRef(desk, ref, target, commit);
  return { commit };
}

async function tipOf(desk: Desk, repo: string, branch: string): Promise<Sha> {
  const tip = await commitAt(desk.run, await branchRef(desk.run, branch));
  if (tip === null) throw new InvalidInput(`${repo} has no branch “${branch}”.`, { repo, branch });
  return tip;
}

interface Sides {
  readonly branch: string;
  readonly into: string;
  readonly source: Sha;
  readonly target: Sha;
  readonly message: string;
}

async function mergeCommit(
  { author }: ForgeDeps,
  { run }: Desk,
  { branch, into, source, target, message }: Sides,
): Promise<Sha> {
  const merged = await run(
    ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', target, source],
    {
      allow: [1],
    },
  );
  const [tree = '', ...files] = merged.text.split('\0').filter((part) => part !== '');
  if (merged.code === 1)
    throw new IllegalTransition(
      `${branch} conflicts with ${into} in ${files.slice(0, 10).join(', ')}. Bring the pull request up to date, or merge it by hand.`,
      { files },
    );
  const identity = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
  };
  const { text } = await run(['commit-tree', '-F', '-', '-p', target, '-p', source, Sha.parse(tree)], {
    input: message,
    env: identity,
  });
  return Sha.parse(text);
}
