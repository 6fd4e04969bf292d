import { expect, test } from 'vitest';
import { relevant } from '#core/verify/relevant.ts';

test.each([
  ['pytest', 'tests/test_a.py::test_one PASSED                 [  1%]'],
  ['pytest without its share', 'tests/test_a.py::TestA::test_one[x-1] PASSED'],
  ['go test', '--- PASS: TestOne (0.00s)'],
  ['go test, where one begins', '=== RUN   TestOne/empty'],
  ['node:test', '  ✔ adds two numbers (1.2ms)'],
  ['vitest', ' ✓ test/a.test.ts (3 tests) 5ms'],
  ['TAP', 'ok 12 - adds two numbers'],
  ['cargo', 'test tests::adds ... ok'],
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
