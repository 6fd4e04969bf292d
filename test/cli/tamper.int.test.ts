import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Finding } from '#core/verify/tamper/finding.ts';
import { testWorld, type } from './world.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'omoi-tamper-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (path: string, text: string | Buffer) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const tamper = (...args: string[]) => type(testWorld({ cwd: root }), 'tamper', ...args);
const exact = "it('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\n";
const weak = "it('adds', () => {\n  expect(add(1, 2)).toBeTruthy();\n});\n";

function commit(message: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      encoding: 'utf8',
    });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', message);
  return git('rev-parse', 'HEAD').trim();
}

describe('omoi tamper on two folders', () => {
  it('shows a weakened assertion with both lines, and ends with 1', async () => {
    put('a/test/add.test.ts', exact);
    put('b/test/add.test.ts', weak);
    const { code, out, err } = await tamper('--before', 'a', '--after', 'b');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('test/add.test.ts\n  medium weakened-assertion, line 2:');
    expect(out).toContain('│ -  expect(add(1, 2)).toBe(3);');
    expect(out).toContain('│ +  expect(add(1, 2)).toBeTruthy();');
    expect(out).toContain('\n1 finding, 1 of them grave: a ticket would ask a person.\n');
  });

  it('writes an array and nothing else with --json', async () => {
    put('a/test/add.test.ts', exact);
    put('b/test/add.test.ts', weak);
    const { code, out } = await tamper('--before', 'a', '--after', 'b', '--json');
    expect(code).toBe(1);
    expect(z.array(Finding).parse(JSON.parse(out))).toMatchObject([
      { file: 'test/add.test.ts', line: 2, side: 'after' },
    ]);
    expect(JSON.parse(out)).toMatchObject([{ grave: true }]);
  });

  it('fails on what it is told to', async () => {
    put('a/jest.config.json', '{"coverageThreshold":{"global":{"lines":90}}}');
    put('b/jest.config.json', '{"coverageThreshold":{"global":{"lines":50}}}');
    const folders = ['--before', 'a', '--after', 'b'];
    const { code, out } = await tamper(...folders, '--json');
    expect([code, JSON.parse(out)]).toMatchObject([1, [{ severity: 'medium', grave: false }]]);
    expect((await tamper(...folders, '--fail-on', 'grave')).code).toBe(0);
    expect((await tamper(...folders, '--fail-on', 'never')).code).toBe(0);
    expect(await tamper(...folders, '--fail-on', 'x')).toMatchObject({
      code: 2,
      err: expect.stringContaining('must be medium, grave or never'),
    });
  });

  it('ends with 0 when tests only moved, and with 0 when all that was found is low', async () => {
    put('a/test/add.test.ts', exact);
    put('b/test/math/add.test.ts', exact);
    expect(await tamper('--before', 'a', '--after', 'b')).toMatchObject({
      code: 0,
      out: 'No sign of tampering.\n',
    });
    put('a/src/add.ts', 'const three: any = 3;\n');
    put('b/src/add.ts', '// biome-ignore lint/suspicious/noExplicitAny: given so\nconst three: any = 3;\n');
    const { code, out } = await tamper('--before', 'a', '--after', 'b');
    expect(code).toBe(0);
    expect(out).toContain('disabled-lint');
  });

  it('leaves out links, binaries and huge files, and takes names that look like options', async () => {
    put('a/keep.txt', 'x');
    put('secret.ts', exact);
    for (const side of ['a', 'b']) {
      mkdirSync(join(root, side, 'test'), { recursive: true });
      put(`${side}/test/blob.test.ts`, Buffer.from([0, 1, 2]));
      put(`${side}/test/huge.test.ts`, side);
      truncateSync(join(root, side, 'test/huge.test.ts'), 50_000_000);
    }
    symlinkSync('../../secret.ts', join(root, 'a/test/link.test.ts'));
    symlinkSync('/', join(root, 'b/test/all'));
    put('a/test/--help.test.ts', exact);
    put('b/test/--help.test.ts', weak);
    const { out } = await tamper('--before', 'a', '--after', 'b', '--json');
    expect(
      z
        .array(Finding)
        .parse(JSON.parse(out))
        .map(({ file }) => file),
    ).toEqual(['test/--help.test.ts']);
  });

  it('knows the answers of tests that did not change', async () => {
    put(
      'a/test/slug.test.ts',
      "it('slugs', () => {\n  expect(slug('Hello, World!')).toBe('hello-world');\n});\n",
    );
    put(
      'b/test/slug.test.ts',
      "it('slugs', () => {\n  expect(slug('Hello, World!')).toBe('hello-world');\n});\n",
    );
    put('a/src/slug.ts', 'export const slug = (text) => text;\n');
    put(
      'b/src/slug.ts',
      "export function slug(text) {\n  if (text === 'Hello, World!') return 'hello-world';\n  return text;\n}\n",
    );
    const { out } = await tamper('--before', 'a', '--after', 'b', '--json');
    expect(z.array(Finding).parse(JSON.parse(out))).toMatchObject([{ kind: 'special-cased-test', line: 2 }]);
  });
});

describe('omoi tamper on two commits', () => {
  it('compares them, with links and odd names in the tree', async () => {
    put('test/-x.test.ts', exact);
    symlinkSync('/etc/passwd', join(root, 'link.ts'));
    const base = commit('one');
    put('test/-x.test.ts', weak);
    const head = commit('two');
    const { code, out } = await tamper('--repo', '.', '--base', base, '--head', head, '--json');
    expect(code).toBe(1);
    expect(z.array(Finding).parse(JSON.parse(out))).toMatchObject([
      { file: 'test/-x.test.ts', kind: 'weakened-assertion' },
    ]);
    expect(await tamper('--base', head)).toMatchObject({ code: 0 });
  });

  it.each([
    [[], 'Give --before and --after, or --base'],
    [['--before', 'a'], '--before and --after belong together.'],
    [['--before', 'a', '--after', 'b', '--base', 'x'], 'exclude'],
    [['--before', 'none', '--after', 'none'], '--before: there is no folder'],
    [['--repo', '.', '--base=--all'], '--base: there is no commit --all'],
  ])('refuses %j with 2', async (args, why) => {
    const { code, err } = await tamper(...args);
    expect(code).toBe(2);
    expect(err).toContain(why);
  });
});
