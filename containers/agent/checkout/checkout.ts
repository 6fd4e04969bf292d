/** From a brief's bundles to a workspace: base commit, checkpoint, and for an integrator the work to merge. */
import { join } from 'node:path';
import type { RunBrief } from '#core/run/protocol.ts';
import type { Folders } from '../folders.ts';
import type { Gateway } from '../gateway.ts';
import type { MergeResult, Repository } from './repository.ts';

/** Fetches a bundle, adds its objects, and answers with the commit that it carries. */
export async function fetchBundle(
  gateway: Gateway,
  repository: Repository,
  folders: Folders,
  url: string,
  name: string,
): Promise<string> {
  const path = join(folders.logs, `${name}.bundle`);
  await gateway.download(url, path);
  return repository.unbundle(path);
}

/** What the workspace starts from. */
export interface Checkout {
  /** The merge that the integrator is to finish; null for others, and when it was finished cleanly. */
  readonly merge: MergeResult | null;
  /** The tree of the run's base commit. */
  readonly base: string;
  /** The tree that was last journaled or checkpointed: what differs from it is new. */
  readonly tree: string;
}

/** Fills the workspace. Throws `GitFailed` when the bundles do not hold what the brief names. */
export async function checkOut(
  brief: RunBrief,
  gateway: Gateway,
  repository: Repository,
  folders: Folders,
): Promise<Checkout> {
  const { bundles, commit, merge } = brief.source;
  const urls = [
    ...bundles,
    ...(merge ? [merge.bundle] : []),
    ...(brief.checkpoint ? [brief.checkpoint.bundle] : []),
  ];
  for (const [index, url] of urls.entries()) {
    await fetchBundle(gateway, repository, folders, url, `source-${index}`);
  }
  const merged = merge ? await repository.merge(commit, merge.tip) : null;
  const base = await repository.treeOf(commit);
  const tree = brief.checkpoint ? await repository.treeOf(brief.checkpoint.commit) : (merged?.tree ?? base);
  await repository.checkout(tree);
  await repository.expose(commit, tree === base);
  return { merge: merged, base, tree };
}
