/** From a brief's bundles to a workspace: base commit, checkpoint, and for an integrator the work to merge. */
import { join } from 'node:path';
import type { Host } from '../host.ts';
import type { MergeResult } from './repository.ts';

/** Fetches a bundle and adds its objects. */
export async function fetchBundle(host: Host, url: string, name: string): Promise<void> {
  const path = join(host.folders.logs, `${name}.bundle`);
  await host.gateway.download(url, path);
  await host.repository.unbundle(path);
}

/**
 * Fetches the run's source. The registries that the ticket's base commit names are allowed, and no others: later
 * commits are the work of agents.
 */
export async function fetchSource(host: Host): Promise<void> {
  const { bundles, base } = host.brief.source;
  for (const [index, url] of bundles.entries()) await fetchBundle(host, url, `source-${index}`);
  await host.registries?.allowNamedIn(host.repository, base);
}

/** What the workspace starts from. */
export interface Checkout {
  /** The merge that the integrator is to finish, or that a run met when it went on; null for others. */
  readonly merge: MergeResult | null;
  /** The tree of the run's base commit. */
  readonly base: string;
  /** The tree that was last journaled or checkpointed: what differs from it is new. */
  readonly tree: string;
}

/** Fills the workspace. Throws `GitFailed` when the bundles do not hold what the brief names. */
export async function checkOut(host: Host): Promise<Checkout> {
  const { repository, brief } = host;
  const { commit, merge } = brief.source;
  await fetchSource(host);
  if (merge) await fetchBundle(host, merge.bundle, 'merge');
  if (brief.checkpoint) await fetchBundle(host, brief.checkpoint.bundle, 'checkpoint');
  const merged = merge ? await repository.merge(commit, merge.tip) : null;
  const base = await repository.treeOf(commit);
  // The saved tree; where the run waited for a task, what the branch has gained since is merged into it.
  const saved = brief.checkpoint && (await repository.merge(commit, brief.checkpoint.commit));
  const tree = saved?.tree ?? merged?.tree ?? base;
  await repository.checkout(tree);
  await repository.expose(commit, tree === base);
  return { merge: saved && saved.conflicts.length > 0 ? saved : merged, base, tree };
}
