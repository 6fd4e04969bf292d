/**
 * From what a check measured to what it means. Zero tests is a failure; what failed on the base commit already is told apart.
 */
import type { Commands } from '../project/project.ts';
import type { CheckResult, CommandResult, CommandVerdict, TestCounts } from './check.ts';
import { exitInWords } from './exit-code.ts';
import { failingIn, isOnlyFlaky } from './flaky.ts';
import { unnamed } from './naming.ts';
import type { IndependentRun } from './properties/independent.ts';
import type { PropertyRun } from './properties/run.ts';
import { relevant } from './relevant.ts';
import type { ProofReport } from './report.ts';

/** What a check of work means. */
export type Verdict =
  | { readonly type: 'passed'; readonly preExisting: readonly string[]; readonly unverified: boolean }
  | { readonly type: 'failed'; readonly reason: string; readonly log: string }
  | { readonly type: 'conflict'; readonly files: readonly string[]; readonly detail: string };

type Checked = Extract<CheckResult, { type: 'checked' }>;

/** A script that hides its tests' failures behind exit code 0 (`npm test || true`) has not succeeded. */
const succeeded = (result: CommandResult) => result.exitCode === 0 && failedTests(result) === 0;

function failedTests({ name, tests }: CommandResult): number {
  return name === 'test' && tests && tests.framework !== 'unknown' ? tests.failed : 0;
}

/** What fails in every run of it, or as far as its runner tells in the last. */
export function failingTests(result: CommandResult | undefined): readonly string[] {
  const told = result?.tests && result.tests.framework !== 'unknown' ? result.tests.failures : [];
  return (result && failingIn(result)) ?? told;
}

function howItEnded(result: CommandResult): string {
  if (result.timedOut) return `was stopped after ${Math.round(result.durationMs / 1000)} s`;
  if (result.exitCode === null) return 'was killed by a signal';
  const failed = result.exitCode === 0 ? `, but ${failedTests(result)} tests failed` : '';
  return `exited with code ${exitInWords(result.exitCode)}${failed}`;
}

/** Whether each failing test (by name) failed on the base commit too, and the command failed there as well. */
function failedBefore(result: CommandResult, baseline: Checked | null): boolean {
  const before = baseline?.commands.find((command) => command.name === result.name);
  if (!before || succeeded(before) || before.command !== result.command || result.timedOut) return false;
  if (result.name !== 'test') return true;
  const now = failingTests(result);
  const then = new Set(failingTests(before));
  // A list cut at its limit cannot prove that nothing new failed.
  return now.length > 0 && now.length < 50 && now.every((name) => then.has(name));
}

function judgeCommand(
  result: CommandResult,
  baseline: Checked | null,
): { failure?: string; preExisting?: string } {
  if (!succeeded(result) && !isOnlyFlaky(result)) {
    const sentence = `\`${result.command}\` (${result.name}) ${howItEnded(result)}`;
    if (failedBefore(result, baseline)) return { preExisting: `${sentence}, as it did on the base commit` };
    return { failure: sentence };
  }
  if (
    result.name === 'test' &&
    result.tests &&
    result.tests.framework !== 'unknown' &&
    result.tests.run === 0
  ) {
    return { failure: `\`${result.command}\` ran no test` };
  }
  return unsteady(result);
}

/** A flaky test of the work's own is for its builder to mend; one that was there before is nobody's fault. */
function unsteady({ command, flaky = [] }: CommandResult): { failure?: string } {
  const own = flaky.flatMap((test) => (test.own ? [test.name] : []));
  if (own.length === 0) return {};
  return {
    failure: `\`${command}\` (test) passes only sometimes: ${own.slice(0, 5).join(', ')} failed, and passed when it ran again on the same commit`,
  };
}

/** What a check of work (or of the final branch) means, given the baseline on the base commit (null when there was none). */
export function judge(result: CheckResult, baseline: CheckResult | null): Verdict {
  switch (result.type) {
    case 'unmerged': {
      const conflict = result.refused.find(({ reason }) => reason === 'conflict');
      if (conflict?.reason === 'conflict')
        return { type: 'conflict', files: conflict.files, detail: conflict.detail };
      return { type: 'failed', reason: 'The submitted work changes nothing.', log: '' };
    }
    case 'checked': {
      const before = baseline?.type === 'checked' ? baseline : null;
      const judged = result.commands.map((command) => ({ command, ...judgeCommand(command, before) }));
      const culprits = judged.flatMap(({ command, failure }) =>
        failure === undefined ? [] : [{ command, failure }],
      );
      const refuted = refutation(result, culprits);
      if (refuted) return refuted;
      const [first, ...others] = culprits;
      if (first)
        return {
          type: 'failed',
          reason: culprits.map(({ failure }) => failure).join('; '),
          log:
            refutations(result) +
            byOthers(first) +
            whoseFault(first, before) +
            relevant(redExcerpt(first)) +
            alsoFailed(others),
        };
      const mute = unproven(result);
      if (mute) return mute;
      return {
        type: 'passed',
        preExisting: judged.flatMap((entry) => (entry.preExisting === undefined ? [] : [entry.preExisting])),
        unverified: !result.commands.some((command) => command.name === 'test'),
      };
    }
    default:
      return result satisfies never;
  }
}

/** What passes and proves nothing: the tests that its claims name did not run. */
function unproven({ proof, commands }: Checked): Extract<Verdict, { type: 'failed' }> | null {
  const unrun = proof?.unrun ?? [];
  if (unrun.length === 0) return null;
  const command = commands.find(({ name }) => name === 'test')?.command ?? '';
  const lines = unrun.map(({ criterion, names, alike }) => {
    const near = alike.length === 0 ? '' : ` It did run: ${alike.map((name) => `“${name}”`).join(', ')}.`;
    return `- ${criterion} names ${names.map((name) => `“${name}”`).join(', ')}.${near}`;
  });
  return {
    type: 'failed',
    reason: `everything passes, but no test that the claim of ${unrun.map(({ criterion }) => criterion).join(', ')} names has run`,
    log:
      `\`${command}\` passes and told of none of these tests:\n${lines.join('\n')}\n\n` +
      'What the command does not run proves nothing. Put the test where the command finds it, or call it in the claim as its runner tells it, and hand in again.',
  };
}

interface Culprit {
  readonly command: CommandResult;
  readonly failure: string;
}

/** Which of several failing tests fail because of the work, where others do not. */
function whoseFault({ command }: Culprit, before: Checked | null): string {
  const failing = failingTests(command);
  const then = new Set(failingTests(before?.commands.find(({ name }) => name === command.name)));
  const chance = (command.flaky ?? []).filter(({ own }) => !own).map(({ name }) => name);
  const [mine, old] = [failing.filter((name) => !then.has(name)), failing.filter((name) => then.has(name))];
  if (mine.length === 0 || old.length + chance.length === 0) return '';
  const listed = (names: readonly string[], what: string) =>
    names.length === 0 ? '' : `- ${what}: ${names.slice(0, mostTold).join(', ')}\n`;
  return `${listed(mine, 'failing with this work')}${listed(old, 'failing without it, too')}${listed(chance, 'failing only sometimes')}\n`;
}

/** Of each kind of failing tests so many are told. */
const mostTold = 20;

/** What the failing run wrote: where the last one passes, that is the one before. */
const redExcerpt = ({ command }: Culprit): string =>
  (succeeded(command) && command.earlier?.at(-1)?.excerpt) || command.excerpt;

/** Of what failed beside the first so much is told, in characters from its end, where runners sum up. */
const keptBeside = 6000;

/** Whoever mends one failure mends the others in the same round. */
const alsoFailed = (culprits: readonly Culprit[]) =>
  culprits
    .map(
      ({ command, failure }) =>
        `\n\nAnd ${failure}:\n\n${relevant(redExcerpt({ command, failure })).slice(-keptBeside).trimEnd()}`,
    )
    .join('');

/** A counterexample to a criterion is the reason, whatever else failed with it. */
function refutation(
  result: Checked,
  culprits: readonly Culprit[],
): Extract<Verdict, { type: 'failed' }> | null {
  const [first] = refutedIn(result.proof);
  if (!first) return null;
  const where = result.commands.find(({ name, exitCode }) => name === 'property' && exitCode !== 0);
  const refuted = refutedIn(result.proof).map(({ run }) => run.name);
  const { counterexample } = smallest(result).get(first.run.name) ?? first.run;
  const example = counterexample === null ? '' : `: ${line(counterexample)}`;
  const criteria = new Set(refutedIn(result.proof).map(({ criterion }) => criterion));
  criteria.delete(first.criterion);
  const more = criteria.size === 0 ? '' : `; refuted, too: ${[...criteria].join(', ')}`;
  return {
    type: 'failed',
    reason: `an input refutes ${first.criterion} (${first.run.name})${example}${more}`,
    log:
      `${refutations(result)}${independentWords}\n\n${relevant(where?.excerpt ?? '')}`.trim() +
      alsoFailed(culprits.filter(({ command }) => command !== where && !onlyThese(command, refuted))),
  };
}

/** Whether nothing failed in a command but these tests: property tests run with the project's own, too. */
export function onlyThese({ tests }: CommandResult, names: readonly string[]): boolean {
  if (tests === null || tests.framework === 'unknown') return false;
  const { failures, failed } = tests;
  const known = failures.filter((failure) => names.some((name) => failure.includes(name)));
  return failed > 0 && known.length === failed;
}

const line = (text: string) => text.replace(/\s+/gu, ' ').slice(0, 300);

/** Whose tests a failing property command holds, where no property of it is refuted: an example may be, too. */
const byOthers = ({ command }: Culprit): string =>
  command.name === 'property' ? `${independentWords}\n\n` : '';

const independentWords =
  'What fails here was written by another run, from the requirements alone. Mend the work, and keep the input as a test of yours. ' +
  'Where it asks for more than the criterion says, or the criterion itself cannot hold, report that as a clarification ' +
  'instead, with the input and the words that would hold: a person can change the requirement.';

/** The properties of independent tests that an input refutes, with their criteria. */
export function refutedIn(
  proof: Pick<ProofReport, 'independent'> | null | undefined,
): { readonly task: string; readonly criterion: string; readonly run: IndependentRun }[] {
  return (proof?.independent ?? []).flatMap(({ task, criterion, runs }) =>
    runs.flatMap((run) => (run.outcome === 'failed' ? [{ task, criterion, run }] : [])),
  );
}

type Tried = PropertyRun & Pick<IndependentRun, 'least'>;

/** Properties by name, run by themselves and with the project's own tests, each with the shortest input that refutes it. */
function smallest({ proof }: Checked): ReadonlyMap<string, Tried> {
  const byName = new Map<string, Tried>();
  for (const run of [...refutedIn(proof).map((one) => one.run), ...(proof?.properties ?? [])]) {
    const known = byName.get(run.name);
    if (known === undefined || isShorter(run, known)) byName.set(run.name, run);
  }
  return byName;
}

const isShorter = ({ counterexample: one }: Tried, { counterexample: other }: Tried): boolean =>
  one !== null && (other === null || one.length < other.length);

/** What refutes a property comes before the log: it is the shortest way to the cause. */
function refutations(result: Checked): string {
  const told = [...smallest(result).values()].flatMap(({ name, counterexample, seed, cases, least }) => {
    if (counterexample === null) return [];
    // An example is drawn by nobody.
    const drawn = least === undefined ? ` (case ${cases ?? 'unknown'}, seed ${seed ?? 'unknown'})` : '';
    return [`- ${name}: ${counterexample}${drawn}`];
  });
  return told.length === 0 ? '' : `These inputs refute a property:\n${told.join('\n')}\n\n`;
}

/** A command, or a run of it that was not its last, with what it means. */
export type Judged = Omit<CommandResult, 'earlier' | 'flaky'> & { readonly verdict: CommandVerdict };

/** What each run of a check's commands says by itself, in order: what failed on the base commit too is told apart. */
export function commandVerdicts(result: Checked, baseline: CheckResult | null): Judged[] {
  const before = baseline?.type === 'checked' ? baseline : null;
  return result.commands.flatMap(({ earlier = [], flaky, ...command }) => {
    const verdict = verdictOf({ ...command, earlier, flaky }, before);
    const flaked = verdict === 'failed' ? 'failed' : 'flaky';
    return [
      ...earlier.map((run) => ({ ...command, ...run, verdict: flaked }) as const),
      { ...command, verdict },
    ];
  });
}

function verdictOf(command: CommandResult, before: Checked | null): CommandVerdict {
  const { failure, preExisting } = judgeCommand(command, before);
  if (failure !== undefined) return 'failed';
  if (isOnlyFlaky(command) && !succeeded(command)) return 'flaky';
  return preExisting === undefined ? 'passed' : 'pre-existing';
}

/**
 * The commands that later checks run. A test command that ran no test on the base commit proves nothing, and would only
 * fail every task: it is left out, and the ticket says `unverified`.
 */
export function provenCommands(commands: Commands, verified: boolean): Commands {
  if (verified) return commands;
  const { test: _unproven, ...rest } = commands;
  return rest;
}

/** What the check on the base commit means. */
export type Baseline =
  /** `unnamed` says what keeps its tests from proving anything by name. */
  | {
      readonly type: 'usable';
      readonly verified: boolean;
      readonly unnamed: string | null;
      /** Whether it told no test by name, by a runner that nobody knows. */
      readonly nameless: boolean;
    }
  | { readonly type: 'unusable'; readonly reason: string; readonly log: string };

/** Whether single tests have no names in it: CTest may run all of them as the one program that they are in. */
const tellsNone = (tests: TestCounts): boolean =>
  tests.framework === 'unknown' || (tests.framework === 'ctest' && tests.run < 2);

/** What the check on the base commit means: setup must work; tests that run make the ticket `verified`. */
export function judgeBaseline(result: CheckResult): Baseline {
  if (result.type !== 'checked')
    return { type: 'unusable', reason: 'The base commit could not be checked.', log: '' };
  const setup = result.commands.find((command) => command.name === 'setup');
  if (setup && !succeeded(setup)) {
    return {
      type: 'unusable',
      reason: `Setup \`${setup.command}\` ${howItEnded(setup)} on the base commit`,
      log: setup.excerpt,
    };
  }
  const test = result.commands.find((command) => command.name === 'test');
  // Tests that do not come to an end would stop every task, whatever they had counted until then.
  if (!test || test.timedOut) return { type: 'usable', verified: false, unnamed: null, nameless: false };
  const counted = test.tests && test.tests.framework !== 'unknown' ? test.tests.run > 0 : test.exitCode === 0;
  const nameless = counted && test.tests !== null && tellsNone(test.tests);
  return { type: 'usable', verified: counted, unnamed: unnamed(test), nameless };
}
