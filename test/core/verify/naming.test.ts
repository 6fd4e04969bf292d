import { expect, it } from 'vitest';
import type { TestCounts } from '#core/verify/check.ts';
import { unnamed } from '#core/verify/naming.ts';

const counts = { run: 1600, failed: 0, skipped: 0, failures: [] };

it('says how the runner is asked to name its tests, where most of them have no name', () => {
  const said = unnamed({ command: 'npm test', tests: { ...counts, framework: 'vitest', named: 7 } });
  expect(said).toMatch(/^`npm test` names 7 of the 1600 tests that it runs/);
  expect(said).toContain('`--reporter=verbose`');
  expect(unnamed({ command: 'npx jest', tests: { ...counts, framework: 'jest', named: 0 } })).toContain(
    '`--verbose`',
  );
});

it.each<[string, TestCounts | null]>([
  ['most are named', { ...counts, framework: 'vitest', named: 900 }],
  ['none ran', { ...counts, framework: 'vitest', run: 0, named: 0 }],
  ['an older harness counted no names', { ...counts, framework: 'vitest' }],
  ['the runner writes reports', { ...counts, framework: 'junit', named: 0 }],
  ['nobody knows the runner', { framework: 'unknown' }],
  ['no tests were counted', null],
])('says nothing where %s', (_, tests) => {
  expect(unnamed({ command: 'x', tests })).toBeNull();
});
