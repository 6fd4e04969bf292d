/**
 * Counts the tests that a command ran, from what it printed and from the JUnit reports it wrote.
 *
 * Limits, by design:
 * - Output is testimony. Each reader wants the runner's complete closing block, takes the last one of a run, and
 *   whatever stands inside another runner's run is taken as its log. A program that prints a perfect block of a runner
 *   after all others ended is still believed; the tamper check and the exit code stand beside this count.
 * - Two runs of one runner are told apart by a header between them: the runner's own, or npm's `> name@version script`.
 *   Runners without a header (jest, mocha, node's spec, `pytest -q`, unittest) in one script without npm between them
 *   count once, the last.
 * - Lines that a wrapper prefixes (`web:test: Tests: …`) are not recognised: 'unknown', not zero.
 */
import type { TestCounts } from '../check.ts';
import { readCargo, readNextest } from './cargo.ts';
import { readCtest, readGtest } from './cpp.ts';
import { readGo, readGoJson } from './go.ts';
import { readJest } from './jest.ts';
import { type ReportCounts, readJunit } from './junit.ts';
import { readMocha } from './mocha.ts';
import { readNode } from './node.ts';
import { readPytest, readPytestProgress } from './pytest.ts';
import { linesOf, type Reader, type Summary } from './summary.ts';
import { readTap } from './tap.ts';
import { readUnittest } from './unittest.ts';
import { readVitest } from './vitest.ts';

const READERS: readonly Reader[] = [
  readNode,
  readTap,
  readVitest,
  readJest,
  readMocha,
  readPytest,
  readUnittest,
  readGo,
  readGoJson,
  readCargo,
  readNextest,
  readGtest,
  readCtest,
];

/** A report file as the command wrote it; the caller vouches that it is of this run. */
export interface TestReport {
  readonly path: string;
  readonly text: string;
}

/** How many failures are named, and how much of each name is kept: enough for people, bounded for the store. */
const NAMED = 50;
const NAME_LENGTH = 500;

/**
 * Counts tests run, failed and skipped. Reports with at least one test win over the output, which may tell of the same
 * tests; `unknown` means that no known runner spoke, `run: 0` that one spoke and ran nothing.
 */
export function countTests(output: string, reports: readonly TestReport[] = []): TestCounts {
  const read = reports.map(({ text }) => readJunit(text)).filter((counts) => counts !== undefined);
  if (read.some(({ run, skipped }) => run + skipped > 0)) return { framework: 'junit', ...sum(read) };
  const summaries = summariesOf(linesOf(output));
  const [first, ...others] = [...new Set(summaries.map(({ framework }) => framework))];
  if (first !== undefined) return { framework: others.length > 0 ? 'several' : first, ...sum(summaries) };
  return read.length > 0 ? { framework: 'junit', ...sum(read) } : { framework: 'unknown' };
}

function summariesOf(lines: readonly string[]): Summary[] {
  const outer = outermost(READERS.flatMap((reader) => reader(lines)));
  return outer.length > 0 ? outer : readPytestProgress(lines);
}

/** Drops what lies strictly inside another runner's run: it is the log of one of its tests. */
function outermost(summaries: readonly Summary[]): Summary[] {
  const byStart = [...summaries].sort((a, b) => a.from - b.from || b.to - a.to);
  let reach: Summary | undefined;
  return byStart.filter((summary) => {
    const inside =
      reach !== undefined &&
      reach.framework !== summary.framework &&
      summary.from > reach.from &&
      summary.to < reach.to;
    if (!inside && summary.to > (reach?.to ?? -1)) reach = summary;
    return !inside;
  });
}

function sum(parts: readonly ReportCounts[]): Omit<Extract<TestCounts, { run: number }>, 'framework'> {
  const add = (pick: (part: ReportCounts) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0);
  return {
    run: add(({ run }) => run),
    failed: add(({ failed }) => failed),
    skipped: add(({ skipped }) => skipped),
    failures: parts
      .flatMap(({ failures }) => failures)
      .slice(0, NAMED)
      .map((name) => name.slice(0, NAME_LENGTH)),
  };
}
