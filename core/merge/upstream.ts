/**
 * The default branch moves while a ticket is at work: before delivery the ticket's branch is brought up to date by a task
 * of the platform's own, whose work is the branch's new commit. It is merged, checked and mended like any other.
 */
import type { Sha } from '../id.ts';
import type { Run } from '../run/run.ts';
import { latestWork, type Work } from '../run/work.ts';
import type { Task } from '../task/task.ts';

/** A branch that moves faster than a ticket can follow must not keep it for ever. */
export const maxUpdates = 3;

/** Where such a task is from; a ticket whose pull request came back may follow the branch again. */
export const upstreamOrigin = (reopened: number) => `upstream:${reopened}`;

/** Whether a task brings the default branch in. */
export function isUpstream({ origin }: Pick<Task, 'origin'>): boolean {
  return origin.startsWith('upstream:');
}

/** An earlier update, done or not: the commit that it was about, and the origin of its task. */
export interface Update {
  readonly commit: Sha;
  readonly origin: string;
}

/**
 * What follows from the default branch being at `commit`: nothing, another update, or a last one that is only noted, so
 * that people see what the delivered branch does not have. A commit is tried once.
 */
export function decideUpdate(
  { commit, base, reopened }: { readonly commit: Sha; readonly base: Sha; readonly reopened: number },
  earlier: readonly Update[],
): 'none' | 'merge' | 'note' {
  if (commit === base || earlier.some((update) => update.commit === commit)) return 'none';
  const origin = upstreamOrigin(reopened);
  const tried = earlier.filter((update) => update.origin === origin).length;
  if (tried < maxUpdates) return 'merge';
  return tried === maxUpdates ? 'note' : 'none';
}

/** The new commit as the work of its task: the first thing that was handed in for it. Null for any other task. */
export function upstreamWork(task: Pick<Task, 'origin'>, runs: readonly Run[]): Work | null {
  return isUpstream(task) ? latestWork(runs.filter(({ role }) => role === 'builder')) : null;
}
