import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileTools, type Seen } from '#agent/tools/files.ts';
import { searchTool } from '#agent/tools/search.ts';
import type { Tool } from '#agent/tools/tool.ts';
import { path as programs } from '../scene.ts';

let root: string;
let workspace: string;
let seen: Seen;
let tools: Tool[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'omoi-files-'));
  workspace = join(root, 'workspace');
  await mkdir(join(workspace, '.git'), { recursive: true });
  await writeFile(join(root, 'secret'), 'secret');
  seen = new Map();
  tools = [...fileTools(workspace, seen, null), searchTool(workspace, programs)];
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function call(name: string, input: object): Promise<string> {
  const answer = await tools.find((tool) => tool.name === name)?.call(input, 'id');
  if (!answer || !('observed' in answer)) throw new Error('not observed');
  return `${answer.observed.isError ? 'refused: ' : ''}${answer.observed.text}`;
}
const put = (name: string, text: string | Buffer) => writeFile(join(workspace, name), text);
const get = (name: string) => readFile(join(workspace, name), 'utf8');

describe('paths', () => {
  it.each(['../secret', '/etc/passwd', 'a/../../secret', 'link', 'folder/secret', 'dangling'])(
    'never leave the workspace: %s',
    async (path) => {
      await symlink(join(root, 'secret'), join(workspace, 'link'));
      await symlink(root, join(workspace, 'folder'));
      await symlink(join(root, 'new'), join(workspace, 'dangling'));
      expect(await call('read', { path })).toMatch(/^refused: /);
      expect(await call('write', { path, content: 'x' })).toMatch(/^refused: /);
      expect(await readFile(join(root, 'secret'), 'utf8')).toBe('secret');
      if (path !== 'dangling')
        expect(await call('search', { pattern: 'secret', path })).not.toMatch(/secret:1|^1:secret/);
    },
  );

  it('may be absolute inside it, and never lead into .git', async () => {
    await put('a', 'one\n');
    expect(await call('read', { path: join(workspace, 'a') })).toBe('     1\tone');
    expect(await call('write', { path: '.git/config', content: 'x' })).toMatch(/^refused: .*\.git/);
  });
});

describe('lines that end in CRLF', () => {
  const text = 'one\r\n  two (2)\r\nthree\r\nfour\r\n';

  it('are read without it, and said to have it', async () => {
    await put('a', text);
    expect(await call('read', { path: 'a' })).toBe(
      '     1\tone\n     2\t  two (2)\n     3\tthree\n     4\tfour\n(its lines end in CRLF: edit and write keep that)',
    );
  });

  it('are found and changed by what was read, and keep it', async () => {
    await put('a', text);
    const said = await call('edit', { path: 'a', old: '  two (2)\nthree', new: 'zwei\ndrei\nund\n' });
    expect(await get('a')).toBe('one\r\nzwei\r\ndrei\r\nund\r\n\r\nfour\r\n');
    expect(said).toContain('\n+zwei\n+drei\n');
    await call('edit', { path: 'a', old: 'one', new: 'eins\nund' });
    expect(await get('a')).toMatch(/^eins\r\nund\r\nzwei/);
    expect(await call('edit', { path: 'a', old: 'vier\n', new: '' })).toMatch(/^refused: `old` is not in a/);
  });

  it('are told by their numbers where a piece stands twice', async () => {
    await put('a', `${text}${text}`);
    expect(await call('edit', { path: 'a', old: 'three\nfour', new: '' })).toContain('2 times (lines 3, 7)');
  });

  it('stay so in a file that is replaced, and beside others each its own', async () => {
    await put('a', text);
    await call('read', { path: 'a' });
    await call('write', { path: 'a', content: 'new\nlines\n' });
    expect(await get('a')).toBe('new\r\nlines\r\n');
    await put('b', 'one\ntwo\nthree\r\nfour\r\n');
    expect(await call('read', { path: 'b' })).not.toContain('CRLF');
    await call('edit', { path: 'b', old: 'one\ntwo', new: '1\n2' });
    await call('edit', { path: 'b', old: 'three\nfour', new: '3\n4' });
    expect(await get('b')).toBe('1\n2\n3\r\n4\r\n');
    await call('write', { path: 'c', content: 'x\n' });
    expect(await get('c')).toBe('x\n');
  });
});

describe('edit', () => {
  it('takes the new text literally', async () => {
    await put('a', 'x = OLD;\n');
    await call('edit', { path: 'a', old: 'OLD', new: "$& $1 $$ $` $' \\n" });
    expect(await get('a')).toBe("x = $& $1 $$ $` $' \\n;\n");
  });

  it('refuses what is not there, or not unique', async () => {
    await put('a', 'one\none\n');
    expect(await call('edit', { path: 'a', old: 'two', new: 'x' })).toMatch(/^refused: .*not in a/);
    expect(await call('edit', { path: 'a', old: 'one', new: 'x' })).toMatch(
      /^refused: .*2 times \(lines 1, 2\)/,
    );
    expect(await get('a')).toBe('one\none\n');
  });

  it('edits what stands there once though the rest has changed since it was read, and says so', async () => {
    await put('a', 'one\n');
    await call('read', { path: 'a' });
    await put('a', 'one two\n');
    expect(await call('edit', { path: 'a', old: 'one', new: '1' })).toBe(
      'Edited a (the rest of it has changed since you read it):\n@@ line 1 @@\n-one two\n+1 two',
    );
    expect(await call('write', { path: 'a', content: 'x' })).toMatch(/^refused: .*changed since/);
    await call('read', { path: 'a' });
    expect(await call('edit', { path: 'a', old: '1', new: 'one' })).toBe(
      'Edited a:\n@@ line 1 @@\n-1 two\n+one two',
    );
  });

  it('tells where something much alike stands', async () => {
    await put('a', 'alpha\nThe formats include pseudo-graphics and others.\nomega\n');
    expect(
      await call('edit', { path: 'a', old: 'formats include pseudo graphics and others.', new: 'x' }),
    ).toMatch(/Perhaps line 2 was meant:\nThe formats include pseudo-graphics/);
    expect(await call('edit', { path: 'a', old: 'something else altogether', new: 'x' })).not.toMatch(
      /Perhaps/,
    );
  });

  it('answers with the lines that changed and not with those that it was found by', async () => {
    await put('a', 'a\nb\nc\nd\ne\nf\n');
    expect(await call('edit', { path: 'a', old: 'b\nc\nd\ne', new: 'b\nnew\nc\nd\ne' })).toBe(
      'Edited a:\n@@ line 3 @@\n a\n b\n+new\n c\n d',
    );
  });

  it('answers with a small diff', async () => {
    await put('a', 'a\nb\nc\nd\ne\nf\n');
    expect(await call('edit', { path: 'a', old: 'c\nd', new: 'C' })).toBe(
      'Edited a:\n@@ line 3 @@\n a\n b\n-c\n-d\n+C\n e\n f',
    );
  });
});

describe('write', () => {
  it('makes folders, and replaces only what was read', async () => {
    expect(await call('write', { path: 'x/y/z.txt', content: 'one\n' })).toBe('Created x/y/z.txt (1 lines).');
    await put('a', 'old');
    expect(await call('write', { path: 'a', content: 'new' })).toMatch(/^refused: .*Read it before/);
    await call('read', { path: 'a' });
    expect(await call('write', { path: 'a', content: 'new' })).toBe('Replaced a (1 lines).');
    expect(await call('write', { path: 'a', content: 'newer' })).toMatch(/^Replaced/);
  });
});

describe('read', () => {
  it('numbers lines, in pieces', async () => {
    await put('a', Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`).join(''));
    expect(await call('read', { path: 'a', offset: 29 })).toBe('    29\tline 29\n    30\tline 30');
    expect(await call('read', { path: 'a', limit: 1 })).toBe(
      '     1\tline 1\n(29 more lines; go on with offset 2)',
    );
  });

  it('says what cannot be read', async () => {
    await put('binary', Buffer.from([1, 0, 2]));
    expect(await call('read', { path: 'binary' })).toMatch(/binary \(3 bytes\)/);
    expect(await call('read', { path: 'nothing' })).toMatch(/^refused: nothing does not exist/);
    expect(await call('read', { path: '.' })).toBe('. is a folder:\n.git/\nbinary');
  });
});

describe.each(['ripgrep', 'git alone'])('search by %s', (by) => {
  beforeEach(async () => {
    if (by === 'ripgrep') return;
    const bin = join(root, 'bin');
    await mkdir(bin);
    await symlink((await promisify(execFile)('which', ['git'])).stdout.trim(), join(bin, 'git'));
    tools = [searchTool(workspace, bin)];
  });

  it('finds lines below a folder, and takes no pattern for an option', async () => {
    await mkdir(join(workspace, 'src'));
    await put('src/a.ts', 'const a = --help;\n');
    await put('b.md', '--help\n');
    expect(await call('search', { pattern: '--help', path: 'src' })).toBe('src/a.ts:1:const a = --help;');
    expect(await call('search', { pattern: '--help', glob: '*.md' })).toBe('b.md:1:--help');
    expect(await call('search', { pattern: 'nowhere' })).toBe('No matches.');
    expect(await call('search', { pattern: '--help', glob: '!*.md' })).toBe('src/a.ts:1:const a = --help;');
    expect(await call('search', { pattern: '(' })).toMatch(/^refused: /);
  });

  it('tells where the matches are when they are too many to be shown', async () => {
    await put('a.po', `${'#: filesize\n'.repeat(2000)}`);
    await put('b.py', 'filesize = 1\n');
    const told = await call('search', { pattern: 'filesize' });
    // Each file has its share of what is shown.
    expect(told.match(/^a\.po:\d+:#: filesize$/gm)).toHaveLength(45);
    expect(told).toContain('\nb.py:1:filesize = 1\n');
    const inOne = await call('search', { pattern: 'filesize', path: 'a.po' });
    expect(inOne.length).toBeLessThan(13_000);
    expect(inOne).toMatch(/bytes left out/);
    expect(told).toMatch(
      /\n\nNot all of them are shown. Lines that match, by file; [^\n]*\na\.po: 2000\nb\.py: 1$/,
    );
    expect(await call('search', { pattern: 'filesize', glob: '!*.po' })).toBe('b.py:1:filesize = 1');
  });
});
