/** vitest: ` Test Files  1 failed (1)` and `      Tests  1 failed | 2 passed (3)` with its times below. */
import { countsOf, lastOfEach, type Reader, type Summary, startsScript } from './summary.ts';

/** Reads the closing block. Suites that failed to load and errors outside tests count as failed tests. */
export const readVitest: Reader = (lines) => {
  const summaries: Summary[] = [];
  const headers: number[] = [];
  let from: number | undefined;
  let failures = new Set<string>();
  let suites = 0;
  lines.forEach((line, at) => {
    const header = /^ (?:RUN|DEV) +v\d/.test(line);
    if (header || startsScript(line)) {
      headers.push(at);
      from = header ? at : undefined;
      failures = new Set();
      suites = 0;
    }
    const failure = / FAIL +(.+)$/.exec(line.startsWith(' FAIL ') ? line : '')?.[1];
    if (failure !== undefined) failures.add(failure.replace(/ \[ .* \]$/, ''));
    suites = Number(/^⎯+ Failed Suites (\d+) ⎯+$/.exec(line)?.[1] ?? suites);
    const counted = line.startsWith('No test files found, exiting with code') ? empty : block(lines, at);
    if (counted === undefined) return;
    const failed = counted.failed + suites + counted.errors;
    summaries.push({
      framework: 'vitest',
      from: from ?? at,
      to: at + 1,
      run: counted.passed + failed,
      failed,
      skipped: counted.skipped,
      failures: [...failures, ...Array<string>(Math.min(counted.errors, 50)).fill('(error outside tests)')],
    });
  });
  return lastOfEach(summaries, headers);
};

interface Block {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Thrown outside any test: the run fails, whatever its tests say. */
  readonly errors: number;
}

const empty: Block = { passed: 0, failed: 0, skipped: 0, errors: 0 };

/** The block is ours only when its times follow within the few lines for errors and types. */
function block(lines: readonly string[], at: number): Block | undefined {
  if (!/^ {1,2}Test Files {2}\S/.test(lines[at] ?? '')) return undefined;
  const tests = /^ +Tests {2}(.+)$/.exec(lines[at + 1] ?? '')?.[1];
  const below = lines.slice(at + 2, at + 8);
  if (tests === undefined || !below.some((line) => /^ +(?:Start at|Duration) {2}/.test(line)))
    return undefined;
  const count = countsOf(tests);
  const errors = below.map((line) => Number(/^ +Errors {2}(\d+) errors?$/.exec(line)?.[1] ?? 0));
  return {
    passed: count('passed'),
    failed: count('failed'),
    errors: errors.reduce((sum, one) => sum + one, 0),
    skipped: count('skipped') + count('todo') + count('expected fail'),
  };
}
