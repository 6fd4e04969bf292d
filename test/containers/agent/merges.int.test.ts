/** What a merge may meet in a repository: bytes nobody can read, moved files, submodules, LFS, names like options, markers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGit } from '#adapters/git/git.ts';
import { openRepository as openOurs, type Repository } from '#agent/checkout/repository.ts';
import { openFolders } from '#agent/folders.ts';
import { conflictInWords, conflictScore, isHard, questionOf } from '#core/merge/conflict.ts';
import { idOf } from '#test/core/rows.ts';
import { openRepository, path } from './scene.ts';

type Sides = Readonly<
  Record<string, string | Uint8Array | { readonly mode: string; readonly id: string } | null>
>;

let root: string;
let origin: Awaited<ReturnType<typeof openRepository>>;
let ours: Repository;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'omoi-merges-'));
  origin = await openRepository(root);
  ours = await openOurs(createGit(path), await openFolders(join(root, 'sandbox')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A commit with these entries on top of a parent, made without a working tree: any name, any mode. */
async function commit(entries: Sides, parent?: string): Promise<string> {
  if (parent) await origin.git('read-tree', parent);
  for (const [name, entry] of Object.entries(entries)) {
    if (entry === null) {
      await origin.git('update-index', '--force-remove', '--', name);
      continue;
    }
    const plain = typeof entry === 'string' || entry instanceof Uint8Array;
    const file = join(root, 'blob');
    if (plain) await writeFile(file, entry);
    const id = plain ? await origin.git('hash-object', '-w', '--no-filters', '--', file) : entry.id;
    const mode = plain ? '100644' : entry.mode;
    await origin.git('update-index', '--add', '--cacheinfo', `${mode},${id.trim()},${name}`);
  }
  const tree = (await origin.git('write-tree')).trim();
  return (await origin.git('commit-tree', tree, ...(parent ? ['-p', parent] : []), '-m', 'x')).trim();
}

/** Both sides merged as a check would: their objects brought in by bundles. */
async function merge(base: Sides, left: Sides, right: Sides) {
  const below = await commit(base);
  const [head, tip] = [await commit(left, below), await commit(right, below)];
  for (const one of [head, tip]) {
    const file = join(root, `${one}.bundle`);
    await writeFile(file, await origin.bundle(one));
    await ours.unbundle(file);
  }
  const merged = await ours.merge(head, tip);
  return { ...merged, head, tip };
}

const kinds = ({ places }: { places: readonly { path: string; kind: string }[] }) =>
  places.map((place) => `${place.path}: ${place.kind}`);
const bytes = (end: number) => Uint8Array.from([0x89, 0x50, 0, 1, 2, end]);
const pointer = (id: string) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${id.repeat(64)}\nsize 12345\n`;
const link = (digit: string) => ({ mode: '160000', id: digit.repeat(40) });

const asked = (merged: Awaited<ReturnType<typeof merge>>) => ({
  ...{ reason: 'conflict' as const, taskId: idOf('task'), onHead: true },
  ...{ files: [...merged.conflicts], detail: merged.detail, places: [...merged.places] },
});

describe('a merge', () => {
  it('of bytes that both sides replaced is a matter for a person, who is not shown them as text', async () => {
    const merged = await merge({ 'logo.png': bytes(0) }, { 'logo.png': bytes(1) }, { 'logo.png': bytes(2) });
    expect(kinds(merged)).toEqual(['logo.png: binary']);
    expect(merged.places[0]).toMatchObject({ ours: null, theirs: null });
    expect(isHard(merged.places.length > 0 ? asked(merged) : { places: [], files: [] })).toBe(true);
    expect(questionOf({ key: 'T1', title: 'x' }, asked(merged), 0).text).toContain('not text');
    // The branch's side is what the integrator finds, whole.
    expect(await ours.files(merged.tree)).toEqual(await ours.files(merged.head));
  });

  it('of bytes that one side replaced, and of a file that only one side moved, needs nobody', async () => {
    const lines = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    const merged = await merge(
      { 'logo.png': bytes(0), 'old.txt': lines },
      { 'logo.png': bytes(1), 'new.txt': lines, 'old.txt': null },
      { 'old.txt': lines.replace('c', 'C') },
    );
    expect(merged.conflicts).toEqual([]);
    expect(await ours.textAt(merged.tree, 'new.txt')).toBe(lines.replace('c', 'C'));
    expect((await ours.files(merged.tree)).map((file) => file.path)).toEqual(['logo.png', 'new.txt']);
  });

  it('of a file that both sides moved to other names tells of each name', async () => {
    const text = 'one\ntwo\nthree\nfour\nfive\n';
    const merged = await merge(
      { 'a.txt': text },
      { 'b.txt': text, 'a.txt': null },
      { 'c.txt': text, 'a.txt': null },
    );
    expect([...merged.conflicts].sort()).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(merged.places.every(({ kind }) => kind === 'renamed')).toBe(true);
    expect(conflictInWords(asked(merged))).toContain('b.txt');
    expect(conflictScore(asked(merged))).toBeGreaterThan(0.5);
  });

  it('of a file that one side deleted and the other changed says so', async () => {
    const merged = await merge({ 'a.txt': 'one\n' }, { 'a.txt': null }, { 'a.txt': 'two\n' });
    expect(merged.places).toEqual([{ path: 'a.txt', kind: 'deleted', ours: null, theirs: 'two\n' }]);
  });

  it('of a submodule that both sides moved names the commits; one that one side moved is taken', async () => {
    const conflict = await merge(
      { 'lib/dep': link('1') },
      { 'lib/dep': link('2') },
      { 'lib/dep': link('3') },
    );
    expect(kinds(conflict)).toEqual(['lib/dep: submodule']);
    expect(conflict.places[0]).toMatchObject({
      ours: `commit ${'2'.repeat(40)}`,
      theirs: `commit ${'3'.repeat(40)}`,
    });
    expect(isHard(asked(conflict))).toBe(true);
    const clean = await merge({ 'lib/dep': link('1') }, { 'lib/dep': link('2') }, { 'x.txt': 'x\n' });
    expect(clean.conflicts).toEqual([]);
    // What is checked out has an empty folder there: submodules are no part of a check.
    await ours.checkout(clean.tree);
    expect(await ours.newMarkers(clean.head, clean.tree)).toEqual([]);
    expect(await ours.changed(clean.head, clean.tree)).toEqual(['x.txt']);
  });

  it('of LFS pointers never mixes two of them', async () => {
    const attributes = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' };
    const merged = await merge(
      { ...attributes, 'big.bin': pointer('0') },
      { 'big.bin': pointer('1') },
      { 'big.bin': pointer('2') },
    );
    expect(kinds(merged)).toEqual(['big.bin: lfs']);
    expect(merged.places[0]).toMatchObject({ ours: pointer('1'), theirs: pointer('2') });
    expect(isHard(asked(merged))).toBe(true);
    const clean = await merge(
      { ...attributes, 'big.bin': pointer('0') },
      { 'big.bin': pointer('1') },
      { 'x.txt': 'x\n' },
    );
    await ours.checkout(clean.tree);
    // No filter runs: the pointer is the file, and stays as it is.
    expect(await ours.textAt(await ours.writeTree(), 'big.bin')).toBe(pointer('1'));
  });

  it('of files named like options, patterns and worse handles them as files', async () => {
    const names = [
      '-rf',
      '--force',
      '--',
      '-',
      ':(glob)**',
      '*',
      'a b',
      'ü.txt',
      'line\nbreak',
      '"q"',
      '$(id)',
      'HEAD',
    ];
    const all = (text: string) => Object.fromEntries(names.map((name) => [name, text]));
    const clean = await merge({ 'x.txt': 'x\n' }, { 'x.txt': 'y\n' }, all('1\n'));
    expect(clean.conflicts).toEqual([]);
    expect((await ours.changed(clean.head, clean.tree)).sort()).toEqual([...names].sort());
    await ours.checkout(clean.tree);
    expect(await ours.writeTree()).toBe(clean.tree);
    for (const name of names) {
      expect(await ours.textAt(clean.tree, name)).toBe('1\n');
      expect(await ours.fileDiff(clean.head, clean.tree, name)).toContain('+1');
    }
    const conflict = await merge(all('0\n'), all('1\n'), all('2\n'));
    expect([...conflict.conflicts].sort()).toEqual([...names].sort());
    expect(conflict.places.every(({ kind, ours: left }) => kind === 'content' && left === '1\n')).toBe(true);
    expect((await ours.newMarkers(conflict.head, conflict.tree)).sort()).toEqual([...names].sort());
  });
});

describe('conflict markers', () => {
  const sides = fc.array(fc.constantFrom('a', 'b', 'c', '', '=======', '-------'), { maxLength: 6 });
  const ends = fc.constantFrom('\n', '\r\n');

  it('are found in whatever tree git makes of two sides that conflict', async () => {
    await fc.assert(
      fc.asyncProperty(sides, sides, sides, ends, async (below, left, right, end) => {
        const text = (lines: readonly string[]) => ({ 'dir/f.txt': [...lines, ''].join(end) });
        const merged = await merge(text(below), text(left), text(right));
        const marked = await ours.newMarkers(merged.head, merged.tree);
        expect(marked).toEqual(merged.conflicts.length > 0 ? ['dir/f.txt'] : []);
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['git’s own', '<<<<<<< HEAD\na\n=======\nb\n>>>>>>> work\n'],
    ['with the common text', '<<<<<<< ours\na\n||||||| base\nc\n=======\nb\n>>>>>>> theirs\n'],
    ['one that was forgotten', 'a\n>>>>>>> work\n'],
    ['with Windows line ends', 'a\r\n<<<<<<<\r\nb\r\n'],
    ['without a last line break', 'a\n>>>>>>> work'],
  ])('are found when work brings them: %s', async (_, text) => {
    const merged = await merge(
      { 'a.txt': 'a\n' },
      { 'b.txt': '' },
      { 'a.txt': text, 'fine.txt': '=======\n' },
    );
    expect(merged.conflicts).toEqual([]);
    expect(await ours.newMarkers(merged.head, merged.tree)).toEqual(['a.txt']);
  });

  it('are found where attributes say that the file is binary, and in links and moved files', async () => {
    const text = '<<<<<<< HEAD\na\n>>>>>>> work\n';
    const merged = await merge(
      { '.gitattributes': '*.dat binary -diff\n', 'a.dat': 'a\n' },
      { 'x.txt': '' },
      { 'a.dat': text, 'sub/moved.dat': text },
    );
    expect((await ours.newMarkers(merged.head, merged.tree)).sort()).toEqual(['a.dat', 'sub/moved.dat']);
  });

  it('that were always in a file may stay and move with it, but not be doubled', async () => {
    const manual = 'A conflict looks like this:\n<<<<<<< ours\n=======\n>>>>>>> theirs\nSo it ends.\n';
    const moved = await merge({ 'a.md': manual }, { 'x.txt': '' }, { 'a.md': null, 'docs/b.md': manual });
    expect(await ours.newMarkers(moved.head, moved.tree)).toEqual([]);
    const twice = await merge({ 'a.md': manual }, { 'x.txt': '' }, { 'a.md': manual + manual });
    expect(await ours.newMarkers(twice.head, twice.tree)).toEqual(['a.md']);
  });
});
