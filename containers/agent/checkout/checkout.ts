/** From a brief's bundles to a workspace: base commit, checkpoint, and the work to merge or to look at. */
import { join } from 'node:path';
import type { Host } from '../host.ts';
import type { MergeResult } from './merge.ts';

/** A bundle to fetch, and the name of its file. */
type Wanted = readonly [name: string, url: string];

/**
 * Fetches the run's source, and more bundles that build on it: all at once, and then adds their objects in order. The
 * registries that the ticket's base commit names are allowed, and no others: later commits are the work of agents.
 */
export async function fetchSource(host: Host, more: readonly Wanted[] = []): Promise<void> {
  const { bundles, base } = host.brief.source;
  const wanted = [...bundles.map((url, index): Wanted => [`source-${index}`, url]), ...more];
  const paths = await Promise.all(
    wanted.map(async ([name, url]) => {
      const path = join(host.folders.logs, `${name}.bundle`);
      await host.gateway.download(url, path);
      return path;
    }),
  );
  for (const path of paths) await host.repository.unbundle(path);
  await host.registries?.allowNamedIn(host.repository, base);
}

/** What the workspace starts from. */
export interface Checkout {
  /** The merge that the integrator is to finish, or that a run met when it went on; null for others. */
  readonly merge: MergeResult | null;
  /** What the agent's changes are told apart from: the tree of the run's base commit, or the work that a verifier is shown. */
  readonly base: string;
  /** The tree that was last journaled or checkpointed: what differs from it is new. */
  readonly tree: string;
}

/** Fills the workspace. Throws `GitFailed` when the bundles do not hold what the brief names. */
export async function checkOut(host: Host): Promise<Checkout> {
  const { repository, brief } = host;
  const { commit, merge } = brief.source;
  await fetchSource(host, [
    ...(merge ? [['merge', merge.bundle] as const] : []),
    ...(brief.checkpoint ? [['checkpoint', brief.checkpoint.bundle] as const] : []),
  ]);
  const merged = merge ? await repository.merge(commit, merge.tip) : null;
  const own = await repository.treeOf(commit);
  const base = brief.run.role === 'verifier' && merged ? merged.tree : own;
  // The saved tree; where the run waited for a task, what the branch has gained since is merged into it.
  const saved = brief.checkpoint && (await repository.merge(commit, brief.checkpoint.commit));
  const tree = saved?.tree ?? merged?.tree ?? base;
  await repository.checkout(tree);
  await repository.expose(commit, tree === own);
  return { merge: saved && saved.conflicts.length > 0 ? saved : merged, base, tree };
}
