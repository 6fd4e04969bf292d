import { expect, test } from 'vitest';
import { isAuthorsTest, standsAlone } from '#core/verify/properties/blind.ts';

test.each([
  ['test/fine.test.ts', "test('fines', () => {});", true],
  ['tests/test_fine.py', 'def test_fines():\n    assert True\n', true],
  ['fine_test.go', 'func TestFines(t *testing.T) {}', true],
  ['test/__snapshots__/fine.snap', 'exports[`fines 1`] = `25`;', true],
  ['test/fixture.ts', 'export const days = 4;', false],
  // A runner that nobody knows.
  ['test/fine.spec.mjs', "import { suite } from './nodeunit.mjs';\nsuite({ fines: (t) => t.done() });", true],
  ['xmltest.cpp', 'int main() { return run(); }', true],
  ['src/CartTest.cc', 'TEST(Cart, Sums) {}', true],
  ['test.js', "test('fines', () => {});", true],
  [
    'shop/tests.py',
    'class FineTest(TestCase):\n    def test_fine(self):\n        self.assertTrue(1)\n',
    true,
  ],
  ['src/latest.c', 'int latest(void) { return 1; }', false],
  ['src/commands/test.ts', 'export const run = () => 1;', false],
  ['src/doctest.h', '#define CHECK(x)', false],
  ['tests/conftest.py', 'def library():\n    return []\n', false],
  ['src/fine.ts', "test('fines', () => {});", false],
])('%s is hidden from a verifier where it holds tests', (path, text, hidden) => {
  expect(isAuthorsTest(path, text)).toBe(hidden);
});

test.each([
  ['tests/test_fine.py', true],
  ['test/fine.test.mjs', true],
  ['test_csv.c', true],
  ['test/fine.test.ts', false],
  ['fine_test.go', false],
  ['tests/fine.rs', false],
  ['src/test/java/FineTest.java', false],
])('%s may stand as it was before, or has to compile with the work', (path, alone) => {
  expect(standsAlone(path)).toBe(alone);
});
