/** jest: four lines from `Test Suites:` to `Time:`. */
import { countsOf, lastOfEach, type Reader, type Summary, startsScript } from './summary.ts';

/** Reads the closing block. A file that failed to run counts as a failed test, which jest itself does not count. */
export const readJest: Reader = (lines) => {
  const summaries: Summary[] = [];
  const headers: number[] = [];
  let names = new Set<string>();
  let broken = new Set<string>();
  let file = '';
  lines.forEach((line, at) => {
    if (startsScript(line)) {
      headers.push(at);
      names = new Set();
      broken = new Set();
    }
    file = /^FAIL (.+?)(?: \([\d.]+ m?s\))?$/.exec(line.startsWith('FAIL ') ? line : '')?.[1] ?? file;
    const bullet = line.startsWith('  ● ') ? line.slice(4) : '';
    if (bullet === 'Test suite failed to run') broken.add(file);
    else if (bullet.includes(' › ')) names.add(bullet);
    else if (bullet !== '' && bullet !== 'Console') names.add(bullet);
    const tests = line.startsWith('No tests found, exiting with code') ? '0 total' : counted(lines, at);
    if (tests === undefined) return;
    const count = countsOf(tests);
    const failed = count('failed') + broken.size;
    summaries.push({
      framework: 'jest',
      from: at,
      to: at + 3,
      run: count('passed') + failed,
      failed,
      skipped: count('skipped') + count('todo') + count('pending'),
      failures: [...names, ...broken],
    });
  });
  return lastOfEach(summaries, headers);
};

function counted(lines: readonly string[], at: number): string | undefined {
  if (!/^Test Suites: .*\d total$/.test(lines[at] ?? '')) return undefined;
  const complete = lines[at + 2]?.startsWith('Snapshots: ') && lines[at + 3]?.startsWith('Time: ');
  return complete ? /^Tests: +(.*\d total)$/.exec(lines[at + 1] ?? '')?.[1] : undefined;
}
