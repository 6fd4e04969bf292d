/**
 * Which criteria are proven: a claim counts only with a passing check behind it, on the commit that is delivered.
 */
import { z } from 'zod';
import type { Sha } from '../id.ts';
import type { Task, TaskKey } from '../task/task.ts';
import type { Evidence } from './ports.ts';

/**
 * `open`: no finished task claims it. `unverified`: one does, but no test ran. `verified`: tests passed on the merge
 * result of its task. `proven`: and again on the commit that is delivered.
 */
export const ProofState = z.enum(['open', 'unverified', 'verified', 'proven']);
export type ProofState = z.infer<typeof ProofState>;

/** How far one criterion is proven, and by what. */
export interface Proof {
  readonly criterion: string;
  readonly state: ProofState;
  /** The task whose work it is, done or not; null when none claims it. */
  readonly task: TaskKey | null;
  readonly commit: Sha | null;
  /** The checks that speak for it, newest last. */
  readonly evidence: readonly Evidence[];
}

const testPassed = (evidence: Evidence) => evidence.name === 'test' && evidence.verdict !== 'failed';

/** A check that was asked for again replaces what it measured before. */
function newestByCommand(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((entry) => [entry.name, entry])).values()];
}

/** The proof of each criterion, in the order given. `head` is the ticket branch's head (null before any merge). */
export function prove(
  criteria: readonly string[],
  tasks: readonly Task[],
  evidence: readonly Evidence[],
  head: Sha | null,
): Proof[] {
  const final = newestByCommand(
    evidence.filter((entry) => entry.purpose === 'final' && entry.commit === head),
  );
  return criteria.map((criterion) => {
    const claiming = tasks.filter((task) => task.criteria.includes(criterion));
    const done = claiming.find((task) => task.state.status === 'done');
    const owner = done ?? claiming[0];
    if (done?.state.status !== 'done') {
      return { criterion, state: 'open', task: owner?.key ?? null, commit: null, evidence: [] };
    }
    const { commit } = done.state;
    const own = evidence.filter((entry) => entry.taskId === done.id && entry.commit === commit);
    const verified = own.some(testPassed);
    const again = final.some(testPassed) && final.every((entry) => entry.verdict !== 'failed');
    const state = !verified ? 'unverified' : again ? 'proven' : 'verified';
    return { criterion, state, task: done.key, commit, evidence: [...own, ...final] };
  });
}
