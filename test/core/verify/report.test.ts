import { expect, it } from 'vitest';
import { toDecide } from '#core/verify/report.ts';
import type { Finding } from '#core/verify/tamper/finding.ts';

const finding = (change: Partial<Finding>): Finding => ({
  ...{ file: 'test/cart.test.ts', line: 7, side: 'before', hunk: '-expect(total).toBe(3)', message: '' },
  ...{ kind: 'removed-test', severity: 'high' },
  ...change,
});

it.each([
  ['removed-test', 'high', true],
  ['removed-assertion', 'medium', true],
  ['weakened-assertion', 'medium', true],
  ['removed-assertion', 'low', false],
  ['lowered-threshold', 'medium', false],
  ['widened-timeout', 'low', false],
] as const)('a finding %s of severity %s is for a person to decide about: %s', (kind, severity, asked) => {
  const found = finding({ kind, severity });
  expect(toDecide([found], [])).toEqual(asked ? [found] : []);
});

it('what a person has accepted is not asked about again, wherever its line is now', () => {
  const found = finding({ kind: 'weakened-assertion', severity: 'medium' });
  expect(toDecide([found], [{ ...found, line: 40 }])).toEqual([]);
  expect(toDecide([found], [{ ...found, hunk: '-expect(total).toBe(4)' }])).toEqual([found]);
});
