/** cargo test (one summary a test binary and doc-test run) and cargo nextest (one for all). */
import { countsOf, lastOfEach, type Reader, type Summary, startsScript } from './summary.ts';

const RESULT =
  /^test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored; (\d+) measured; \d+ filtered out/;

/** Reads `test result:` lines; one counts only when it adds up to the number its `running N tests` announced. */
export const readCargo: Reader = (lines) => {
  const summaries: Summary[] = [];
  let announced: number | undefined;
  let from = 0;
  let failures: string[] = [];
  lines.forEach((line, at) => {
    const running = /^running (\d+) tests?$/.exec(line)?.[1];
    if (running !== undefined) {
      announced = Number(running);
      from = at;
      failures = [];
    }
    const failure = /^test (.+?)(?: - should panic)? \.\.\. FAILED$/.exec(
      line.startsWith('test ') ? line : '',
    )?.[1];
    if (failure !== undefined) failures.push(failure);
    const counts = RESULT.exec(line);
    if (counts === null || announced === undefined) return;
    const [passed = 0, failed = 0, ignored = 0, measured = 0] = counts.slice(1).map(Number);
    if (passed + failed + ignored + measured !== announced) return;
    const run = passed + failed + measured;
    summaries.push({ framework: 'cargo', from, to: at, run, failed, skipped: ignored, failures });
    announced = undefined;
  });
  return summaries;
};

/** Reads nextest's summary; what timed out or could not be executed has failed. The failures are listed below it. */
export const readNextest: Reader = (lines) => {
  const summaries: Summary[] = [];
  const headers: number[] = [];
  let from: number | undefined;
  lines.forEach((line, at) => {
    const header = /^ +Starting \d+ tests? across \d+ binar(?:y|ies)/.test(line);
    if (header || startsScript(line)) {
      headers.push(at);
      from = header ? at : undefined;
    }
    const [, total, rest] = /^ +Summary \[ *[\d.]+s\] (?:\d+\/)?(\d+) tests? run: (.*)$/.exec(line) ?? [];
    if (total === undefined || rest === undefined) return;
    const count = countsOf(rest.replace(/\([^)]*\)/g, ''));
    const failed = count('failed') + count('timed out') + count('exec failed');
    summaries.push({
      framework: 'nextest',
      from: from ?? at,
      to: at,
      run: count('passed') + failed,
      failed,
      skipped: count('skipped'),
      failures: listed(lines, at + 1),
    });
  });
  return lastOfEach(summaries, headers);
};

function listed(lines: readonly string[], from: number): string[] {
  const names = new Set<string>();
  for (let at = from; at < lines.length; at += 1) {
    const line = /^ +(?:[A-Z]+(?:[ -][A-Z]+)?|TRY \d+ [A-Z]+) \[ *[>\d.]+s\] (?:\( *\d+\/\d+\) )?(.+)$/.exec(
      lines[at] ?? '',
    );
    if (line?.[1] === undefined) break;
    names.add(line[1]);
  }
  return [...names];
}
