import { expect, test } from 'vitest';
import { isAuthorsTest } from '#core/verify/properties/blind.ts';

test.each([
  ['test/fine.test.ts', "test('fines', () => {});", true],
  ['tests/test_fine.py', 'def test_fines():\n    assert True\n', true],
  ['fine_test.go', 'func TestFines(t *testing.T) {}', true],
  ['test/__snapshots__/fine.snap', 'exports[`fines 1`] = `25`;', true],
  ['test/fixture.ts', 'export const days = 4;', false],
  ['tests/conftest.py', 'def library():\n    return []\n', false],
  ['src/fine.ts', "test('fines', () => {});", false],
])('%s is hidden from a verifier where it holds tests', (path, text, hidden) => {
  expect(isAuthorsTest(path, text)).toBe(hidden);
});
