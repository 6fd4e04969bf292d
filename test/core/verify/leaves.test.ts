import { expect, it } from 'vitest';
import { ignoredAs } from '#core/verify/leaves.ts';

it('ignores what was left, by its path from the root, and the compiler’s files of the kinds among it', () => {
  expect(ignoredAs(['a.o', 'out/', 'src/odd [1].txt'], [])).toEqual([
    '/a.o',
    '/out/',
    '/src/odd\\ \\[1\\].txt',
    '*.o',
  ]);
  expect(ignoredAs(['report.xml', 'demo'], [])).toEqual(['/report.xml', '/demo']);
});

it('leaves alone what a task is to write by its name', () => {
  expect(ignoredAs(['dist/app.js', 'lib.a'], ['dist/app.js', '**'])).toEqual(['/lib.a', '*.a']);
  expect(ignoredAs([], ['**'])).toEqual([]);
});
