/** The files that differ between two commits, as the tamper report wants them: texts by path, and the tests around them. */
import { isTestPath, languageOf } from '#core/verify/tamper/path.ts';
import type { GitOptions, GitResult } from './git.ts';

/** Runs git in the repository in question. */
export type GitThere = (args: readonly string[], options?: Pick<GitOptions, 'input'>) => Promise<GitResult>;

/** Texts before and after. */
export interface Trees {
  readonly before: Map<string, string>;
  readonly after: Map<string, string>;
}

/** Larger files are data; the report would not read them either. */
export const largestFile = 4_000_000;
/** Tests that did not change help to know what product code has copied from them; so much of them is enough. */
export const mostContext = 16_000_000;

/** Whether a file that did not change helps to understand the others. */
export const isContext = (path: string) => isTestPath(path) && languageOf(path) !== undefined;

/** Text, or undefined for what is binary: git too looks for a zero byte in the first 8,000. */
export function textOf(bytes: Buffer): string | undefined {
  return bytes.subarray(0, 8000).includes(0) ? undefined : bytes.toString('utf8');
}

/** What differs between two commits (or trees), with the tests of the later one that do not. Throws `GitFailed`. */
export async function treesBetween(git: GitThere, was: string, is: string): Promise<Trees> {
  const diff = await git(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', was, is]);
  const fields = diff.stdout.toString('utf8').split('\0');
  const wanted: Wanted[] = [];
  const changed = new Set<string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [modeWas = '', modeIs, shaWas = '', shaIs = ''] = (fields[at] ?? '').slice(1).split(' ');
    const path = fields[at + 1] ?? '';
    changed.add(path);
    if (isPlain(modeWas)) wanted.push({ path, sha: shaWas, sides: ['before'] });
    if (isPlain(modeIs)) wanted.push({ path, sha: shaIs, sides: ['after'] });
  }
  return load(git, await sized(git, [...wanted, ...(await contextOf(git, is, changed))]));
}

interface Wanted {
  readonly path: string;
  readonly sha: string;
  readonly sides: readonly (keyof Trees)[];
}

/** 100644 and 100755; a link is 120000, a submodule 160000. */
const isPlain = (mode: string | undefined) => mode?.startsWith('100') ?? false;

async function contextOf(git: GitThere, commit: string, changed: ReadonlySet<string>): Promise<Wanted[]> {
  const listed = await git(['ls-tree', '-r', '-z', '-l', commit]);
  const wanted: Wanted[] = [];
  let total = 0;
  for (const entry of listed.stdout.toString('utf8').split('\0')) {
    const [mode, , sha = '', size = '0'] = entry.split(/\s+/, 4);
    const path = entry.slice(entry.indexOf('\t') + 1);
    if (!isPlain(mode) || changed.has(path) || !isContext(path) || total > mostContext) continue;
    total += Number(size);
    wanted.push({ path, sha, sides: ['before', 'after'] });
  }
  return wanted;
}

interface Sized extends Wanted {
  readonly size: number;
}

async function sized(git: GitThere, wanted: readonly Wanted[]): Promise<Sized[]> {
  const input = wanted.map(({ sha }) => `${sha}\n`).join('');
  const { text } = await git(['cat-file', '--batch-check=%(objectsize)'], { input });
  const sizes = text.split('\n').map(Number);
  return wanted
    .map((one, at) => ({ ...one, size: sizes[at] ?? 0 }))
    .filter(({ size }) => size <= largestFile);
}

/** Half of what one call of git may answer. */
const bytesAtOnce = 32 * 1024 * 1024;

async function load(git: GitThere, wanted: readonly Sized[]): Promise<Trees> {
  const trees: Trees = { before: new Map(), after: new Map() };
  for (let at = 0; at < wanted.length; ) {
    let bytes = 0;
    const from = at;
    for (; at < wanted.length && bytes <= bytesAtOnce - largestFile; at += 1) bytes += wanted[at]?.size ?? 0;
    const batch = wanted.slice(from, at);
    const input = batch.map(({ sha }) => `${sha}\n`).join('');
    const { stdout } = await git(['cat-file', '--batch'], { input });
    let next = 0;
    for (const { path, sides, size } of batch) {
      // `<sha> blob <size>`, the bytes, a line break.
      const start = stdout.indexOf(10, next) + 1;
      const text = textOf(stdout.subarray(start, start + size));
      if (text !== undefined) for (const side of sides) trees[side].set(path, text);
      next = start + size + 1;
    }
  }
  return trees;
}
