import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TestCounts } from '#core/verify/check.ts';
import {
  certainIn,
  failingIn,
  flakyIn,
  isInDoubt,
  isOnlyFlaky,
  isOwn,
  mostRuns,
} from '#core/verify/flaky.ts';

const counts = (failures: string[], failed = failures.length): TestCounts => ({
  ...{ framework: 'vitest', run: 20, failed, skipped: 0, failures },
});
const run = (...failures: string[]) => ({
  ...{ exitCode: failures.length > 0 ? 1 : 0, timedOut: false, tests: counts(failures) },
});
const known = (...names: string[]) => ({ known: new Set(names) });
const certain = (...names: string[]) => ({ certain: new Set(names) });
const own = (...names: string[]) => ({ isOwn: (name: string) => names.includes(name) });

test('what failed is asked again, and what failed twice once more: by chance that happens', () => {
  expect(isInDoubt([run('a')])).toBe(true);
  expect(isInDoubt([run('a'), run('a')])).toBe(true);
  expect(isInDoubt([run('a'), run('a'), run('a')])).toBe(false);
  expect(isInDoubt([run('a'), run()])).toBe(false);
  // Another one each time.
  expect(isInDoubt([run('a'), run('b')])).toBe(true);
  expect(isInDoubt([run('a'), run('b'), run('c')])).toBe(false);
});

test('of a test that the work brought two runs are enough: it goes back in either case', () => {
  expect(isInDoubt([run('a')], own('a'))).toBe(true);
  expect(isInDoubt([run('a'), run('a')], own('a'))).toBe(false);
  expect(isInDoubt([run('a', 'b'), run('a')], own('b'))).toBe(true);
});

test('what fails without the work, too, is no news', () => {
  expect(isInDoubt([run('a')], known('a'))).toBe(false);
  expect(isInDoubt([run('a', 'b')], known('a'))).toBe(true);
  expect(isInDoubt([run('a', 'b'), run('a')], known('a'))).toBe(false);
});

test('what cannot be compiled or collected fails whenever it is run', () => {
  expect(isInDoubt([run('example.org/cart [build failed]')])).toBe(false);
  expect(isInDoubt([run('TestSum', 'example.org/cart [setup failed]')])).toBe(false);
  const tests = (name: string) => ({
    framework: 'pytest' as const,
    run: 20,
    failed: 1,
    skipped: 0,
    failures: [name],
  });
  const pytest = (name: string) => ({ ...run(name), tests: tests(name) });
  expect(isInDoubt([pytest('test/test_cart.py')])).toBe(false);
  expect(isInDoubt([pytest('test/test_cart.py::test_sum')])).toBe(true);
});

test('what failed for certain before is not asked again when it fails again', () => {
  expect(certainIn({ ...run('a', 'b'), earlier: [run('a', 'c')] })).toEqual(['a']);
  expect(certainIn(run('a'))).toEqual([]);
  expect(isInDoubt([run('a', 'd')], certain('a'))).toBe(false);
  expect(isInDoubt([run('d')], certain('a'))).toBe(true);
});

test('nothing is in doubt where not every failing test is known, or many fail', () => {
  const one = run('a');
  expect(isInDoubt([{ ...one, timedOut: true }])).toBe(false);
  expect(isInDoubt([{ ...one, exitCode: null }])).toBe(false);
  expect(isInDoubt([{ ...one, tests: null }])).toBe(false);
  expect(isInDoubt([{ ...one, tests: counts(['a'], 2) }])).toBe(false);
  expect(isInDoubt([run(...'abcdefghijk')])).toBe(false);
  expect(isInDoubt([run(...'abcdefghij')])).toBe(true);
  // The second run hung: what it would have said nobody knows.
  expect(isInDoubt([one, { ...one, timedOut: true }])).toBe(false);
});

test('a command that was never green is flaky where no test failed each time, and red by anything else', () => {
  const never = { ...run('b'), earlier: [run('a'), run('a', 'c')] };
  expect(isOnlyFlaky(never)).toBe(true);
  expect(failingIn(never)).toEqual([]);
  expect(isOnlyFlaky({ ...run('a'), earlier: [run('a', 'b')] })).toBe(false);
  expect(isOnlyFlaky(run())).toBe(false);
  // A threshold of coverage, say: it names no test.
  expect(isOnlyFlaky({ ...run(), exitCode: 1, earlier: [run('a')] })).toBe(false);
});

test('whatever fails, it comes to an end, and what failed in every run is never called flaky', () => {
  const names = fc.subarray(['a', 'b', 'c', 'd']);
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 6 }), names, (lists, before) => {
      const runs = lists.map((list) => run(...list));
      if (runs.length >= mostRuns) expect(isInDoubt(runs, known(...before))).toBe(false);
      const constant = lists.reduce((left, list) => left.filter((name) => list.includes(name)));
      const flaky = flakyIn(runs);
      expect(new Set([...flaky, ...constant])).toEqual(new Set(lists.flat()));
      expect(flaky.filter((name) => constant.includes(name))).toEqual([]);
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

test('a runner that nobody knows is asked once more, unless it crashed or hung', () => {
  const red = { exitCode: 2, timedOut: false, tests: { framework: 'unknown' as const } };
  expect(isInDoubt([red])).toBe(true);
  for (const over of [
    { exitCode: 0 },
    { exitCode: null },
    { timedOut: true },
    { exitCode: 127 },
    { exitCode: 139 },
  ])
    expect(isInDoubt([{ ...red, ...over }])).toBe(false);
  expect(isInDoubt([red, red])).toBe(false);
  expect(isInDoubt([red, { ...red, exitCode: 0 }])).toBe(false);
  expect(isOnlyFlaky({ ...red, earlier: [red] })).toBe(false);
});
