/**
 * Which criteria are proven: a claim counts only with a named test (or, where no test can see it, a command) that ran and
 * passed, on the commit that is delivered, and that notices when the work is changed. So does a property test by another
 * run, unless it passes without the work.
 */
import { z } from 'zod';
import type { Sha } from '../id.ts';
import type { Task, TaskKey } from '../task/task.ts';
import type { TestCase } from './cases/case.ts';
import { type NamedProof, testsSpeak } from './claims.ts';
import { unnoticed } from './mutate.ts';
import type { Evidence } from './ports.ts';
import { type IndependentProof, propertiesSpeak, runNamed } from './properties/independent.ts';

/**
 * `open`: no finished task claims it. `unverified`: one does, but no test ran. `verified`: tests passed on the merge
 * result of its task, but no named one speaks for it on the delivered commit. `weak`: a named test does, but does not
 * notice when the work is changed. `interpreted`: as `proven`, but of what its builder took it to mean. `proven`: a named
 * test passes on the delivered commit.
 */
export const ProofState = z.enum(['open', 'unverified', 'verified', 'weak', 'interpreted', 'proven']);
export type ProofState = z.infer<typeof ProofState>;

/** Each level in the words that people read. */
export const proofWords: Readonly<Record<ProofState, string>> = {
  proven: 'proven',
  interpreted: 'proven as its builder understood it, not as it is written',
  weak: 'weak: its tests pass whatever the work does',
  verified: 'checked, but no test that its claim names has passed on the delivered commit',
  unverified: 'not verified: no test ran',
  open: 'not built',
};

/** How far one criterion is proven, and by what. */
export interface Proof {
  readonly criterion: string;
  readonly state: ProofState;
  /** The task whose work it is, done or not; null when none claims it. */
  readonly task: TaskKey | null;
  readonly commit: Sha | null;
  /** The tests that its claim names, as they ran in the newest check that looked for them. */
  readonly tests: readonly TestCase[];
  /** What its builder took it to mean, where it cannot hold as it is written. */
  readonly interpretation: string | null;
  /** What property tests by another run said of it; null where it asks for none, or nobody has looked yet. */
  readonly independent: IndependentProof | null;
  /** The checks that speak for it, newest last. */
  readonly evidence: readonly Evidence[];
}

const testPassed = ({ name, verdict }: Evidence) =>
  name === 'test' && (verdict === 'passed' || verdict === 'pre-existing');
/** Also where one or another failed in each run, and none in all. */
const testRan = ({ name, verdict }: Evidence) => name === 'test' && verdict !== 'failed';

/** What the check of the delivered commit measured; one that was asked for again replaces what it measured before. */
export function finalOf(evidence: readonly Evidence[], head: Sha | null): Evidence[] {
  const final = evidence.filter((entry) => entry.purpose === 'final' && entry.commit === head);
  return [...new Map(final.map((entry) => [`${entry.name} ${entry.taskId}`, entry])).values()];
}

/** Without what a later check of the delivered commit has measured anew. What failed by chance there stays known. */
export function standing(evidence: readonly Evidence[], head: Sha | null): Evidence[] {
  const kept = new Set(finalOf(evidence, head));
  return evidence.filter(
    (one) => one.purpose !== 'final' || one.commit !== head || one.verdict === 'flaky' || kept.has(one),
  );
}

/** The commands that fail on the delivered commit, and did not before the work. */
export function failing(evidence: readonly Evidence[], head: Sha | null): string[] {
  const failed = finalOf(evidence, head).filter(({ verdict }) => verdict === 'failed');
  return [...new Set(failed.map(({ command }) => command))];
}

/** The proof of each criterion, in the order given. `head` is the ticket branch's head (null before any merge). */
export function prove(
  criteria: readonly string[],
  tasks: readonly Task[],
  evidence: readonly Evidence[],
  head: Sha | null,
): Proof[] {
  const final = finalOf(evidence, head);
  return criteria.map((criterion) => {
    const claiming = tasks.filter((task) => task.criteria.includes(criterion));
    const done = claiming.find((task) => task.state.status === 'done');
    const owner = done ?? claiming[0];
    if (done?.state.status !== 'done') {
      const none = { commit: null, tests: [], interpretation: null, independent: null, evidence: [] };
      return { criterion, state: 'open', task: owner?.key ?? null, ...none };
    }
    const { commit, checked = commit } = done.state;
    const own = evidence.filter((entry) => entry.taskId === done.id && entry.commit === checked);
    const known = { criterion, task: done.key, commit, evidence: [...own, ...final] };
    const claim = named(final, done.key, criterion) ?? named(own, done.key, criterion);
    const { tests = [], interpretation = null } = claim ?? {};
    const independent = newest(tried(final, done.key, criterion), tried(own, done.key, criterion));
    return { ...known, tests, interpretation, independent, state: stateOf(own, final, done, criterion) };
  });
}

/** The final check sees only that the tests are not on the branch; why not, the one that merged the work has said. */
function newest(final?: IndependentProof, own?: IndependentProof): IndependentProof | null {
  if (final?.aside === undefined || own?.aside === undefined) return final ?? own ?? null;
  return { ...final, aside: own.aside };
}

function stateOf(
  own: readonly Evidence[],
  final: readonly Evidence[],
  task: Task,
  criterion: string,
): ProofState {
  if (!own.some(testRan)) return 'unverified';
  const again = final.some(testPassed) && final.every((entry) => entry.verdict !== 'failed');
  const { tests = [], interpretation } = named(final, task.key, criterion) ?? {};
  // An input that refuted it once has to be tried on what is delivered.
  if (tried(final, task.key, criterion)?.refuted) return 'verified';
  const speaks =
    (testsSpeak(tests) && !tests.every((test) => triedNothing(test, final))) ||
    propertiesSpeak(tried(final, task.key, criterion)?.runs ?? []);
  if (!again || !speaks) return 'verified';
  const mutations = final.flatMap(({ proof }) => proof?.mutations ?? []);
  if (unnoticed(mutations.filter(({ taskId }) => taskId === task.id))) return 'weak';
  return interpretation === undefined ? 'proven' : 'interpreted';
}

/** Whether a named test is a property of which its framework says that it drew no case at all. */
function triedNothing({ name }: TestCase, checks: readonly Evidence[]): boolean {
  const runs = checks.flatMap(({ proof }) => proof?.properties ?? []);
  return runNamed(name, runs)?.cases === 0;
}

/** What the newest of these checks has of the property tests by another run. */
function tried(
  evidence: readonly Evidence[],
  task: TaskKey,
  criterion: string,
): IndependentProof | undefined {
  const looked = evidence.flatMap(({ proof }) => proof?.independent ?? []);
  return looked.findLast((one) => one.task === task && one.criterion === criterion);
}

/** A task's claim with the tests that it names, as the newest of these checks saw them; undefined where none looked. */
function named(evidence: readonly Evidence[], task: TaskKey, criterion: string): NamedProof | undefined {
  const looked = evidence.flatMap(({ proof }) => proof?.named ?? []);
  return looked.findLast((one) => one.task === task && one.criterion === criterion);
}
