/**
 * The tests that a command ran, by name and outcome, as far as its runner names them.
 *
 * Only readers of runners whose complete summary was found are asked, so a stray line of a program is no test. A name
 * that was told twice counts by its worst outcome. Testimony all the same: see the limits of the count.
 */
import type { TestCounts } from '../check.ts';
import { countTests, type TestReport } from '../count/count.ts';
import { readJunitCases } from '../count/junit.ts';
import { type Framework, linesOf } from '../count/summary.ts';
import type { CaseReader, TestCase } from './case.ts';
import { readCargoCases, readGoCases, readGoJsonCases, readNextestCases } from './compiled.ts';
import { readCtestCases, readGtestCases } from './cpp.ts';
import { readMarks } from './marks.ts';
import { readPytestCases, readUnittestCases } from './python.ts';
import { readTap, readTapRuns } from './tap.ts';

const readers: Readonly<Record<Framework, readonly CaseReader[]>> = {
  'node:test': [readMarks('node:test'), readTap],
  tap: [readTapRuns],
  vitest: [readMarks('vitest')],
  jest: [readMarks('jest')],
  mocha: [readMarks('mocha')],
  pytest: [readPytestCases],
  unittest: [readUnittestCases],
  go: [readGoCases, readGoJsonCases],
  cargo: [readCargoCases],
  nextest: [readNextestCases],
  gtest: [readGtestCases],
  ctest: [readCtestCases],
};

/** Those read where several ran: the marks of mocha are those of others, whose tests they would name twice. */
const together = (Object.keys(readers) as Framework[]).filter((framework) => framework !== 'mocha');

/** More than any repository of one ticket needs, and a bound for output that no person wrote. */
const most = 20_000;

const rank: Readonly<Record<TestCase['outcome'], number>> = { passed: 0, skipped: 1, failed: 2 };

/** The tests by name; empty where the runner is unknown or names none. */
export function casesOf(output: string, reports: readonly TestReport[] = []): TestCase[] {
  const fromReports = reports.flatMap(({ text }) => readJunitCases(text) ?? []);
  return worstOf(fromReports.length > 0 ? fromReports : fromOutput(output));
}

/** Each name once, with its worst outcome. */
export function worstOf(found: readonly TestCase[]): TestCase[] {
  const worst = new Map<string, TestCase>();
  for (const one of found) {
    const known = worst.get(one.name);
    if (known === undefined ? worst.size < most : rank[one.outcome] > rank[known.outcome])
      worst.set(one.name, one);
  }
  return [...worst.values()];
}

/**
 * Tells from the beginning of an output whether a test has failed there that passed in `usual`, the whole output of the
 * same command: a test that failed before, or that nobody knows, says nothing, and none whose name `chance` takes.
 */
export function failureWatch(
  usual: string,
  chance: (name: string) => boolean = () => false,
): (beginning: string) => boolean {
  const passed = new Set(
    casesOf(usual).flatMap(({ name, outcome }) => (outcome === 'passed' && !chance(name) ? [name] : [])),
  );
  const frameworks = passed.size === 0 ? [] : frameworksOf(countTests(usual));
  return (beginning) => {
    // The last line may be half of one.
    const lines = linesOf(beginning).slice(0, -1);
    return frameworks
      .flatMap((framework) => readers[framework].flatMap((read) => read(lines)))
      .some(({ name, outcome }) => outcome === 'failed' && passed.has(name));
  };
}

function fromOutput(output: string): TestCase[] {
  const lines = linesOf(output);
  return frameworksOf(countTests(output)).flatMap((framework) =>
    readers[framework].flatMap((read) => read(lines)),
  );
}

function frameworksOf({ framework }: TestCounts): readonly Framework[] {
  if (framework === 'unknown' || framework === 'junit') return [];
  if (framework !== 'several') return [framework];
  return together;
}
