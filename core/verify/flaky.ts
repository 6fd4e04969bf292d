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

/**
 * Whether it takes another run to tell what these runs of one command on one commit mean: a few tests failed in the last
 * that are not `known` to fail without the work, and none of them failed in every run. What is `certain` to fail with it,
 * from a check before, need not be asked again.
 */
export function isInDoubt(
  runs: readonly Run[],
  known: ReadonlySet<string>,
  certain: ReadonlySet<string> = new Set(),
): boolean {
  const lists = runs.map(failing);
  const last = lists.at(-1);
  if (runs.length >= mostRuns || !last || lists.includes(null)) return false;
  const anew = last.filter((name) => !known.has(name));
  if (anew.length === 0 || anew.length > mostDoubted) return false;
  const always = (name: string) => runs.length > 1 && lists.every((list) => list?.includes(name));
  return !anew.some((name) => certain.has(name) || always(name));
}

/** The tests that failed in more than one run of a command, and in every one. */
export function certainIn({
  earlier = [],
  ...last
}: Run & { readonly earlier?: readonly Run[] | undefined }): string[] {
  if (earlier.length === 0) return [];
  const lists = [...earlier, last].map((run) => failing(run) ?? []);
  return (lists.at(-1) ?? []).filter((name) => lists.every((list) => list.includes(name)));
}

/** Tests that failed in an earlier run and in the last one did not, each once. */
export function flakyIn(runs: readonly Run[]): string[] {
  const last = new Set(failing(runs.at(-1) ?? { exitCode: null, timedOut: false, tests: null }));
  const earlier = runs.slice(0, -1).flatMap((run) => failing(run) ?? []);
  return [...new Set(earlier)].filter((name) => !last.has(name));
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
