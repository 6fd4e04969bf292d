/** Which work of a task counts: runs of an earlier generation (before the task was re-opened) are history. */
import type { RunId } from '../id.ts';
import type { PropertyTests } from '../verify/properties/independent.ts';
import type { Run, Submission } from './run.ts';

/** A run with what it handed in. */
export interface Work {
  readonly run: Run;
  readonly submission: Submission;
}

const byAge = (a: Run, b: Run) =>
  a.createdAt === b.createdAt ? (a.id < b.id ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1;

/** A task's runs since it was last started, oldest first: each generation begins with a builder's first round. */
export function thisGeneration(runs: readonly Run[]): Run[] {
  const sorted = [...runs].sort(byAge);
  const first = sorted.findLastIndex(({ role, round }) => role === 'builder' && round === 1);
  return first < 0 ? [] : sorted.slice(first);
}

/** Whether a run is a verifier's. */
export const isVerifier = ({ kind, role }: Pick<Run, 'kind' | 'role'>): boolean =>
  kind === 'agent' && role === 'verifier';

/** Whether a verifier has looked at the task's work. One that could not even build it has not. */
export const wasLookedAt = (runs: readonly Run[]): boolean =>
  runs.some(
    (run) =>
      isVerifier(run) &&
      !(
        run.state.status === 'ended' &&
        run.state.outcome.type === 'failed' &&
        run.state.outcome.reason === 'untestable'
      ),
  );

/** The property tests that the newest verifier of a task's runs left in this generation; null where it left none. */
export function latestTests(runs: readonly Run[]): PropertyTests | null {
  const run = thisGeneration(runs).findLast(isVerifier);
  return run?.state.status === 'ended' && run.state.outcome.type === 'tests' ? run.state.outcome.tests : null;
}

/** All files that verifiers of a task ever handed in: those of an earlier generation are on the branch already. */
export function testFiles(runs: readonly Run[]): string[] {
  const files = runs.flatMap(({ state }) =>
    state.status === 'ended' && state.outcome.type === 'tests' ? state.outcome.tests.files : [],
  );
  return [...new Set(files)];
}

/** The work that the newest verifier of a task's runs was given in this generation. */
export function provedWork(runs: readonly Run[]): Work | null {
  const sorted = thisGeneration(runs);
  return newestWork(sorted.slice(0, Math.max(sorted.findLastIndex(isVerifier), 0)));
}

/**
 * The newest work among a task's runs of this generation: what is verified, and what the next builder or integrator
 * starts with (merged onto the commit its checkout starts from). Null when nothing was handed in yet.
 */
export function latestWork(runs: readonly Run[]): Work | null {
  return newestWork(thisGeneration(runs));
}

/**
 * The newest work of earlier generations that was never merged (`merged`: the runs whose work was): a task that begins
 * anew because the requirements changed goes on with it. Null where there is none, or it is on the branch already.
 */
export function leftWork(runs: readonly Run[], merged: ReadonlySet<RunId>): Work | null {
  const current = new Set(thisGeneration(runs).map(({ id }) => id));
  const work = newestWork([...runs].sort(byAge).filter(({ id }) => !current.has(id)));
  return work && !merged.has(work.run.id) ? work : null;
}

/** Whether anything was changed: a tip that is the start itself carries nothing. */
export const carriesWork = (
  { baseCommit }: Pick<Run, 'baseCommit'>,
  { tip, unchanged }: Submission,
): boolean => tip !== baseCommit && unchanged !== true;

/** What the newest builder of this generation answered in the place of a change; null where it changed something. */
export function latestAnswer(runs: readonly Run[]): string | null {
  const [run] = thisGeneration(runs)
    .filter(({ role }) => role === 'builder')
    .slice(-1);
  if (run?.state.status !== 'ended' || run.state.outcome.type !== 'work') return null;
  const { submission } = run.state.outcome;
  return carriesWork(run, submission) ? null : submission.summary;
}

/** `runs` are in the order of their age. */
function newestWork(runs: readonly Run[]): Work | null {
  for (const run of [...runs].reverse()) {
    if (run.state.status !== 'ended' || run.state.outcome.type !== 'work') continue;
    const { submission } = run.state.outcome;
    if (carriesWork(run, submission)) return { run, submission };
  }
  return null;
}
