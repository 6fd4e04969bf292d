/** A property of fines, a test that tries to refute it, and works that keep it or do not. */

export const criterion = {
  id: 'REQ-1.1',
  text: 'A fine is never negative, for any days',
  kind: 'property',
} as const;
export const task = {
  ...{ key: 'T1', title: 'Fines', goal: 'fine(days)', criteria: [criterion], writes: ['**'] },
  doneWhen: 'it is so',
};

export const files = {
  'package.json': '{"name":"x","type":"module"}',
  'test/other.test.js': "import test from 'node:test';\ntest('other', () => {});\n",
};
export const good = 'export const fine = (days) => (days > 3 ? (days - 3) * 25 : 0);\n';
export const bad = 'export const fine = (days) => (days - 3) * 25;\n';
export const old = { 'test/base.test.js': "import test from 'node:test';\ntest('base', () => {});\n" };

/** A property test that draws its own cases: `days` is what it draws, `law` what has to hold. */
export const property = (law: string, from = '../fine.js', own = '1') => `
process.env.PROPERTY_SEED ??= '${own}';
process.env.PROPERTY_CASES ??= '200';
import test from 'node:test';
import { fine } from '${from}';
test('fines', () => {
  const cases = Number(process.env.PROPERTY_CASES);
  let state = Number(process.env.PROPERTY_SEED) % 2147483646 + 1;
  let found;
  let count = 0;
  for (; count < cases && found === undefined; count += 1) {
    state = (state * 48271) % 2147483647;
    const days = state % 60;
    if (!(${law})) found = days;
  }
  for (let days = found; days !== undefined && days >= 0; days -= 1) if (!(${law})) found = days;
  const end = found === undefined ? '' : ' counterexample=' + found;
  console.log('property "fines": seed=' + process.env.PROPERTY_SEED + ' cases=' + count + end);
  if (found !== undefined) throw new Error('refuted by ' + found);
});
`;
export const law = 'fine(days) >= 0';
export const file = 'test/t1-properties.test.js';
export const command = `node --test --test-reporter=spec ${file}`;
export const properties = [{ criterion: 'REQ-1.1', name: 'fines' }];
