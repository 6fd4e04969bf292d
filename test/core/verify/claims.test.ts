import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TestCase } from '#core/verify/cases/case.ts';
import { casesNamed, lookUp, namesIn, perhapsIn, testsSpeak, unrunIn } from '#core/verify/claims.ts';

const passed = (name: string): TestCase => ({ name, outcome: 'passed' });

test('a claim names tests in quotes, in backticks, or by what only tests are called', () => {
  expect(namesIn('test/holds.test.ts: "who asks first stands first in line" and `a file keeps it`')).toEqual([
    'who asks first stands first in line',
    'a file keeps it',
  ]);
  expect(namesIn("See 'adds two', test_slug.py::TestSlug::test_lowers and TestTable/two_words.")).toEqual([
    'adds two',
    'test_slug.py > TestSlug > test_lowers',
    'TestTable/two_words',
  ]);
  expect(namesIn('tests::never_negative, SlugTest.lowers and test_each[1]')).toEqual([
    'tests > never_negative',
    'SlugTest.lowers',
    'test_each[1]',
  ]);
  expect(
    namesIn('Cart.sum; org.shop.CartTest.sums, TestCart#adds, testSum and CartTest$Empty.isZero'),
  ).toEqual(['org.shop.CartTest.sums', 'TestCart > adds', 'testSum', 'CartTest$Empty.isZero']);
  expect(namesIn("It works, and the member's line stays the library's")).toEqual([]);
});

test('a name means the test of that name, whole or at the end of its path', () => {
  const cases = [passed('a.test.ts > cart > adds'), passed('adds more'), passed('cart > adds')];
  expect(casesNamed('adds', cases).map(({ name }) => name)).toEqual([
    'a.test.ts > cart > adds',
    'cart > adds',
  ]);
  expect(casesNamed('cart › adds', cases)).toHaveLength(2);
  expect(casesNamed('dds', cases)).toEqual([]);
  expect(casesNamed('  ', cases)).toEqual([]);
});

test('groups in a name are left out where the runner tells none, and nowhere else', () => {
  const flat = [passed('adds a book'), passed('refuses none')];
  expect(casesNamed('cart > adds a book', flat)).toEqual([flat[0]]);
  expect(casesNamed('cart > adds', flat)).toEqual([]);
  expect(casesNamed('cart > adds a book', [...flat, passed('desk > opens')])).toEqual([]);
});

test('a name means each parameter and each subtest of its test', () => {
  expect(
    casesNamed('test_each', [passed('t.py > test_each[1]'), passed('t.py > test_each[a b]')]),
  ).toHaveLength(2);
  expect(casesNamed('TestTable', [passed('TestTable/one'), passed('TestTableau')])).toEqual([
    passed('TestTable/one'),
  ]);
  expect(
    casesNamed('SlugTest.lowers', [passed('slug.SlugTest > lowers'), passed('slug.OtherSlugTest > lowers')]),
  ).toEqual([passed('slug.SlugTest > lowers')]);
  const ran = [passed('org.shop.SlugTest > lowers'), passed('org.shop.SlugTest$Empty > lowers()')];
  expect(casesNamed('org.shop.SlugTest.lowers', ran)).toEqual([ran[0]]);
  expect(casesNamed('SlugTest#lowers', ran)).toEqual([ran[0]]);
  expect(casesNamed('ugTest#lowers', ran)).toEqual([]);
  expect(casesNamed('SlugTest$Empty.lowers', ran)).toEqual([ran[1]]);
  expect(casesNamed('shop.OtherSlugTest.lowers', ran)).toEqual([]);
  expect(casesNamed('slug.py::test_a', [passed('tests/test_slug.py > test_a')])).toEqual([]);
  expect(casesNamed('test_slug.py::test_a', [passed('tests/test_slug.py > test_a')])).toHaveLength(1);
  expect(casesNamed('tests/test_slug.py::test_a', [passed('tests/test_slug.py > test_a')])).toHaveLength(1);
});

test('a claim of which nothing ran has no tests, and does not speak', () => {
  const [proof] = lookUp([{ task: 'T1', criterion: 'REQ-1.1', names: ['adds'] }], [passed('removes')]);
  expect(proof).toEqual({ task: 'T1', criterion: 'REQ-1.1', tests: [] });
  expect(testsSpeak([])).toBe(false);
  expect(testsSpeak([passed('a')])).toBe(true);
  expect(testsSpeak([passed('a'), { name: 'b', outcome: 'skipped' }])).toBe(false);
  expect(testsSpeak([passed('a'), { name: 'b', outcome: 'failed' }])).toBe(false);
});

test('a test with many parameters is counted, and a case that did not pass is never the one that is cut', () => {
  const cases = (count: number) => Array.from({ length: count }, (_, at) => passed(`test_a[${at}]`));
  const claims = [{ task: 'T1', criterion: 'REQ-1.1', names: ['test_a'] }];
  expect(lookUp(claims, cases(102))[0]?.tests).toHaveLength(102);
  const [proof] = lookUp(claims, [...cases(900), { name: 'test_a[last]', outcome: 'skipped' }]);
  expect(testsSpeak(proof?.tests ?? [])).toBe(false);
});

test('whatever a claim says, only tests that ran are found, each once', () => {
  const name = fc.string({ minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(name), fc.string({ unit: 'binary' }), (names, how) => {
      const cases = [...new Set(names)].map(passed);
      const [proof] = lookUp(
        [{ task: 'T1', criterion: 'REQ-1.1', names: [...namesIn(how), ...names] }],
        cases,
      );
      const found = proof?.tests ?? [];
      expect(new Set(found.map((one) => one.name)).size).toBe(found.length);
      for (const one of found) expect(cases).toContainEqual(one);
    }),
  );
});

test('finds a documentation test of Rust whatever line it moved to', () => {
  const cases = [{ name: 'src/lib.rs - join_words (line 431)', outcome: 'passed' as const }];
  const [name = ''] = namesIn('the example `src/lib.rs - join_words (line 418)` shows it');
  expect(casesNamed(name, cases)).toEqual(cases);
});

test('behind the word “test” an identifier of several words is a name', () => {
  expect(namesIn('test holdsItsOrder in packages/a/order.mjs, and tests keeps_all')).toEqual([
    'holdsItsOrder',
    'keeps_all',
  ]);
  expect(namesIn('the test adds two, latest versionOne, and a contest isOpen')).toEqual([]);
});

test('a claim is unrun where none of the tests that it names ran, and is told what is most like them', () => {
  const ran = [
    { name: 'cart > adds a coupon twice', outcome: 'passed' as const },
    { name: 'cart > empties', outcome: 'passed' as const },
  ];
  const claim = (criterion: string, ...names: string[]) => ({ task: 'T1', criterion, names });
  const claims = [claim('R.1', 'adds a coupon'), claim('R.2', 'empties'), claim('R.3'), claim('R.4', 'zzz')];
  expect(unrunIn(claims, lookUp(claims, ran), ran)).toEqual([
    { ...claim('R.1', 'adds a coupon'), alike: ['cart > adds a coupon twice'] },
    { ...claim('R.4', 'zzz'), alike: [] },
  ]);
});

test('an identifier of three words may be a test, and counts where one of that name ran', () => {
  const how = 'dedent calls common_indent(); shown by dedent_removes_common_indent, in src/a_b_c/mod.rs';
  expect(namesIn(how)).toEqual([]);
  expect(perhapsIn(how)).toEqual(['dedent_removes_common_indent']);
  expect(perhapsIn('`removes_all_of_it` by test_one_two, x_y_z() and max_width')).toEqual([]);
  const perhaps = perhapsIn(how);
  const ran = [passed('indentation > tests > dedent_removes_common_indent'), passed('other')];
  const told = (names: string[]) =>
    lookUp([{ task: 'T1', criterion: 'R.1', names, perhaps }], ran)[0]?.tests.map(({ name }) => name);
  expect(told([])).toEqual(['indentation > tests > dedent_removes_common_indent']);
  expect(told(['other'])).toEqual(['other']);
  // What never ran is no name that somebody gave.
  const unrun = [{ task: 'T1', criterion: 'R.2', names: [], perhaps: ['max_line_width'] }];
  expect(unrunIn(unrun, lookUp(unrun, ran), ran)).toEqual([]);
});
