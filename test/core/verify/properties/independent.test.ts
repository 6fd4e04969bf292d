import { expect, test } from 'vitest';
import { judge, refutedIn } from '#core/verify/judge.ts';
import {
  askedOfOthers,
  type IndependentRun,
  independentProofs,
  missingProofs,
  propertiesSpeak,
  runInWords,
  runNamed,
  untold,
} from '#core/verify/properties/independent.ts';
import { digest, sha } from '../../rows.ts';

const run = (over: Partial<IndependentRun> = {}): IndependentRun => ({
  ...{ name: 'fines', framework: 'plain', outcome: 'passed', seed: '7', cases: 200, counterexample: null },
  ...{ onBase: 'failed', ...over },
});
const refuted = run({ outcome: 'failed', cases: 3, counterexample: 'days = -1' });
const named = [{ criterion: 'REQ-1.1', name: 'fines' }];

test('another run is asked for properties, or for every criterion where the project wants that', () => {
  const criteria = [
    { id: 'REQ-1.1', kind: 'example' },
    { id: 'REQ-1.2', kind: 'property' },
  ] as const;
  expect(askedOfOthers('properties', criteria)).toEqual(['REQ-1.2']);
  expect(askedOfOthers('properties', criteria.slice(0, 1))).toEqual([]);
  expect(askedOfOthers('criteria', criteria)).toEqual(['REQ-1.1', 'REQ-1.2']);
  expect(askedOfOthers('criteria', [])).toEqual([]);
});

test('what was refuted at handing in is told with the reason why no test ran', () => {
  const refuted = [{ name: 'fines', counterexample: 'days = -1' }];
  expect(
    missingProofs('T1', ['REQ-1.1', 'REQ-1.2'], 'it is\nnot there', { properties: named, refuted }),
  ).toEqual([
    {
      ...{ task: 'T1', criterion: 'REQ-1.1', runs: [], refuted: true },
      missing: 'it is not there; when it was handed in, fines was refuted: days = -1',
    },
    { task: 'T1', criterion: 'REQ-1.2', runs: [], missing: 'it is not there' },
  ]);
});

test('a verifier may name a property by its path; the run has its last part', () => {
  const runs = [run(), run({ name: 'test_total' })];
  expect(runNamed('Fines > fines', runs)?.name).toBe('fines');
  expect(runNamed('tests/test_t1.py::test_total', runs)?.name).toBe('test_total');
  expect(runNamed('fine', runs)).toBeUndefined();
});

test('tests are taken when each property tells of its cases, refuted or not', () => {
  expect(untold(named, [run()])).toBeNull();
  expect(untold(named, [refuted])).toBeNull();
  expect(untold(named, [])).toContain('does not tell of the property "fines"');
  expect(untold(named, [run({ cases: 100 })])).toContain('100 cases; 200 are the least');
  expect(untold(named, [run({ cases: null })])).toContain('an unknown number of cases');
  expect(untold(named, [run({ outcome: 'failed' })])).toContain('without a counterexample');
});

test('an example has as many cases as it states, and may hold without the work', () => {
  const example = [{ criterion: 'REQ-1.2', name: 'fines', least: 1 }];
  expect(untold(example, [run({ cases: 1 })])).toBeNull();
  expect(untold(example, [run({ cases: 0 })])).toContain('0 cases; 1 is the least');
  const [proof] = independentProofs('T1', example, [run({ cases: 1 })], () => 'failed');
  expect(proof?.runs).toEqual([run({ cases: 1, least: 1 })]);
  expect(propertiesSpeak(proof?.runs ?? [])).toBe(true);
  expect(runInWords(run({ cases: 1, least: 1, onBase: 'passed' }))).toBe('fines holds (1 case)');
  const missed = run({ outcome: 'failed', cases: 1, least: 1, counterexample: 'p2m' });
  expect(runInWords(missed)).toBe('fines is refuted (1 case): p2m');
});

test('each criterion gets its runs, with how they went on the base commit', () => {
  const properties = [...named, { criterion: 'REQ-1.2', name: 'totals' }];
  expect(independentProofs('T1', properties, [run()], () => 'passed')).toEqual([
    { task: 'T1', criterion: 'REQ-1.1', missing: null, runs: [run({ onBase: 'passed' })] },
    {
      ...{ task: 'T1', criterion: 'REQ-1.2', runs: [] },
      missing: 'its property tests told of nothing that they tried',
    },
  ]);
  expect(missingProofs('T1', ['REQ-1.1', 'REQ-1.1'], 'it\n got stuck')).toEqual([
    { task: 'T1', criterion: 'REQ-1.1', missing: 'it got stuck', runs: [] },
  ]);
});

test('properties speak for a criterion when all hold on enough cases and one does not hold without the work', () => {
  expect(propertiesSpeak([run()])).toBe(true);
  expect(propertiesSpeak([])).toBe(false);
  expect(propertiesSpeak([run({ onBase: 'passed' })])).toBe(false);
  expect(propertiesSpeak([run({ cases: 199 })])).toBe(false);
  expect(propertiesSpeak([run(), refuted])).toBe(false);
});

test('says in words what was tried, what refutes it, and what proves nothing new', () => {
  expect(runInWords(run())).toBe('fines holds (200 cases, seed 7)');
  expect(runInWords(refuted)).toBe('fines is refuted (3 cases, seed 7): days = -1');
  expect(runInWords(run({ cases: null, seed: null }))).toContain(
    'an unknown number of cases, seed unknown, fewer',
  );
  expect(runInWords(run({ onBase: 'passed' }))).toContain(
    'passes on the base commit too, so it proves nothing new',
  );
});

test('a refuted criterion is the reason why a check fails, whatever exit codes say', () => {
  const independent = [
    { task: 'T1', criterion: 'REQ-1.1', missing: null, runs: [run({ name: 'ok' }), refuted] },
  ];
  const proof = { named: [], tamper: [], mutations: [], sandbox: '', independent };
  const log = { blob: 'log', digest: digest('a'), bytes: 1 };
  const command = (exitCode: number) => ({
    ...{ name: 'property' as const, command: 'npm run properties', exitCode, timedOut: false, durationMs: 1 },
    ...{ tests: null, excerpt: 'the log', log, cached: false },
  });
  const result = (exitCode: number) => ({
    ...{ type: 'checked' as const, commit: sha('a'), tree: sha('b'), bundle: null, works: [], refused: [] },
    ...{ commands: [command(exitCode)], proof },
  });
  expect(refutedIn(proof)).toMatchObject([{ task: 'T1', criterion: 'REQ-1.1', run: { name: 'fines' } }]);
  expect(judge(result(1), null)).toMatchObject({
    type: 'failed',
    reason: 'an input refutes REQ-1.1 (fines): days = -1',
    log: expect.stringMatching(
      /fines: days = -1 \(case 3, seed 7\)[\s\S]*from the requirements alone[\s\S]*the log/,
    ),
  });
  expect(judge(result(0), null)).toMatchObject({ type: 'failed' });
});
