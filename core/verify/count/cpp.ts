/** GoogleTest (one summary a program) and CTest, which runs such programs and others. */
import { lastOfEach, type Reader, type Summary } from './summary.ts';

/** A result of GoogleTest: `[       OK ] Cart.Sums (0 ms)`; what a failing test has as its parameter stands behind a comma. */
export const gtestLine =
  /^\[ {7}OK \] (\S+) \(\d+ ms\)$|^\[ {2}FAILED {2}\] ([^\s,]+)(?:, where .*)? \(\d+ ms\)$|^\[ {2}SKIPPED \] (\S+) \(\d+ ms\)$/;

/** Reads the results between the announcement of a program's tests and its end, which must name as many. */
export const readGtest: Reader = (lines) => {
  const summaries: Summary[] = [];
  let from: number | undefined;
  let [passed, skipped] = [0, 0];
  let failures: string[] = [];
  lines.forEach((line, at) => {
    if (!line.startsWith('[')) return;
    if (/^\[=+\] Running \d+ tests? from \d+ test (?:suite|case)s?\.$/.test(line)) {
      from = at;
      [passed, skipped, failures] = [0, 0, []];
    }
    const [whole, , failure, left] = gtestLine.exec(line) ?? [];
    if (failure !== undefined) failures.push(failure);
    else if (left !== undefined) skipped += 1;
    else if (whole !== undefined) passed += 1;
    const ran = /^\[=+\] (\d+) tests? from \d+ test (?:suite|case)s? ran\./.exec(line)?.[1];
    if (ran === undefined || from === undefined) return;
    const failed = failures.length;
    if (Number(ran) === passed + failed + skipped)
      summaries.push({ framework: 'gtest', from, to: at, run: passed + failed, failed, skipped, failures });
    from = undefined;
  });
  return summaries;
};

/** A result of CTest: `1/3 Test #1: adds ......   Passed    0.00 sec`, `2/3 Test #2: fails ....***Failed  0.1 sec`. */
export const ctestLine =
  /^ *\d+\/\d+ Test +#\d+: (\S.*?) \.*(?: +(Passed)|\*\*\*([A-Z][A-Za-z ]*?(?: \([A-Za-z]+\))?)(?:: *.*?)?) +[\d.]+ sec$/;

/** What CTest did not run by somebody's will; `Not Run` alone is a program that is not there. */
export const ctestSkips: ReadonlySet<string> = new Set(['Skipped', 'Not Run (Disabled)']);

/** Reads CTest's results up to its summary. A test whose program is missing did not run, and is a failure in it. */
export const readCtest: Reader = (lines) => {
  const summaries: Summary[] = [];
  const headers: number[] = [];
  let [passed, skipped] = [0, 0];
  let failures: string[] = [];
  lines.forEach((line, at) => {
    if (/^Test project \S/.test(line)) {
      headers.push(at);
      [passed, skipped, failures] = [0, 0, []];
    }
    const from = headers.at(-1);
    if (from === undefined) return;
    const [, name, ok, how = ''] = ctestLine.exec(line) ?? [];
    if (name !== undefined && ok !== undefined) passed += 1;
    else if (name !== undefined && ctestSkips.has(how)) skipped += 1;
    else if (name !== undefined) failures.push(name);
    const failed = /^\d+% tests passed, (\d+) tests? failed out of \d+$/.exec(line)?.[1];
    const none = line === 'No tests were found!!!';
    if (!none && (failed === undefined || Number(failed) !== failures.length)) return;
    const run = passed + failures.length;
    summaries.push({ framework: 'ctest', from, to: at, run, failed: failures.length, skipped, failures });
  });
  return lastOfEach(summaries, headers);
};
