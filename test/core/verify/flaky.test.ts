import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TestCounts } from '#core/verify/check.ts';
import { certainIn, flakyIn, isInDoubt, isOwn, mostRuns } from '#core/verify/flaky.ts';

const counts = (failures: string[], failed = failures.length): TestCounts => ({
  ...{ framework: 'vitest', run: 20, failed, skipped: 0, failures },
});
const run = (...failures: string[]) => ({
  ...{ exitCode: failures.length > 0 ? 1 : 0, timedOut: false, tests: counts(failures) },
});
const none = new Set<string>();

test('one run in which few new tests failed is in doubt; what always fails is not', () => {
  expect(isInDoubt([run('a')], none)).toBe(true);
  expect(isInDoubt([run('a'), run('a')], none)).toBe(false);
  expect(isInDoubt([run('a', 'b'), run('b')], none)).toBe(false);
  expect(isInDoubt([run('a'), run()], none)).toBe(false);
  // Another one each time: the third run decides.
  expect(isInDoubt([run('a'), run('b')], none)).toBe(true);
  expect(isInDoubt([run('a'), run('b'), run('c')], none)).toBe(false);
});

test('what fails without the work, too, is no news', () => {
  expect(isInDoubt([run('a')], new Set(['a']))).toBe(false);
  expect(isInDoubt([run('a', 'b')], new Set(['a']))).toBe(true);
  expect(isInDoubt([run('a', 'b'), run('a')], new Set(['a']))).toBe(false);
});

test('what failed for certain before is not asked again when it fails again', () => {
  expect(certainIn({ ...run('a', 'b'), earlier: [run('a', 'c')] })).toEqual(['a']);
  expect(certainIn(run('a'))).toEqual([]);
  expect(isInDoubt([run('a', 'd')], none, new Set(['a']))).toBe(false);
  expect(isInDoubt([run('d')], none, new Set(['a']))).toBe(true);
});

test('nothing is in doubt where not every failing test is known, or many fail', () => {
  const known = run('a');
  expect(isInDoubt([{ ...known, timedOut: true }], none)).toBe(false);
  expect(isInDoubt([{ ...known, exitCode: null }], none)).toBe(false);
  expect(isInDoubt([{ ...known, tests: null }], none)).toBe(false);
  expect(isInDoubt([{ ...known, tests: { framework: 'unknown' } }], none)).toBe(false);
  expect(isInDoubt([{ ...known, tests: counts(['a'], 2) }], none)).toBe(false);
  expect(isInDoubt([run(...'abcdefghijk')], none)).toBe(false);
  expect(isInDoubt([run(...'abcdefghij')], none)).toBe(true);
});

test('whatever fails, it comes to an end, and what failed in every run is never called flaky', () => {
  const names = fc.subarray(['a', 'b', 'c', 'd']);
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 6 }), names, (lists, known) => {
      const runs = lists.map((list) => run(...list));
      if (runs.length >= mostRuns) expect(isInDoubt(runs, new Set(known))).toBe(false);
      const always = lists.reduce((left, list) => left.filter((name) => list.includes(name)));
      const flaky = flakyIn(runs);
      expect(flaky.filter((name) => always.includes(name))).toEqual([]);
      expect(flaky.filter((name) => lists.at(-1)?.includes(name))).toEqual([]);
      expect(new Set(flaky).size).toBe(flaky.length);
    }),
  );
});

test.each([
  ['cart › removes', [], "+  it('removes', () => {", true],
  ['example.com/shop/a TestTable/two', [], '+func TestTable(t *testing.T) {', true],
  ['tests/test_cart.py::test_removes[3]', [], '+def test_removes(n):', true],
  ['test_removes (u.Cart.test_removes)', [], '+    def test_removes(self):', true],
  ['one tests::removes', [], '+    fn removes() {', true],
  ['cart inner fails too', ['cart > inner > fails too'], "+it('fails too', () => {", true],
  ['cart inner fails too', ['shop > fails'], "+it('fails', () => {", false],
  ['cart › removes', [], "+  it('adds', () => {", false],
  ['f', [], '+of', false],
])('whether %s is the work’s own', (failure, cases, added, own) => {
  const failed = cases.map((name) => ({ name, outcome: 'failed' as const }));
  expect(isOwn(failure, failed, added)).toBe(own);
});
