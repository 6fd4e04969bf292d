import { expect, test } from 'vitest';
import type { TestCase } from '#core/verify/cases/case.ts';
import { goneOf } from '#core/verify/former.ts';

const ran = (...names: string[]): TestCase[] => names.map((name) => ({ name, outcome: 'passed' }));

test('a test is gone when none of its own name runs, wherever it stood', () => {
  const then = ran('a_test.go > TestCore', 'TestCompare', 'tests/test_x.py > test_y');
  expect(goneOf(then, ran('TestCompare', 'tests/other.py > test_y'))).toEqual(['TestCore']);
});

test('parameters and subtests come and go with their test', () => {
  const then = ran('test_sum[1-2]', 'test_sum[3-4]', 'TestRows/first', 'adds(int)[1]');
  expect(goneOf(then, ran('test_sum[9]', 'TestRows/other', 'adds(long)[2]'))).toEqual([]);
  expect(goneOf(then, ran('TestRows'))).toEqual(['test_sum', 'adds']);
});

test('one that was skipped before is not missed', () => {
  expect(goneOf([{ name: 'slow', outcome: 'skipped' }], [])).toEqual([]);
});
