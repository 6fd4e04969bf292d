/** TAP: `ok 1 - name`, four spaces a level; `# Subtest: name` opens what is below (node:test, tap). */
import { startsScript } from '../count/summary.ts';
import { type CaseReader, caseOf, type TestCase } from './case.ts';

/** One line of a result: where it stands, its words, and what came of it. */
interface Line {
  readonly path: readonly string[];
  readonly words: string;
  readonly outcome: TestCase['outcome'];
}

/** As node:test writes it: each result that has none below it is a test. */
export const readTap: CaseReader = (lines) =>
  leaves(lines)
    .filter(({ words }) => !/^(?:\/|[A-Z]:)\S*\.[cm]?[jt]sx?$/.test(words))
    .map(({ path, words, outcome }) => caseOf([...path, words], outcome));

function leaves(lines: readonly string[]): Line[] {
  const found: Line[] = [];
  let open: string[] = [];
  let deepest = -1;
  for (const line of lines) {
    const opened = /^( *)# Subtest: (.+)$/.exec(line);
    if (opened) {
      const level = (opened[1] ?? '').length / 4;
      open = [...open.slice(0, level), opened[2] ?? ''];
      deepest = level;
      continue;
    }
    const result = resultOf(line);
    if (result === undefined) continue;
    const { level, ...rest } = result;
    const group = level < deepest;
    deepest = level;
    if (!group) found.push({ path: open.slice(0, level), ...rest });
  }
  return found;
}

function resultOf(line: string): (Omit<Line, 'path'> & { readonly level: number }) | undefined {
  const [, space, not, rest] = /^( *)(not )?ok \d+(?: -)? ?(.*)$/.exec(line) ?? [];
  if (space === undefined || rest === undefined) return undefined;
  const outcome = / # (?:SKIP|TODO)\b/i.test(rest) ? 'skipped' : not === undefined ? 'passed' : 'failed';
  const words = rest.replace(/ # (?:(?:SKIP|TODO)\b|time=).*$/i, '').replaceAll('\\#', '#');
  return { level: space.length / 4, words, outcome };
}

/** A result of a test that may have several: the case is the test, `point` what was looked at. */
export interface Point {
  readonly test: TestCase;
  readonly point: string;
}

/** The lines of one run, from its version or its plan to the next run or script. */
export interface TapRun {
  readonly from: number;
  readonly lines: readonly string[];
  /** Results that the plan announces and that never came. */
  readonly missing: number;
}

const plan = /^1\.\.(\d+)(?: #.*)?$/;

/**
 * The runs that have a plan and are not node's, whose counters are of no other runner.
 * https://testanything.org/tap-version-14-specification.html
 */
export function tapRuns(lines: readonly string[]): TapRun[] {
  const starts: number[] = [];
  const ends: number[] = [];
  lines.forEach((line, at) => {
    const begins =
      /^TAP version 1[34]$/i.test(line) || (plan.test(line) && resultOf(lines[at + 1] ?? '')?.level === 0);
    // The plan right behind the version belongs to it.
    if (begins && starts.at(-1) !== at - 1) starts.push(at);
    if (starts.at(-1) === at || startsScript(line)) ends.push(at);
  });
  ends.push(lines.length);
  let next = 0;
  return starts.flatMap((from) => {
    while ((ends[next] ?? 0) <= from) next += 1;
    const run = lines.slice(from, ends[next]);
    const planned = run.map((line) => plan.exec(line)?.[1]).find((count) => count !== undefined);
    if (planned === undefined || run.some((line) => /^# suites \d+$/.test(line))) return [];
    const told = run.filter((line) => resultOf(line)?.level === 0).length;
    return [{ from, lines: run, missing: Math.max(0, Number(planned) - told) }];
  });
}

/**
 * The results of a run. A subtest is a test (tap). Where the plan comes last, so is `# name` (tape); elsewhere a comment
 * is none (bats), and a result without either is a test itself (QUnit, ava). What was skipped is named by its own line.
 */
export function pointsOf({ lines }: TapRun): Point[] {
  const planFirst = lines.slice(0, 2).some((line) => plan.test(line));
  const nested = lines.some((line) => line.startsWith('# Subtest: '));
  const found = nested || planFirst ? leaves(lines) : commented(lines);
  return found.map(({ path, words, outcome }) => {
    const parts = outcome === 'skipped' && nested ? [...path, words] : path;
    return { test: caseOf(parts.length > 0 ? parts : [words], outcome), point: words };
  });
}

function commented(lines: readonly string[]): Line[] {
  const found: Line[] = [];
  let test: string[] = [];
  for (const line of lines) {
    const comment = /^# (.+)$/.exec(line)?.[1];
    if (comment !== undefined) test = [comment];
    const { level, words = '', outcome = 'failed' } = resultOf(line) ?? {};
    if (level === 0) found.push({ path: outcome === 'skipped' ? [] : test, words, outcome });
  }
  return found;
}

/** The tests of all runs that are not node's. */
export const readTapRuns: CaseReader = (lines) =>
  tapRuns(lines).flatMap((run) => pointsOf(run).map(({ test }) => test));
