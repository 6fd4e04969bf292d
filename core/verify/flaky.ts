/**
 * Tests that fail and pass on one commit say nothing about the work. Where new ones fail, the command runs again on the
 * same files: what fails each time is at fault, what passes once is flaky. A refuted property is never in doubt, since
 * the input that refutes it stays one whatever is drawn next.
 */
import type { TestCase } from './cases/case.ts';
import type { CommandRun } from './check.ts';
import type { Evidence } from './ports.ts';

/** So many runs of one command at most, the first included. */
export const mostRuns = 3;

/** Where more tests fail anew, something is broken. */
const mostDoubted = 10;

type Run = Pick<CommandRun, 'exitCode' | 'timedOut' | 'tests'>;

/** The failing tests of a run by name; null where not all of them are known. */
function failing({ exitCode, timedOut, tests }: Run): readonly string[] | null {
  if (timedOut || exitCode === null || tests === null || tests.framework === 'unknown') return null;
  return tests.failures.length === tests.failed ? tests.failures : null;
}

/** Whether a runner that nobody knows says that something failed: one more run tells whether it does so each time. */
const isNameless = ({ exitCode, timedOut, tests }: Run): boolean =>
  tests?.framework === 'unknown' && !timedOut && exitCode !== null && exitCode > 0 && exitCode < 126;

/** The tests that failed in every one of these runs; null where a run does not tell all that failed. */
function always(runs: readonly Run[]): readonly string[] | null {
  const [first, ...others] = runs.map(failing);
  if (!first || others.includes(null)) return null;
  return first.filter((name) => others.every((list) => list?.includes(name)));
}

/** What cannot be compiled (Go) or collected (pytest: a file without a test) fails whenever it is run. */
const isUnbuilt = (name: string, framework: string | undefined): boolean =>
  /\[(build|setup) failed\]$/.test(name) || (framework === 'pytest' && !name.includes('::'));

/** What is known of failing tests beforehand, by name. */
interface Beforehand {
  /** They fail without the work, too. */
  readonly known?: ReadonlySet<string>;
  /** They failed in every run of an earlier check with some of this work. */
  readonly certain?: ReadonlySet<string>;
  /** Whether the work brought the test: it goes back to its builder in either case, so a second run is enough. */
  readonly isOwn?: (name: string) => boolean;
}

/**
 * Whether it takes another run to tell what these runs of one command on one commit mean: a few tests failed anew in the
 * last, and those that failed each time may still do so by chance.
 */
export function isInDoubt(
  runs: readonly Run[],
  { known = new Set(), certain = new Set(), isOwn = () => false }: Beforehand = {},
): boolean {
  const last = runs.at(-1);
  if (last && runs.length === 1 && isNameless(last)) return true;
  const anew = (last && failing(last))?.filter((name) => !known.has(name)) ?? [];
  if (runs.length >= mostRuns || anew.length === 0 || anew.length > mostDoubted) return false;
  if (anew.some((name) => isUnbuilt(name, last?.tests?.framework))) return false;
  const constant = always(runs);
  if (constant === null) return false;
  const still = anew.filter((name) => constant.includes(name));
  if (still.some((name) => certain.has(name))) return false;
  return runs.length === 1 || !still.some(isOwn);
}

type Repeated = Run & { readonly earlier?: readonly Run[] | undefined };

const runsOf = ({ earlier = [], ...last }: Repeated): Run[] => [...earlier, last];

/** What fails in a command: in every run of it, where there was more than one; null where not all of it is told. */
export const failingIn = (result: Repeated): readonly string[] | null => always(runsOf(result));

/** The tests that failed in more than one run of a command, and in every one. */
export function certainIn(result: Repeated): readonly string[] {
  return (result.earlier ?? []).length === 0 ? [] : (failingIn(result) ?? []);
}

/** Whether a command was never green, and still no test failed in every run of it. */
export function isOnlyFlaky(result: Repeated): boolean {
  const runs = runsOf(result);
  const byTests = runs.every((run) => run.exitCode === 0 || failing(run)?.length !== 0);
  return runs.length > 1 && byTests && always(runs)?.length === 0;
}

/** Tests that failed in one of these runs and not in another, each once. */
export function flakyIn(runs: readonly Run[]): string[] {
  const constant = always(runs);
  if (constant === null) return [];
  return [...new Set(runs.flatMap((run) => failing(run) ?? []))].filter((name) => !constant.includes(name));
}

/** The tests that were flaky in these checks by name, each once, in the order of the checks. */
export function flakyAmong(evidence: readonly Pick<Evidence, 'verdict' | 'tests'>[]): string[] {
  const names = evidence.flatMap(({ verdict, tests }) =>
    verdict !== 'flaky' || tests === null || tests.framework === 'unknown' ? [] : tests.failures,
  );
  return [...new Set(names)];
}

/**
 * Whether a flaky test is the work's own: its name stands in a line that the work `added`. `cases` are the failing tests
 * of the same run as told one by one, where groups and name are apart.
 */
export function isOwn(failure: string, cases: readonly TestCase[], added: string): boolean {
  const told = cases.flatMap(({ name }) => {
    const parts = name.split(' > ');
    return parts.every((part) => failure.includes(part)) ? parts.slice(-1) : [];
  });
  return [failure.replace(/^\S+ (?=Test)| \(.*\)$/gu, ''), ...told]
    .map((name) => (name.split(/ › | > |::/u).at(-1) ?? name).replace(/[[(/].*$/su, '').trim())
    .some((name) => name.length >= shortestName && standsAsName(name, added));
}

/** A single word is a name where it is quoted or begins what takes arguments. */
function standsAsName(name: string, added: string): boolean {
  if (!/^\w+$/.test(name)) return added.includes(name);
  return new RegExp(`["'\`]${name}["'\`]|\\b${name}\\s*\\(`).test(added);
}

/** A shorter name stands anywhere. */
const shortestName = 4;
