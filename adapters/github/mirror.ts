/** Copying a branch of GitHub into a bundle: everything the first time, only what is new after that, on any machine. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInput } from '#core/errors.ts';
import type { Mirrored } from '#core/forge/ports.ts';
import { type ProjectId, Sha } from '#core/id.ts';
import { GitFailed } from '../git/git.ts';
import { withFile } from '../localforge/desk.ts';
import { bundleTip, tipRef } from '../localforge/mirror.ts';
import { branchRef, commitAt } from '../localforge/repository.ts';
import type { Access } from './access.ts';
import { type Cache, type CacheDeps, openCache } from './cache.ts';

/** See the port. A branch that is gone is a sentence that says so. */
export async function mirror(
  deps: CacheDeps,
  access: Access,
  projectId: ProjectId,
  branch: string | null,
): Promise<Mirrored> {
  const cache = await openCache(deps, access);
  const defaultBranch = branch ?? access.defaultBranch;
  const ref = await branchRef(cache.run, defaultBranch);
  const latest = `projects/${projectId}/base/latest`;
  await warm(deps, cache, latest);
  await fetchTip(cache, access.url, defaultBranch, ref);
  const commit = Sha.parse(await commitAt(cache.run, tipRef));
  const bundle = `projects/${projectId}/base/${commit}.bundle`;
  if ((await deps.blobs.size(bundle)) === null)
    await deps.blobs.put(bundle, await bundleTip(cache.run, join(cache.path, `${commit}.bundle`)));
  await deps.blobs.put(latest, new TextEncoder().encode(bundle));
  return { defaultBranch, commit, bundle };
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

async function fetchTip(cache: Cache, repo: string, branch: string, ref: string): Promise<void> {
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--force', '--', cache.url];
  await cache.remote([...fetch, `${ref}:${tipRef}`]).catch((error: unknown) => {
    if (!(error instanceof GitFailed) || !/couldn't find remote ref/.test(error.stderr)) throw error;
    throw new InvalidInput(
      `${repo} has no branch “${branch}”. Set the default branch in the settings of the project.`,
      { repo, branch },
    );
  });
}
