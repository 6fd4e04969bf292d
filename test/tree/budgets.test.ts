import { describe, expect, it } from 'vitest';
import { checkBudgets, measure, p90 } from './budgets.ts';
import { ROOT, readCode, report } from './files.ts';

const over = (path: string, text: string): string[] => report(checkBudgets([{ path, text }]));
const lines = (count: number, line = 'go();'): string => `${line}\n`.repeat(count);

describe('the code of the tree', () => {
  it('stays within its budgets', () => {
    expect(report(checkBudgets(readCode(ROOT)))).toEqual([]);
  });
});

describe('the check of budgets', () => {
  it('refuses a file over 350 lines, and takes one of 350', () => {
    expect(over('core/a.ts', lines(351))).toEqual(['core/a.ts:0 has 351 lines, budget 350']);
    expect(over('core/a.ts', lines(350))).toEqual([]);
  });

  it('lets a test have 500 lines, a handler 40', () => {
    expect(over('test/a.test.ts', lines(500))).toEqual([]);
    expect(over('test/a.test.ts', lines(501))).toEqual(['test/a.test.ts:0 has 501 lines, budget 500']);
    expect(over('functions/api/handler.ts', lines(41))).toEqual([
      'functions/api/handler.ts:0 has 41 lines, budget 40',
    ]);
  });

  it.each([
    ['core/a.ts', `function long() {\n${lines(69)}}\n`, 'function long has 71 lines, budget 70'],
    ['core/a.ts', `const long = async () => {\n${lines(69)}};\n`, 'function long has 71 lines, budget 70'],
    ['core/a.ts', `const long = () => [\n${lines(69, '1,')}];\n`, 'function long has 71 lines, budget 70'],
    ['core/a.ts', `class A { long() {\n${lines(69)}} }\n`, 'function long has 71 lines, budget 70'],
    ['core/a.ts', `use(function () {\n${lines(69)}});\n`, 'function (anonymous) has 71 lines, budget 70'],
    ['web/src/a.tsx', `function Board() {\n${lines(119)}}\n`, 'component Board has 121 lines, budget 120'],
    [
      'web/src/a.tsx',
      `const Board = memo(() => {\n${lines(119)}});\n`,
      'component Board has 121 lines, budget 120',
    ],
    ['web/src/a.tsx', `function useBoard() {\n${lines(69)}}\n`, 'function useBoard has 71 lines, budget 70'],
    [
      'infra/a.ts',
      `class A { constructor() {\n${lines(79)}} }\n`,
      'constructor constructor has 81 lines, budget 80',
    ],
  ])('refuses in %s a function that is too long (%#)', (path, text, what) => {
    expect(over(path, text)).toEqual([`${path}:1 ${what}`]);
  });

  it('refuses any in types, and knows it from a word', () => {
    expect(over('core/a.ts', '\nlet a: any;\nlet b: Promise<any[]>;\n')).toEqual([
      'core/a.ts:2 any',
      'core/a.ts:3 any',
    ]);
    expect(over('core/a.ts', '// any\nconst any = "any"; expect.any(String);\n')).toEqual([]);
  });

  it('counts assertions, and neither as const nor renames nor comments nor strings', () => {
    const text = `import { a as b } from 'x';\nexport { b as c };\nconst d = [1] as const; // e as f\nconst g = 'select h as i';\n`;
    expect(measure({ path: 'core/a.ts', text }).as).toEqual([]);
    expect(over('core/a.ts', 'const a = b as string;\n')).toEqual([
      'core/a.ts:1 as string (1 in 1 lines, budget 0)',
    ]);
    expect(over('core/a.ts', 'const a = <string>b;\n')).toEqual([
      'core/a.ts:1 as string (1 in 1 lines, budget 0)',
    ]);
    expect(over('core/a.ts', `${lines(350, '')}`)).toEqual([]);
  });

  it('spreads the budget for assertions over the tree', () => {
    const plain = [1, 2].map((n) => ({ path: `core/${n}.ts`, text: lines(250) }));
    expect(report(checkBudgets([...plain, { path: 'core/a.ts', text: 'a as B;\n' }]))).toEqual([]);
  });

  it.each([
    'const a = process.env.HOME;',
    "const a = process['env'];",
    'const a = globalThis.process.env;',
    'const { env } = process;',
    "import { env } from 'node:process';",
    "import { argv, env as e } from 'process';",
  ])('refuses to read the environment outside env.ts: %s', (text) => {
    expect(over('core/a.ts', text)).toEqual(['core/a.ts:1 reads the environment outside env.ts']);
    expect(over('functions/api/env.ts', text)).toEqual([]);
  });

  it('tells the file that lifts the 90th percentile', () => {
    const short = Array.from({ length: 8 }, (_, n) => ({ path: `core/${n}.ts`, text: lines(10) }));
    const long = ['core/x.ts', 'core/y.ts'].map((path) => ({ path, text: lines(201) }));
    expect(report(checkBudgets([...short, ...long]))).toEqual([
      'core/x.ts:0 file of 201 lines; the 90th percentile is 201, budget 200',
      'core/y.ts:0 file of 201 lines; the 90th percentile is 201, budget 200',
    ]);
  });

  it('tells the functions that lift the 90th percentile', () => {
    const text = (long: number): string =>
      `${`function s() {\n}\n`.repeat(10 - long)}${`function l() {\n${lines(29)}}\n`.repeat(long)}`;
    expect(over('core/a.ts', text(1))).toEqual([]);
    expect(over('core/a.ts', text(2)).map((line) => line.replace(/^\S+ /, ''))).toEqual(
      Array.from({ length: 2 }, () => 'function of 31 lines; the 90th percentile is 31, budget 30'),
    );
  });

  it('takes the 90th percentile by nearest rank', () => {
    expect(p90([])).toBe(0);
    expect(p90([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBe(9);
    expect(p90([5])).toBe(5);
  });
});
