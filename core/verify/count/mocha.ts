/** mocha with the reporters that end in an epilogue (spec, dot, min, nyan, list): `  12 passing (3ms)`. */
import { lastOfEach, type Reader, type Summary, startsScript } from './summary.ts';

const EPILOGUE = /^ {2}(\d+) passing \(\d+(?:ms|s|m|h|d)\)$/;

/**
 * Reads the epilogue. It is one line that any program can print, so the last one counts, and only with its time;
 * a program that prints one after mocha has ended is believed.
 */
export const readMocha: Reader = (lines) => {
  const summaries: Summary[] = [];
  const headers: number[] = [];
  lines.forEach((line, at) => {
    if (startsScript(line)) headers.push(at);
    const passing = EPILOGUE.exec(line)?.[1];
    if (passing === undefined) return;
    const below = lines.slice(at + 1, at + 3);
    const count = (word: string): number =>
      below.reduce((sum, one) => sum + Number(new RegExp(`^ {2}(\\d+) ${word}$`).exec(one)?.[1] ?? 0), 0);
    const failed = count('failing');
    summaries.push({
      framework: 'mocha',
      from: at,
      to: at,
      run: Number(passing) + failed,
      failed,
      skipped: count('pending'),
      failures: names(lines, at + 1, failed),
    });
  });
  return lastOfEach(summaries, headers);
};

/** `  1) suite`, deeper suites and the test below it, the last one with a colon. */
function names(lines: readonly string[], from: number, failed: number): string[] {
  const found: string[] = [];
  let parts: string[] | undefined;
  for (let at = from; at < lines.length && found.length < failed; at += 1) {
    const line = lines[at] ?? '';
    if (startsScript(line) || EPILOGUE.test(line)) break;
    const head = /^ {2}\d+\) (.+)$/.exec(line)?.[1];
    if (head !== undefined) parts = [head];
    else if (line.trim() === '') parts = undefined;
    else parts?.push(line.trim());
    if (parts === undefined || !line.endsWith(':')) continue;
    found.push(parts.join(' ').slice(0, -1));
    parts = undefined;
  }
  return found;
}
