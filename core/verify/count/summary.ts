/**
 * What the readers of test output have in common: the lines they read, and the summaries they find.
 *
 * A reader gets all lines of a command's output and returns one summary for each run of its runner, in order. A run's
 * last summary counts, so that a program which prints a summary of its own in the middle does not; see `lastOfEach`.
 */

/** One run of one runner: what it counted, and which lines it spans (`from` is its header, or else its summary). */
export interface Summary {
  readonly framework: Framework;
  readonly from: number;
  readonly to: number;
  /** Tests that ran to an end, good or bad. A file or package that could not be loaded is one failed test. */
  readonly run: number;
  readonly failed: number;
  /** Skipped, pending, todo, ignored, and failures that are expected: their outcome proves nothing. */
  readonly skipped: number;
  readonly failures: readonly string[];
}

/** Runners that print a summary of their own; `nextest` is cargo's. */
export type Framework =
  | 'node:test'
  | 'tap'
  | 'vitest'
  | 'jest'
  | 'mocha'
  | 'pytest'
  | 'unittest'
  | 'go'
  | 'cargo'
  | 'nextest'
  | 'gtest'
  | 'ctest';

/** Finds the summaries of one runner. Linear in the size of the output. */
export type Reader = (lines: readonly string[]) => Summary[];

const ESCAPE = String.fromCharCode(27);
const BELL = String.fromCharCode(7);
/** Colours and cursor movements, titles and links, and the short escapes, as ECMA-48 writes them; one that never ends eats nothing. */
const ANSI = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\](?:[^${BELL}${ESCAPE}\\r\\n]{0,1000}(?:${BELL}|${ESCAPE}\\\\))?|[@-Z\\\\^_])`,
  'g',
);

/** No line of a runner is longer; what a program prints may be megabytes, and no reader should crawl through it. */
const LONGEST_LINE = 2000;

/** Splits output into lines without ANSI sequences; a lone carriage return (a progress bar) ends a line too. */
export function linesOf(output: string): string[] {
  return output
    .replace(ANSI, '')
    .split(/\r\n|\n|\r/)
    .map((line) => (line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE) : line));
}

/** `> package@1.0.0 script`, as npm, pnpm and yarn announce a script: what follows is another run. */
export function startsScript(line: string): boolean {
  return line.startsWith('> ') && /^> (?:@?[\w./-]+@\S+ )[\w:.-]+(?: \S+)?$/.test(line);
}

/**
 * Keeps the last summary of each run: of two of the same runner, the earlier one counts only when a header (of the
 * runner, or of a script) stands between them.
 */
export function lastOfEach(summaries: readonly Summary[], headers: readonly number[]): Summary[] {
  const kept: Summary[] = [];
  let header = 0;
  for (const summary of summaries) {
    const last = kept.at(-1);
    let separate = last === undefined;
    while (last !== undefined && header < headers.length && (headers[header] ?? 0) <= summary.to) {
      separate = separate || (headers[header] ?? 0) > last.to;
      header += 1;
    }
    if (!separate) kept.pop();
    kept.push(summary);
  }
  return kept;
}

/** Reads `3 passed, 1 failed` (or with `|`) into numbers by word; words are lowercase. */
export function countsOf(text: string): (word: string) => number {
  const counts = new Map<string, number>();
  for (const [, count, word] of text.matchAll(/(\d+) ([a-z]+(?: [a-z]+)?)/g)) {
    if (word !== undefined) counts.set(word, Number(count));
  }
  return (word) => counts.get(word) ?? 0;
}
