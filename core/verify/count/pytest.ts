/** pytest: `=== 1 failed, 3 passed in 0.06s ===`, the same without the rule (-q), or only its dots (-qq). */
import { countsOf, lastOfEach, type Reader, type Summary, startsScript } from './summary.ts';

const WORD =
  '(?:failed|passed|skipped|deselected|xfailed|xpassed|warnings?|errors?|rerun|subtests (?:passed|failed|skipped))';
const SUMMARY = new RegExp(
  `^(?:=+ )?((?:\\d+ ${WORD}(?:, )?)+|no tests (?:ran|collected)(?: \\(.*\\)|, .*)?) in [\\d.]+s(?: \\([\\d:]+\\))?(?: =+)?$`,
);
const HEADER = /^=+ test session starts =+$/;

/**
 * Reads the last line. Errors of collection and of fixtures are failed tests; an expected failure proves as little as
 * a skipped test; a test that was expected to fail and did not has passed.
 */
export const readPytest: Reader = (lines) => {
  const summaries: Summary[] = [];
  const headers: number[] = [];
  let from: number | undefined;
  let failures = new Set<string>();
  lines.forEach((line, at) => {
    const header = HEADER.test(line);
    if (header || startsScript(line)) {
      headers.push(at);
      from = header ? at : undefined;
    }
    if (header || /^=+ short test summary info =+$/.test(line)) failures = new Set();
    const failure = /^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$/.exec(line)?.[1];
    if (failure !== undefined) failures.add(failure);
    const text = / in [\d.]+s/.test(line) ? SUMMARY.exec(line)?.[1] : undefined;
    if (text === undefined) return;
    const count = countsOf(text);
    const failed = count('failed') + count('error') + count('errors');
    summaries.push({
      framework: 'pytest',
      from: from ?? at,
      to: at,
      run: count('passed') + count('xpassed') + failed,
      failed,
      skipped: count('skipped') + count('xfailed'),
      failures: [...failures],
    });
  });
  return lastOfEach(summaries, headers);
};

/** Counts the dots and letters of a run that prints no summary (`-qq`); to be asked only when nobody else spoke. */
export const readPytestProgress: Reader = (lines) => {
  const marks = new Map<string, number>();
  const failures: string[] = [];
  let from = -1;
  lines.forEach((line, at) => {
    const failure = /^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$/.exec(line)?.[1];
    if (failure !== undefined) failures.push(failure);
    const progress = /^([.FEsxX]+) +\[ *\d+%\]$/.exec(line)?.[1];
    if (progress === undefined) return;
    if (from < 0) from = at;
    for (const mark of progress) marks.set(mark, (marks.get(mark) ?? 0) + 1);
  });
  if (from < 0) return [];
  const count = (mark: string): number => marks.get(mark) ?? 0;
  const failed = count('F') + count('E');
  const run = count('.') + count('X') + failed;
  const skipped = count('s') + count('x');
  return [{ framework: 'pytest', from, to: lines.length, run, failed, skipped, failures }];
};
