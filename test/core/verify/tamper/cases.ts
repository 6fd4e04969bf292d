/**
 * The labelled set. Each case is `## name: kinds` (or `none`) and, for each file, `@@ path` (or `@@ old => new`) with its
 * lines behind a space, `-` or `+`. A file with only `+` is new, one with only `-` is gone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Tree } from '#core/verify/tamper/finding.ts';
import { FindingKind } from '#core/verify/tamper/finding.ts';

export interface Case {
  readonly name: string;
  readonly expected: readonly FindingKind[];
  readonly before: Tree;
  readonly after: Tree;
}

/**
 * Rules were written with the tuned part in sight. No rule was mended by the held part: its figure is that of unseen changes,
 * and it is empty until somebody writes the next ones.
 */
export type Part = 'tuned' | 'held';

export function casesOf(part: Part): Case[] {
  const folder = new URL(`./${part}/`, import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.diff'))
    .sort()
    .flatMap((file) => readCases(readFileSync(new URL(file, folder), 'utf8')));
}

export function readCases(text: string): Case[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((one) => {
      const [head = '', ...files] = one.split(/^@@ /m);
      const colon = head.lastIndexOf(': ');
      const labels = head.slice(colon + 2).trim();
      const before = new Map<string, string>();
      const after = new Map<string, string>();
      for (const file of files) addFile(file, before, after);
      const expected = labels === 'none' ? [] : labels.split(', ').map((kind) => FindingKind.parse(kind));
      return { name: head.slice(0, colon), expected, before, after };
    });
}

function addFile(file: string, before: Map<string, string>, after: Map<string, string>): void {
  const [path = '', ...lines] = file.replace(/\n$/, '').split('\n');
  const [old = '', renamed = old] = path.split(' => ');
  const side = (mark: string) =>
    lines
      .filter((line) => line[0] !== mark)
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const marks = new Set(lines.map((line) => line[0] ?? ' '));
  if (marks.has(' ') || marks.has('-')) before.set(old, side('+'));
  if (marks.has(' ') || marks.has('+')) after.set(renamed, side('-'));
}
