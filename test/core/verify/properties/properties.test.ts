import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedFor, propertiesOf, propertyEnvironment } from '#core/verify/properties/properties.ts';
import { PropertyRun } from '#core/verify/properties/run.ts';

const asked = { seed: '7', cases: 200 };
const read = (name: string) =>
  propertiesOf(readFileSync(new URL(`./samples/${name}.txt`, import.meta.url), 'utf8'), asked);
const tuples = (name: string) =>
  read(name).map((run) => [run.name, run.framework, run.outcome, run.seed, run.cases, run.counterexample]);

test('reads what fast-check refuted, with its own seed', () => {
  expect(tuples('fast-check')).toEqual([
    ['a sum stays below a thousand', 'fast-check', 'failed', '7', 2, '[0,1000]'],
    ['a sum throws', 'fast-check', 'failed', expect.stringMatching(/^-?\d+$/), expect.any(Number), '[101]'],
  ]);
});

test('reads the statistics and the failing example of Hypothesis', () => {
  expect(tuples('hypothesis')).toEqual([
    ['test_idempotent', 'hypothesis', 'passed', null, 100, null],
    ['test_bounded', 'hypothesis', 'failed', null, 10, 'a=0, b=1000'],
  ]);
});

test('reads rapid and testing/quick of Go', () => {
  expect(tuples('go')).toEqual([
    ['TestRapidIdempotent', 'rapid', 'passed', null, 200, null],
    ['TestRapidBounded', 'rapid', 'failed', '10', 2, 'n: 1001'],
    ['TestQuickBounded', 'testing/quick', 'failed', null, 1, '1454648126684973608'],
  ]);
});

test('reads what proptest shrank', () => {
  expect(tuples('proptest')).toEqual([['bounded', 'proptest', 'failed', '7', 4, 'n = 1001, _m = 0']]);
});

test('reads the box of jqwik', () => {
  expect(tuples('jqwik')).toEqual([
    ['bounded', 'jqwik', 'failed', '7', 2, 'arg0: 1000, arg1: true'],
    ['twiceIsOnce', 'jqwik', 'passed', '-8594950098891717753', 1000, null],
  ]);
});

test('reads our own line from tests that draw their cases by themselves', () => {
  expect(tuples('plain')).toEqual([
    ['days are three', 'plain', 'passed', '7', 200, null],
    ['sums \\"stay\\" small', 'plain', 'failed', '7', 4, '[1000,0]'],
  ]);
});

test('asks for the cases and the seed by environment, the same for the same tree', () => {
  expect(propertyEnvironment(askedFor('ff'.padEnd(40, '0')))).toEqual({
    ...{ PROPERTY_CASES: '200', PROPERTY_SEED: '4278190080', PROPTEST_RNG_SEED: '4278190080' },
  });
});

test('any output gives runs that can be stored', () => {
  const word = fc.constantFrom(
    'property "x": seed=1 cases=2',
    'Property failed after 3 tests',
    '{ seed: 4, path: "0" }',
    'Counterexample: [1]',
    't.py::a:',
    '  - during generate phase (1 seconds):',
    '    - 3 passing, 0 failing, and 0 invalid test cases',
    'Falsifying example: a(',
    ')',
    '=== RUN   TestA',
    '    x.go:1: [rapid] failed after 2 tests: no',
    'minimal failing input: a',
    '\tsuccesses: 3',
    'timestamp = 1, A:b = ',
    'Shrunk Sample (1 steps)',
    '------',
    '  a: 1',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string({ unit: 'binary' }))), (lines) => {
      for (const run of propertiesOf(lines.join('\n'), asked)) expect(PropertyRun.parse(run)).toEqual(run);
    }),
  );
});
