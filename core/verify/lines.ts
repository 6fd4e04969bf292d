/** Which lines a diff touches, from git's own words. */
import type { ChangedLines } from './check.ts';

/** Files that are told line by line; a change of more is read in its diff. */
const maxFiles = 500;
const maxRanges = 1000;

/** `@@ -12,3 +14,2 @@`: of the new side, where and how many; a count that is left out is one. */
const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/;

/**
 * The ranges of `git diff --unified=0 --no-prefix` for these paths, in their order. The diff lists files in the order of
 * `paths`, so no name has to be read out of a header, which git quotes when it is unusual.
 */
export function changedLines(paths: readonly string[], diff: string): ChangedLines[] {
  const files = diff.split(/^diff --git /mu).slice(1);
  return paths.slice(0, maxFiles).map((path, index) => ({
    path,
    ranges: (files[index] ?? '').split('\n').flatMap(rangeOf).slice(0, maxRanges),
  }));
}

function rangeOf(line: string): [number, number][] {
  const [, start, count = '1'] = hunk.exec(line) ?? [];
  if (start === undefined || count === '0') return [];
  return [[Number(start), Number(start) + Number(count) - 1]];
}
