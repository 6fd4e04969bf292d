/** Python's unittest (and Django's runner): `Ran 6 tests in 0.001s`, a blank line, `FAILED (failures=1)`. */
import { lastOfEach, type Reader, type Summary, startsScript } from './summary.ts';

/** Reads the two closing lines. `Ran` counts skipped tests and expected failures, we do not. */
export const readUnittest: Reader = (lines) => {
  const summaries: Summary[] = [];
  const headers: number[] = [];
  let failures: string[] = [];
  lines.forEach((line, at) => {
    if (startsScript(line)) {
      headers.push(at);
      failures = [];
    }
    if (/^={70}$/.test(lines[at - 1] ?? '')) {
      const name = /^(?:FAIL|ERROR): (.+)$/.exec(line)?.[1];
      if (name !== undefined) failures.push(name);
    }
    const ran = /^Ran (\d+) tests? in [\d.]+s$/.exec(line)?.[1];
    const verdict = /^(?:OK|FAILED|NO TESTS RAN)(?: \((.*)\))?$/.exec(lines[at + 2] ?? '');
    if (ran === undefined || verdict === null) return;
    const of = (what: string): number =>
      Number(new RegExp(`(?:^|, )${what}=(\\d+)`).exec(verdict[1] ?? '')?.[1] ?? 0);
    const failed = of('failures') + of('errors') + of('unexpected successes');
    const skipped = of('skipped') + of('expected failures');
    // An error in a class's set-up fails, though no test of the class was run.
    const run = Math.max(Number(ran) - skipped, failed);
    summaries.push({ framework: 'unittest', from: at, to: at + 2, run, failed, skipped, failures });
    failures = [];
  });
  return lastOfEach(summaries, headers);
};
