import { expect, test } from 'vitest';
import { complaint, relevant } from '#core/verify/relevant.ts';

test.each([
  ['pytest', 'tests/test_a.py::test_one PASSED                 [  1%]'],
  ['pytest without its share', 'tests/test_a.py::TestA::test_one[x-1] PASSED'],
  ['go test', '--- PASS: TestOne (0.00s)'],
  ['go test, where one begins', '=== RUN   TestOne/empty'],
  ['node:test', '  ✔ adds two numbers (1.2ms)'],
  ['vitest', ' ✓ test/a.test.ts (3 tests) 5ms'],
  ['TAP', 'ok 12 - adds two numbers'],
  ['cargo', 'test tests::adds ... ok'],
  [
    'Maven',
    '[INFO] Tests run: 4, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 4.3 s -- in org.shop.CartTest',
  ],
  ['unittest', 'test_adds (tests.test_a.A) ... ok'],
])('a row of tests that passed is told by its number: %s', (_, line) => {
  const rows = Array.from({ length: 40 }, () => line).join('\n');
  expect(relevant(`begin\n${rows}\nFAILED here\n${line}\nend`)).toBe(
    `begin\n[… 40 lines of tests that passed …]\nFAILED here\n${line}\nend`,
  );
});

test('what failed, and what a program prints, stays', () => {
  const output = [
    'tests/test_a.py::test_two FAILED [ 50%]',
    'not ok 3 - subtracts',
    '✖ subtracts (1.1ms)',
    'test tests::subtracts ... FAILED',
    'it is ok',
    "E   assert 'PASSED' in text",
  ].join('\n');
  expect(relevant(output)).toBe(output);
});

test('a command complains first where it names a place, else where it speaks of an error', () => {
  expect(complaint('# pkg\n./range_test.go:12:6: mustRange redeclared in this block\nFAIL')).toBe(
    './range_test.go:12:6: mustRange redeclared in this block',
  );
  expect(complaint('ok\nsrc/a.ts(3,1): error TS2300: Duplicate identifier')).toContain('TS2300');
  expect(complaint('compiling\nerror: linking failed')).toBe('error: linking failed');
  expect(complaint("a.c:5:8: warning: unused variable 'x'\nld: error: undefined reference")).toBe(
    'ld: error: undefined reference',
  );
  expect(complaint('[pass] Formatted error string\n[fail] error 5')).toBe('[fail] error 5');
  expect(complaint('all is well')).toBe('');
});

test('lines of properties that held are folded, those with a counterexample are not', () => {
  const held = Array.from({ length: 4 }, (_, at) => `property "p${at}": seed=7 cases=200`).join('\n');
  const lost = 'property "q": seed=7 cases=3 counterexample=[1]';
  expect(relevant(`${held}\n${lost}`)).toBe(`[… 4 lines of tests that passed …]\n${lost}`);
});

test('of jqwik the figures of properties that held are folded, and Maven’s advice is left out', () => {
  const box = [
    '                              |-----------------------jqwik-----------------------',
    'tries = 1000                  | # of calls to property',
    'edge-cases#mode = MIXIN       | edge cases are mixed in',
    'seed = -8944033178409904360   | random seed to reproduce generated values',
    '',
  ];
  const failure = [
    'timestamp = 2026-11-30T02:15:42.1, CartTest:sums = ',
    '  org.opentest4j.AssertionFailedError:',
    '    expected: 1 but was: 2',
    '',
    ...box,
    'Shrunk Sample (4 steps)',
  ];
  const said =
    '[ERROR] Failed to execute goal surefire:test (default-test) on project shop: There are test failures.';
  const advice = ['[ERROR] ', '[ERROR] -> [Help 1]', '[ERROR] [Help 1] http://cwiki.example.org/MojoFailure'];
  const held = ['timestamp = 2026-11-30T02:15:41.6, CartTest:adds = ', ...box];
  expect(relevant([...held, '', ...held, ...failure, said, ...advice].join('\n'))).toBe(
    ['[… 13 lines of tests that passed …]', ...failure, said].join('\n'),
  );
});

test('folds what passed as GoogleTest and others like it tell it', () => {
  const passed = (n: number) => [`[ RUN      ] Cart.Sums${n}`, `[       OK ] Cart.Sums${n} (0 ms)`];
  const own = Array.from({ length: 40 }, (_, n) => `[pass] value ${n}`);
  const output = [...passed(1), ...passed(2), '[  FAILED  ] Cart.Fails (0 ms)', ...own, '[fail] survives'];
  expect(relevant(output.join('\n'))).toBe(
    '[… 4 lines of tests that passed …]\n[  FAILED  ] Cart.Fails (0 ms)\n[… 40 lines of tests that passed …]\n[fail] survives',
  );
});

test('shows of a compiler its first errors and its end', () => {
  const error = (n: number) => [`error[E0277]: \`A${n}\` is no Debug`, `  --> src/a.rs:${n}:1`, ''];
  const output = (count: number) =>
    [
      'Compiling x',
      ...Array.from({ length: count }, (_, at) => error(at + 1)).flat(),
      ...Array.from({ length: 7 }, (_, at) => `For more information ${at}`),
      `error: could not compile \`x\` due to ${count} errors`,
    ].join('\n');
  const told = relevant(output(24));
  expect(told.match(/is no Debug/g)).toHaveLength(8);
  expect(told).toContain(
    'src/a.rs:8:1\n\n[… 16 errors more, most of them of the same causes …]\nFor more information 0',
  );
  expect(told.endsWith('due to 24 errors')).toBe(true);
  expect(relevant(output(8))).toBe(output(8));
  const gcc = Array.from({ length: 40 }, (_, at) => `a.c:${at}:5: error: 'x' undeclared`).join('\n');
  expect(relevant(gcc).split('\n')).toHaveLength(17);
  const logged = Array.from({ length: 40 }, (_, at) => `request ${at}: error: refused`).join('\n');
  expect(relevant(logged)).toBe(logged);
});
