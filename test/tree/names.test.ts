import { describe, expect, it } from 'vitest';
import { ROOT, readCode, report, walk } from './files.ts';
import { checkComments, checkPaths } from './names.ts';

const paths = (...list: string[]): string[] => report(checkPaths(list));
const comments = (path: string, text: string): string[] => report(checkComments([{ path, text }]));
const filler = 'go();\n'.repeat(60);

describe('the tree', () => {
  it('is named in words of the domain, in the rooms of the design', () => {
    expect(report(checkPaths(walk(ROOT)))).toEqual([]);
  });

  it('says what its files are for and what it exports', () => {
    expect(report(checkComments(readCode(ROOT)))).toEqual([]);
  });
});

describe('the check of names', () => {
  it.each([
    'core/utils/',
    'core/lib.ts',
    'web/src/shared/',
    'adapters/git/helpers.test.ts',
    'local/run-manager.ts',
    'core/Misc/',
  ])('refuses %s', (path) => {
    expect(paths(path)).toEqual([expect.stringMatching(/:0 '\w+' does not tell what is inside$/)]);
  });

  it('refuses a top-level folder that the design does not know', () => {
    expect(paths('core/', 'packages/', 'docs/', 'core/packages/')).toEqual([
      'packages/:0 is no room of the design',
    ]);
  });

  it.each(['tzdata-2026.6-py2.py3-none-any.whl', 'core/a.ts.orig', 'test/run.log'])('refuses %s', (path) => {
    expect(paths(path)).toEqual([`${path}:0 is a download or a leftover`]);
  });

  it('takes words that only contain an empty one', () => {
    expect(paths('core/library.ts', 'core/ticket/commons.ts', 'local/sample/repo/src/utils.ts')).toEqual([]);
  });
});

describe('the check of opening comments', () => {
  it('refuses more than 60 lines without one', () => {
    expect(comments('cli/a.ts', `${filler}go();\n`)).toEqual([
      'cli/a.ts:1 has 61 lines and does not open with what it is for',
    ]);
    expect(comments('cli/a.ts', filler)).toEqual([]);
  });

  it('takes one before or after the imports, and no later one', () => {
    const doc = '/** What it is for. */\n';
    const head = "import a from 'a';\n\n";
    expect(comments('cli/a.ts', doc + head + filler)).toEqual([]);
    expect(comments('cli/a.ts', head + doc + filler)).toEqual([]);
    expect(comments('cli/a.ts', `#!/usr/bin/env node\n${doc}${filler}`)).toEqual([]);
    expect(comments('cli/a.ts', `${head}go();\n${doc}${filler}`)).toHaveLength(1);
  });
});

describe('the check of docblocks', () => {
  it.each([
    ['export function a() {}', 'a'],
    ['export class A {}', 'A'],
    ['export abstract class A {}', 'A'],
    ['export interface A {}', 'A'],
    ['export type A = string;', 'A'],
    ['export const a = 1;', 'a'],
    ['// no docblock\nexport const a = 1;', 'a'],
    ['/** Documented. */\nexport const b = 1;\n\nexport const a = 1;', 'a'],
    ['/** Documented. */\nexport const b = 1;\nexport function a() {}', 'a'],
  ])('refuses %s', (text, name) => {
    const line = text.split('\n').findIndex((one) => new RegExp(`export .*\\b${name}\\b`).test(one)) + 1;
    expect(comments('core/x.ts', text)).toEqual([`core/x.ts:${line} exports ${name} without a docblock`]);
    expect(comments('cli/x.ts', text)).toEqual([]);
  });

  it.each([
    '/** Documented. */\nexport function a() {}',
    '/** Documented. */\nexport const A = z.string();\nexport type A = z.infer<typeof A>;',
    '/** Documented. */\nexport const A = z.string();\n\nexport type A = z.infer<typeof A>;',
    '/** A group. */\nexport const a = 1;\nexport const b = 2;\nexport type C = string;',
    '/** Overloaded. */\nexport function a(x: string): void;\nexport function a(x: number): void;\nexport function a() {}',
    "export { a } from './a.ts';\nexport * from './b.ts';\nfunction c() {}\nexport { c };",
  ])('takes %s', (text) => {
    expect(comments('core/x.ts', text)).toEqual([]);
  });

  it('tells an undocumented group once, at its head', () => {
    expect(comments('core/x.ts', 'go();\n\nexport const a = 1;\nexport const b = 2;\n')).toEqual([
      'core/x.ts:3 exports a without a docblock',
    ]);
  });
});
