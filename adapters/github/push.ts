/** Handing a branch over to GitHub: created or moved forward, never forced. */
import { writeFile } from 'node:fs/promises';
import { IllegalTransition, InvalidInput } from '#core/errors.ts';
import type { PushRequest } from '#core/forge/ports.ts';
import { Sha } from '#core/id.ts';
import { GitFailed } from '../git/git.ts';
import { withFile } from '../localforge/desk.ts';
import { branchRef, commitAt, isAncestor } from '../localforge/repository.ts';
import type { Access } from './access.ts';
import { type Cache, type CacheDeps, openCache } from './cache.ts';

/** After so many taken names something else is wrong. */
const maxNames = 50;
/** How often somebody else may have been faster at the same branch. */
const maxRaces = 3;

/** See the port. */
export async function push(
  deps: CacheDeps,
  access: Access,
  { branch, commit, bundles }: PushRequest,
): Promise<{ readonly branch: string }> {
  const cache = await openCache(deps, access);
  await branchRef(cache.run, branch);
  const hidden = `refs/omoi/incoming/${commit}`;
  try {
    for (const key of bundles) await unbundle(deps, cache, key, hidden);
    // Work that changes nothing comes without a bundle: then the commit is GitHub's own.
    if ((await commitAt(cache.run, commit)) === null) await fetchCommit(cache, commit);
    return { branch: await publish(cache, branch, commit) };
  } finally {
    await cache.run(['update-ref', '-d', hidden]);
  }
}

/** Brings the commits of a bundle in. What it builds on is fetched first when this copy lacks it. */
async function unbundle(
  { blobs, folder }: CacheDeps,
  cache: Cache,
  key: string,
  hidden: string,
): Promise<void> {
  const bytes = await blobs.get(key);
  for (const commit of prerequisites(bytes))
    if ((await commitAt(cache.run, commit)) === null) await fetchCommit(cache, commit);
  await withFile(folder, async (file) => {
    await writeFile(file, bytes);
    const options = ['--quiet', '--no-tags', '--no-write-fetch-head'];
    await cache.run(['fetch', ...options, '--', file, `+refs/omoi/tip:${hidden}`]);
  });
}

/** The header of a bundle is text until an empty line; a line with a dash names a commit that must be there already. */
function prerequisites(bundle: Uint8Array): Sha[] {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const end = bytes.indexOf('\n\n');
  const header = bytes.toString('latin1', 0, end === -1 ? 0 : end);
  return [...header.matchAll(/^-([0-9a-f]+)/gm)].map(([, sha]) => Sha.parse(sha));
}

/** Makes a commit of GitHub's part of this copy. Throws `IllegalTransition` when GitHub has lost it. */
export async function fetchCommit({ remote, url }: Cache, commit: Sha): Promise<void> {
  const into = `+${commit}:refs/omoi/known/${commit}`;
  const options = ['--quiet', '--no-tags', '--no-write-fetch-head'];
  await remote(['fetch', ...options, '--', url, into]).catch((error: unknown) => {
    if (!(error instanceof GitFailed)) throw error;
    throw new IllegalTransition(
      `The repository has lost the commit ${commit.slice(0, 12)} that the work began from, so the work cannot be handed over.`,
      { commit },
      { cause: error },
    );
  });
}

async function publish(cache: Cache, branch: string, commit: Sha): Promise<string> {
  let races = 0;
  for (let number = 1; number <= maxNames; number += 1) {
    const name = number === 1 ? branch : `${branch}-${number}`;
    const there = await remoteHead(cache, `refs/heads/${name}`);
    if (there === commit) return name;
    if (there !== null && !(await forward(cache, there, commit))) continue;
    if (await moved(cache, name, commit)) return name;
    // Somebody else was faster: look at the same name again.
    races += 1;
    if (races > maxRaces) throw new IllegalTransition(`The branch ${name} moves all the time.`, { branch });
    number -= 1;
  }
  throw new IllegalTransition(`Every name from ${branch} to ${branch}-${maxNames} is taken.`, { branch });
}

async function remoteHead({ remote, url }: Cache, ref: string): Promise<Sha | null> {
  const { text } = await remote(['ls-remote', '--', url, ref]);
  // The pattern also matches refs that end in it, so the whole name is compared.
  const line = text.split('\n').find((one) => one.endsWith(`\t${ref}`));
  return line === undefined ? null : Sha.parse(line.split('\t', 1)[0]);
}

/** Whether what is there is contained in what is to be there. */
async function forward(cache: Cache, from: Sha, to: Sha): Promise<boolean> {
  if ((await commitAt(cache.run, from)) === null) await fetchCommit(cache, from);
  return isAncestor(cache.run, from, to);
}

/** Pushes; false when the branch moved meanwhile. Throws `InvalidInput` when a branch is in the way of its name. */
async function moved({ remote, url }: Cache, name: string, commit: Sha): Promise<boolean> {
  try {
    await remote(['push', '--quiet', '--no-verify', '--', url, `${commit}:refs/heads/${name}`]);
    return true;
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    if (/non-fast-forward|fetch first|cannot lock ref|reference already exists/.test(error.stderr)) {
      if (!/directory|exists; cannot create/.test(error.stderr)) return false;
      throw new InvalidInput(`A branch is in the way of the name ${name}.`, { branch: name });
    }
    throw error;
  }
}
