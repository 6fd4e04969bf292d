import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { casesOf, failureWatch } from '#core/verify/cases/cases.ts';

const sample = (name: string) =>
  readFileSync(new URL(`../count/samples/${name}.txt`, import.meta.url), 'utf8');
const cases = (name: string) => {
  const by = { passed: '+', failed: '-', skipped: '~' } as const;
  return casesOf(sample(name)).map(({ name: title, outcome }) => `${by[outcome]} ${title}`);
};

test('node names its tests with their suites, in both reporters', () => {
  expect(cases('node-spec')).toMatchInlineSnapshot(`
    [
      "+ cart > adds",
      "- cart > removes",
      "~ cart > later",
      "~ cart > someday",
      "- cart > inner > nested fails",
      "+ prints",
    ]
  `);
  expect(cases('node-tap')).toMatchInlineSnapshot(`
    [
      "+ cart > adds",
      "- cart > removes",
      "~ cart > later",
      "~ cart > someday",
      "- cart > inner > nested fails",
      "+ prints",
    ]
  `);
  expect(cases('node-empty-file')).toEqual([]);
});

test('TAP names tests by subtest, by the comment before their results, or by the result itself', () => {
  expect(cases('tape')).toEqual([
    '~ a price later',
    '+ adds a book',
    '- refuses none',
    '+ thinking',
    '~ not yet',
  ]);
  expect(cases('tap')).toEqual([
    '+ n/cart.js > adds a book',
    '- n/cart.js > refuses none',
    '~ n/cart.js > later',
  ]);
  expect(cases('qunit').slice(0, 2)).toEqual(['+ cart > adds a book', '- cart > refuses none']);
  expect(cases('bats')).toEqual(['+ adds a book', '- refuses none', '~ later']);
});

test('vitest, jest and mocha name their tests', () => {
  expect(cases('vitest-verbose')).toMatchInlineSnapshot(`
    [
      "+ a.test.js > cart > adds",
      "- a.test.js > cart > removes",
      "~ a.test.js > cart > later",
      "+ a.test.js > prints",
    ]
  `);
  expect(cases('vitest')).toMatchInlineSnapshot(`
    [
      "+ adds",
      "- removes",
      "~ later",
      "+ prints",
    ]
  `);
  expect(cases('jest')).toMatchInlineSnapshot(`
    [
      "+ prints",
      "+ cart > adds",
      "- cart > removes",
      "~ cart > later",
      "~ cart > someday",
    ]
  `);
  expect(cases('jest-colour')).toEqual(cases('jest'));
  expect(cases('mocha')).toMatchInlineSnapshot(`
    [
      "+ cart > adds",
      "- cart > removes",
      "~ cart > later",
      "~ cart > pending",
      "+ 12 passing (3ms) > prints",
      "- 12 passing (3ms) > inner > fails too",
      "- cart",
    ]
  `);
});

test('pytest names its tests where it is asked to', () => {
  expect(cases('pytest-v')).toMatchInlineSnapshot(`
    [
      "+ test_cart.py > test_adds",
      "- test_cart.py > test_removes",
      "~ test_cart.py > test_later",
      "~ test_cart.py > test_known",
      "+ test_cart.py > test_cured",
      "- test_cart.py > test_needs",
      "+ test_cart.py > test_table[1]",
      "+ test_cart.py > test_table[2]",
    ]
  `);
  expect(cases('pytest-rA')).toMatchInlineSnapshot(`
    [
      "+ test_slug.py > TestSlug > test_lowers",
      "+ test_slug.py > test_each[1]",
      "+ test_slug.py > test_each[2]",
      "+ test_slug.py > test_idempotent",
      "~ test_slug.py > test_known",
      "- test_slug.py > TestSlug > test_wrong",
      "- test_slug.py > test_bounded",
    ]
  `);
  expect(cases('pytest-q')).toMatchInlineSnapshot(`
    [
      "- test_cart.py > test_removes",
      "- test_cart.py > test_needs",
    ]
  `);
});

test('unittest names its tests with -v, those with a docstring too', () => {
  expect(cases('unittest-v')).toMatchInlineSnapshot(`
    [
      "+ u > Cart > test_adds",
      "- u > Cart > test_breaks",
      "~ u > Cart > test_known",
      "~ u > Cart > test_later",
      "- u > Cart > test_removes",
      "+ u > Ok > test_one",
    ]
  `);
  expect(cases('unittest-docstring')).toMatchInlineSnapshot(`
    [
      "~ __main__ > Slug > test_later",
      "+ __main__ > Slug > test_lowers",
      "- __main__ > Slug > test_wrong",
    ]
  `);
});

test('go, cargo and nextest name their tests', () => {
  expect(cases('go-v')).toMatchInlineSnapshot(`
    [
      "+ TestAdds",
      "- TestRemoves",
      "~ TestLater",
      "- TestTable",
      "+ TestTable/one_case",
      "- TestTable/two",
      "+ TestOne",
      "+ TestTwo",
      "+ TestTwo/x",
      "+ ExampleB",
    ]
  `);
  expect(cases('go-json')).toMatchInlineSnapshot(`
    [
      "+ TestAdds",
      "- TestRemoves",
      "+ TestOne",
      "+ TestTwo/x",
      "+ TestTwo",
      "+ ExampleB",
      "~ TestLater",
      "+ TestTable/one_case",
      "- TestTable/two",
      "- TestTable",
    ]
  `);
  expect(cases('go-plain-ok')).toEqual([]);
  expect(cases('cargo')).toMatchInlineSnapshot(`
    [
      "~ tests > later",
      "+ tests > adds",
      "- tests > removes",
      "+ tests > panics",
      "+ outer",
      "+ tests > also",
      "+ tests > works",
      "+ one/src/lib.rs - add (line 2)",
    ]
  `);
  expect(cases('nextest')).toMatchInlineSnapshot(`
    [
      "+ tests > adds",
      "- tests > removes",
      "+ outer",
      "- tests > hangs",
      "+ tests > works",
    ]
  `);
});

test('reports win over the output', () => {
  const reports = [{ path: 'junit.xml', text: sample('junit-mocha') }];
  expect(casesOf(sample('node-spec'), reports).map(({ name }) => name)).toContain('cart > adds');
});

test('a test of a JUnit report that asserted nothing is no proof, where its writer counts assertions', () => {
  const report = (first: number) =>
    `<testsuite><testcase name="a" assertions="${first}"/><testcase name="b" assertions="0"/></testsuite>`;
  const outcomes = (text: string) => casesOf('', [{ path: 'r.xml', text }]).map(({ outcome }) => outcome);
  expect(outcomes(report(2))).toEqual(['passed', 'skipped']);
  expect(outcomes(report(0))).toEqual(['passed', 'passed']);
});

test('an unknown runner names nothing, whatever it prints', () => {
  expect(casesOf('✔ proven (1ms)\n✓ all good\ntest a ... ok\n--- PASS: TestA (0.00s)\n')).toEqual([]);
});

test('a beginning shows a failure once the line is whole, and only of a test that usually passes', () => {
  const usual = sample('node-spec').replaceAll('✖ removes', '✔ removes');
  const isSeen = failureWatch(usual);
  expect(isSeen('▶ cart\n  ✔ adds (0.5ms)\n  ✖ removes (0.8ms)')).toBe(false);
  expect(isSeen('▶ cart\n  ✔ adds (0.5ms)\n  ✖ removes (0.8ms)\n')).toBe(true);
  expect(isSeen('▶ cart\n  ▶ inner\n    ✖ nested fails (0.8ms)\n')).toBe(false);
  expect(isSeen('✖ nobody knows this one (0.8ms)\n')).toBe(false);
  expect(failureWatch('no runner')('✖ removes (0.8ms)\n')).toBe(false);
});

test('GoogleTest and CTest name their tests', () => {
  expect(cases('gtest')).toEqual([
    '+ Cart > Sums',
    '- Cart > Fails',
    '~ Cart > Skips',
    '+ P > Positive[Some/0]',
    '- P > Positive[Some/1]',
  ]);
  expect(cases('ctest')).toEqual(['+ adds', '- fails', '~ off', '- crashes', '- slow', '~ skips', '- gone']);
});
