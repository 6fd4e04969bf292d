/** Handing a branch over: created or moved forward, never forced, never where somebody has it checked out. */
import { IllegalTransition, InvalidInput } from '#core/errors.ts';
import type { PushRequest } from '#core/forge/ports.ts';
import type { Sha } from '#core/id.ts';
import { GitFailed } from '../git/git.ts';
import { type Desk, type ForgeDeps, openDesk, unbundle } from './desk.ts';
import { branchRef, commitAt, isAncestor } from './repository.ts';
import { checkedOut } from './worktrees.ts';

/** After so many taken names something else is wrong. */
const maxNames = 50;

/** See the port. */
export async function push(deps: ForgeDeps, request: PushRequest): Promise<{ readonly branch: string }> {
  const { repo, branch, commit, bundles } = request;
  const desk = await openDesk(deps, repo);
  await branchRef(desk.run, branch);
  const hidden = `refs/omoi/incoming/${commit}`;
  try {
    for (const bundle of bundles) await unbundle(deps, desk, bundle, hidden);
    if ((await commitAt(desk.run, commit)) === null)
      throw new InvalidInput(`The commit ${commit} did not arrive in ${repo}.`, { repo, commit });
    return { branch: await publish(desk, branch, commit) };
  } finally {
    await desk.run(['update-ref', '-d', hidden]);
  }
}

async function publish(desk: Desk, branch: string, commit: Sha): Promise<string> {
  for (let number = 1; number <= maxNames; number += 1) {
    const name = number === 1 ? branch : `${branch}-${number}`;
    const ref = `refs/heads/${name}`;
    const there = await commitAt(desk.run, ref);
    if (there === commit) return name;
    if (there !== null && !(await mayMove(desk, ref, there, commit))) continue;
    await moveRef(desk, ref, there, commit);
    return name;
  }
  throw new IllegalTransition(`Every name from ${branch} to ${branch}-${maxNames} is taken.`, { branch });
}

async function mayMove(desk: Desk, ref: string, from: Sha, to: Sha): Promise<boolean> {
  if (!(await isAncestor(desk.run, from, to))) return false;
  return (await checkedOut(desk, ref)) === null;
}

/**
 * Moves a branch from where it was seen, or creates it. Throws `IllegalTransition` when it moved meanwhile, or when a
 * branch whose name is a part of this one's is in the way.
 */
export async function moveRef(desk: Desk, ref: string, from: Sha | null, to: Sha): Promise<void> {
  const { location, run } = desk;
  try {
    if (location.kind === 'url') {
      await run(['push', '--quiet', '--no-verify', '--', location.url, `${to}:${ref}`]);
    }
    // Zeros: it must not exist.
    await run(['update-ref', '-m', 'omoi', ref, to, from ?? '0'.repeat(to.length)]);
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    const said = error.stderr.trim().split('\n').at(-1) ?? '';
    throw new IllegalTransition(
      `The branch ${ref.slice('refs/heads/'.length)} could not be written: ${said}`,
      { ref },
      { cause: error },
    );
  }
}
