/** From a brief's bundles to a workspace: base commit, checkpoint, and for an integrator the work to merge. */
import { join } from 'node:path';
import type { Host } from '../host.ts';
import type { MergeResult } from './repository.ts';

/** Fetches a bundle, adds its objects, and answers with the commit that it carries. */
export async function fetchBundle(host: Host, url: string, name: string): Promise<string> {
  const path = join(host.folders.logs, `${name}.bundle`);
  await host.gateway.download(url, path);
  return host.repository.unbundle(path);
}

/**
 * Fetches the run's source, and answers with the commit of its first bundle: the one of the default branch that the
 * ticket began at. The registries that it names are allowed, and no others: later commits are the work of agents.
 */
export async function fetchSource(host: Host): Promise<string> {
  const tips: string[] = [];
  for (const [index, url] of host.brief.source.bundles.entries()) {
    tips.push(await fetchBundle(host, url, `source-${index}`));
  }
  const origin = tips[0] || host.brief.source.commit;
  await host.registries?.allowNamedIn(host.repository, origin);
  return origin;
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
export async function checkOut(host: Host): Promise<Checkout> {
  const { repository, brief } = host;
  const { commit, merge } = brief.source;
  await fetchSource(host);
  if (merge) await fetchBundle(host, merge.bundle, 'merge');
  if (brief.checkpoint) await fetchBundle(host, brief.checkpoint.bundle, 'checkpoint');
  const merged = merge ? await repository.merge(commit, merge.tip) : null;
  const base = await repository.treeOf(commit);
  const tree = brief.checkpoint ? await repository.treeOf(brief.checkpoint.commit) : (merged?.tree ?? base);
  await repository.checkout(tree);
  await repository.expose(commit, tree === base);
  return { merge: merged, base, tree };
}
