/** Copying a branch of GitHub into a bundle: everything the first time, only what is new after that, on any machine. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mirrored } from '#core/forge/ports.ts';
import { type ProjectId, Sha } from '#core/id.ts';
import { GitFailed } from '../git/git.ts';
import { withFile } from '../localforge/desk.ts';
import { branchGone, bundleTip, tipRef } from '../localforge/mirror.ts';
import { branchRef, commitAt } from '../localforge/repository.ts';
import type { Access } from './access.ts';
import { type Cache, type CacheDeps, openCache } from './cache.ts';
import { isStatus } from './errors.ts';

/** See the port. A branch that GitHub knows under another name is copied under that one. */
export async function mirror(
  deps: CacheDeps,
  access: Access,
  projectId: ProjectId,
  branch: string | null,
): Promise<Mirrored> {
  const cache = await openCache(deps, access);
  const asked = branch ?? access.defaultBranch;
  const latest = `projects/${projectId}/base/latest`;
  await warm(deps, cache, latest);
  const defaultBranch = (await fetchTip(cache, asked)) ? asked : await renamedTo(access, asked);
  if (defaultBranch === null || (defaultBranch !== asked && !(await fetchTip(cache, defaultBranch))))
    throw branchGone(access.url, asked, access.defaultBranch);
  const commit = Sha.parse(await commitAt(cache.run, tipRef));
  const bundle = `projects/${projectId}/base/${commit}.bundle`;
  if ((await deps.blobs.size(bundle)) === null)
    await deps.blobs.put(bundle, await bundleTip(cache.run, join(cache.path, `${commit}.bundle`)));
  await deps.blobs.put(latest, new TextEncoder().encode(bundle));
  const renamedFrom = defaultBranch === asked ? null : asked;
  return { repo: access.url, defaultBranch, renamedFrom, commit, bundle };
}

/** A copy that is empty (another machine, another instance of a function) begins from the last bundle. */
async function warm({ blobs, folder }: CacheDeps, { run }: Cache, latest: string): Promise<void> {
  if ((await commitAt(run, tipRef)) !== null || (await blobs.size(latest)) === null) return;
  const key = new TextDecoder().decode(await blobs.get(latest));
  if ((await blobs.size(key)) === null) return;
  const bytes = await blobs.get(key);
  await withFile(folder, async (file) => {
    await writeFile(file, bytes);
    await run(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', file, `+${tipRef}:${tipRef}`]);
  });
}

/** Brings the branch in; false when there is none. */
async function fetchTip(cache: Cache, branch: string): Promise<boolean> {
  const ref = await branchRef(cache.run, branch);
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--force', '--', cache.url];
  try {
    await cache.remote([...fetch, `${ref}:${tipRef}`]);
    return true;
  } catch (error) {
    if (error instanceof GitFailed && /couldn't find remote ref/.test(error.stderr)) return false;
    throw error;
  }
}

/** What a branch is called since a person renamed it on GitHub, which redirects there; null when it is gone. */
async function renamedTo({ client, owner, name, ask }: Access, branch: string): Promise<string | null> {
  const call = client.repos.getBranch({ owner, repo: name, branch }).catch((error: unknown) => {
    if (isStatus(error, 404)) return null;
    throw error;
  });
  const found = await ask(() => call);
  return found === null || found.data.name === branch ? null : found.data.name;
}
