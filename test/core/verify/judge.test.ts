import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckResult, CommandResult, TestCounts } from '#core/verify/check.ts';
import { commandVerdicts, judge, judgeBaseline, provenCommands } from '#core/verify/judge.ts';
import { digest, idOf, sha } from '../rows.ts';

type Checked = Extract<CheckResult, { type: 'checked' }>;

function command(name: CommandResult['name'], over: Partial<CommandResult> = {}): CommandResult {
  return {
    name,
    command: `npm run ${name}`,
    exitCode: 0,
    timedOut: false,
    durationMs: 90_000,
    tests: null,
    excerpt: `log of ${name}`,
    log: { blob: 'log', digest: digest('a'), bytes: 1 },
    cached: false,
    ...over,
  };
}

function counted(run: number, failures: readonly string[] = [], failed = failures.length): TestCounts {
  return { framework: 'vitest', run, failed, skipped: 0, failures: [...failures] };
}

const tests = (counts: TestCounts, exitCode: number | null = 0) =>
  command('test', { tests: counts, exitCode });
const red = (...failures: string[]) => tests(counted(9, failures), 1);

function checked(...commands: CommandResult[]): Checked {
  return {
    type: 'checked',
    commit: sha('a'),
    tree: sha('b'),
    bundle: null,
    works: [],
    refused: [],
    commands,
  };
}

test('commands that all succeed pass, and say whether tests were among them', () => {
  const all = checked(command('setup'), command('build'), command('lint'), tests(counted(3)));
  expect(judge(all, null)).toEqual({ type: 'passed', preExisting: [], unverified: false });
  expect(judge(checked(command('setup')), null)).toMatchObject({ type: 'passed', unverified: true });
});

test('what refutes a property comes before the log', () => {
  const run = { name: 'days', framework: 'plain', outcome: 'failed', seed: '7', cases: 4 } as const;
  const properties = [
    { ...run, counterexample: '[2025,3]' },
    { ...run, name: 'ok', outcome: 'passed' as const, counterexample: null },
  ];
  const proof = { named: [], tamper: [], mutations: [], sandbox: '', properties };
  const verdict = judge({ ...checked(red('days')), proof }, null);
  expect(verdict).toMatchObject({
    type: 'failed',
    log: 'These inputs refute a property:\n- days: [2025,3] (case 4, seed 7)\n\nlog of test',
  });
});

test('zero tests are a failure, though the command is content', () => {
  expect(judge(checked(tests(counted(0))), null)).toMatchObject({
    type: 'failed',
    reason: '`npm run test` ran no test',
  });
});

test('an unknown test runner counts by its exit code', () => {
  const unknown: TestCounts = { framework: 'unknown' };
  expect(judge(checked(tests(unknown)), null).type).toBe('passed');
  expect(judge(checked(tests(unknown, 2)), null)).toMatchObject({
    type: 'failed',
    reason: '`npm run test` (test) exited with code 2',
  });
});

test('a failure carries the logs of all commands that failed, so that one round can mend them', () => {
  const verdict = judge(checked(command('setup'), command('lint', { exitCode: 3 }), red('a')), null);
  const tested = '`npm run test` (test) exited with code 1';
  expect(verdict).toEqual({
    type: 'failed',
    reason: `\`npm run lint\` (lint) exited with code 3; ${tested}`,
    log: `log of lint\n\nAnd ${tested}:\n\nlog of test`,
  });
});

test('what fails beside a refuted property is told with it', () => {
  const run = { name: 'days', framework: 'plain', seed: '7', cases: 4, counterexample: '[3]' } as const;
  const independent = [
    {
      ...{ task: 'T1', criterion: 'REQ-1.1', missing: null },
      runs: [{ ...run, outcome: 'failed', onBase: 'failed' } as const],
    },
  ];
  const proof = { named: [], tamper: [], mutations: [], sandbox: '', independent };
  const commands = [command('lint', { exitCode: 3 }), command('property', { exitCode: 1 })];
  const verdict = judge({ ...checked(...commands), proof }, null);
  expect(verdict).toMatchObject({ reason: 'an input refutes REQ-1.1 (days): [3]' });
  const both = [...independent, ...independent.map((one) => ({ ...one, criterion: 'REQ-1.2' }))];
  expect(judge({ ...checked(...commands), proof: { ...proof, independent: both } }, null)).toMatchObject({
    reason: 'an input refutes REQ-1.1 (days): [3]; refuted, too: REQ-1.2',
  });
  // The shortest input that refutes it, wherever it was found.
  const other = (counterexample: string) => [{ ...run, outcome: 'failed', counterexample } as const];
  for (const [found, told] of [
    ['0', '0'],
    ['[3, 4, 5]', '[3]'],
  ] as const)
    expect(
      judge({ ...checked(...commands), proof: { ...proof, properties: other(found) } }, null),
    ).toMatchObject({
      reason: `an input refutes REQ-1.1 (days): ${told}`,
      log: expect.stringContaining(`- days: ${told} (case 4, seed 7)`),
    });
  if (verdict.type !== 'failed') throw new Error(verdict.type);
  expect(verdict.log).toMatch(
    /log of property\n\nAnd `npm run lint` \(lint\) exited with code 3:\n\nlog of lint$/,
  );
});

test('the project’s tests are not told beside a refuted property where nothing else failed in them', () => {
  const run = { name: 'days', framework: 'plain', seed: '7', cases: 4, counterexample: '[3]' } as const;
  const runs = [{ ...run, outcome: 'failed', onBase: 'failed' } as const];
  const independent = [{ ...{ task: 'T1', criterion: 'REQ-1.1', missing: null }, runs }];
  const proof = { named: [], tamper: [], mutations: [], sandbox: '', independent };
  const log = (...failures: string[]) => {
    const commands = [command('property', { exitCode: 1 }), red(...failures)];
    const verdict = judge({ ...checked(...commands), proof }, null);
    return verdict.type === 'failed' ? verdict.log : verdict.type;
  };
  expect(log('REQ-1.1 days')).not.toContain('log of test');
  expect(log('REQ-1.1 days', 'sums')).toContain('log of test');
});

test('an example that is refuted has no seed to be told', () => {
  const run = {
    name: 'three days',
    framework: 'plain',
    seed: '1',
    cases: 1,
    counterexample: '3 gives 1',
  } as const;
  const runs = [{ ...run, outcome: 'failed', onBase: 'failed', least: 1 } as const];
  const independent = [{ ...{ task: 'T1', criterion: 'REQ-1.2', missing: null }, runs }];
  const proof = { named: [], tamper: [], mutations: [], sandbox: '', independent };
  const verdict = judge({ ...checked(command('property', { exitCode: 1 })), proof }, null);
  expect(verdict).toMatchObject({ log: expect.stringContaining('- three days: 3 gives 1\n') });
});

test('of a test by another run that fails without refuting a property it is said whose it is', () => {
  const verdict = judge(checked(command('property', { exitCode: 1 })), null);
  expect(verdict).toMatchObject({
    log: expect.stringMatching(/^What fails here was written by another run[\s\S]*log of property$/),
  });
});

test('of what failed beside the first the end is told', () => {
  const long = `${'x'.repeat(7000)}\nthe sum`;
  const verdict = judge(
    checked(command('lint', { exitCode: 3 }), command('test', { exitCode: 1, excerpt: long })),
    null,
  );
  if (verdict.type !== 'failed') throw new Error(verdict.type);
  expect(verdict.log.length).toBeLessThan(6200);
  expect(verdict.log).toMatch(/x\nthe sum$/);
});

test('failures hidden behind exit code 0 are failures', () => {
  expect(judge(checked(tests(counted(9, ['a', 'b']))), null)).toMatchObject({
    type: 'failed',
    reason: '`npm run test` (test) exited with code 0, but 2 tests failed',
  });
});

test('a repository that hides a failure on its base commit is judged by what is new', () => {
  const base = checked(tests(counted(9, ['old'])));
  expect(judge(checked(tests(counted(9, ['old']))), base)).toMatchObject({ type: 'passed' });
  expect(judge(checked(tests(counted(9, ['old', 'new']))), base)).toMatchObject({ type: 'failed' });
});

test('a test that failed on the base commit too is told apart', () => {
  const verdict = judge(checked(red('old')), checked(red('old', 'fixed by now')));
  expect(verdict).toEqual({
    type: 'passed',
    preExisting: ['`npm run test` (test) exited with code 1, as it did on the base commit'],
    unverified: false,
  });
});

test('one new failure among old ones is a failure', () => {
  expect(judge(checked(red('old', 'new')), checked(red('old'))).type).toBe('failed');
});

test('nothing excuses a failure without a list of names, or with one that was cut', () => {
  const names = Array.from({ length: 50 }, (_, index) => `test ${index}`);
  expect(judge(checked(red()), checked(red())).type).toBe('failed');
  expect(judge(checked(red(...names)), checked(red(...names))).type).toBe('failed');
  const few = names.slice(0, 49);
  expect(judge(checked(red(...few)), checked(red(...names))).type).toBe('passed');
});

test('a test that passed on the base commit, or ran by another command there, excuses nothing', () => {
  expect(judge(checked(red('a')), checked(tests(counted(9)))).type).toBe('failed');
  const other = { ...red('a'), command: 'pnpm test' };
  expect(judge(checked(red('a')), checked(other)).type).toBe('failed');
});

test('lint that was broken before is no fault of the work', () => {
  const lint = command('lint', { exitCode: 1 });
  expect(judge(checked(lint, tests(counted(3))), checked(lint))).toMatchObject({ type: 'passed' });
  expect(judge(checked(lint, tests(counted(3))), checked(command('lint'))).type).toBe('failed');
});

test('what was stopped or killed is a failure and says so', () => {
  const stopped = tests({ framework: 'unknown' }, null);
  expect(judge(checked({ ...stopped, timedOut: true }), null)).toMatchObject({
    reason: '`npm run test` (test) was stopped after 90 s',
  });
  expect(judge(checked(stopped), null)).toMatchObject({
    reason: '`npm run test` (test) was killed by a signal',
  });
  const slow = command('lint', { exitCode: null, timedOut: true });
  expect(judge(checked(slow), checked(slow)).type).toBe('failed');
});

test('work that changes nothing fails; a conflict is its own verdict', () => {
  const taskId = idOf('task', 1);
  const empty = { reason: 'empty', taskId, onHead: true } as const;
  expect(judge({ type: 'unmerged', refused: [empty] }, null).type).toBe('failed');
  const conflict = { reason: 'conflict', taskId, files: ['a.ts'], detail: 'both', onHead: true } as const;
  const refused = [{ ...conflict, files: ['a.ts'], places: [] }];
  expect(judge({ type: 'unmerged', refused }, null)).toEqual({
    type: 'conflict',
    files: ['a.ts'],
    detail: 'both',
  });
});

test('each command gets the verdict that it has by itself', () => {
  const lint = command('lint', { exitCode: 1 });
  const verdicts = commandVerdicts(checked(command('setup'), lint, red('new')), checked(lint));
  expect(verdicts.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['setup', 'passed'],
    ['lint', 'pre-existing'],
    ['test', 'failed'],
  ]);
});

test('a flaky test holds up nobody but the work that brought it', () => {
  const { exitCode, timedOut, durationMs, log, tests: counts } = red('wobbles');
  const earlier = [
    { exitCode, timedOut, durationMs, log, tests: counts, excerpt: 'what it said when it failed' },
  ];
  const flaky = (own: boolean) => ({ ...tests(counted(9)), earlier, flaky: [{ name: 'wobbles', own }] });
  expect(judge(checked(flaky(false)), null).type).toBe('passed');
  expect(judge(checked(flaky(true)), null)).toEqual({
    type: 'failed',
    reason:
      '`npm run test` (test) passes only sometimes: wobbles failed, and passed when it ran again on the same commit',
    log: 'what it said when it failed',
  });
  const verdicts = (own: boolean) => commandVerdicts(checked(flaky(own)), null);
  expect(verdicts(false).map((one) => [one.exitCode, one.verdict])).toEqual([
    [1, 'flaky'],
    [0, 'passed'],
  ]);
  expect(verdicts(true).map(({ verdict }) => verdict)).toEqual(['failed', 'failed']);
  expect(judgeBaseline(checked(flaky(false)))).toMatchObject({ type: 'usable', verified: true });
});

test('work passes exactly when no command of it failed', () => {
  const result = fc
    .record({
      exitCode: fc.constantFrom(0, 1, null),
      timedOut: fc.boolean(),
      counts: fc.record({ run: fc.nat(3), failures: fc.subarray(['a', 'b', 'c']) }),
      name: fc.constantFrom('setup', 'build', 'lint', 'test'),
    })
    .map(({ exitCode, timedOut, counts, name }) =>
      command(name, {
        exitCode,
        timedOut,
        tests: name === 'test' ? counted(counts.run, counts.failures) : null,
      }),
    );
  const check = fc.array(result, { maxLength: 4 }).map((commands) => checked(...commands));
  fc.assert(
    fc.property(check, fc.option(check), (work, base) => {
      const failed = commandVerdicts(work, base).some(({ verdict }) => verdict === 'failed');
      expect(judge(work, base).type).toBe(failed ? 'failed' : 'passed');
    }),
  );
});

test.each([
  ['tests that run', checked(command('setup'), tests(counted(3))), true],
  ['failing tests that run', checked(red('a')), true],
  ['no test at all', checked(tests(counted(0))), false],
  ['an unknown runner that is content', checked(tests({ framework: 'unknown' })), true],
  ['an unknown runner that is not', checked(tests({ framework: 'unknown' }, 1)), false],
  ['no test command', checked(command('setup')), false],
  ['tests that never end', checked({ ...tests(counted(3), null), timedOut: true }), false],
])('a base commit with %s is usable', (_what, result, verified) => {
  expect(judgeBaseline(result)).toMatchObject({ type: 'usable', verified, unnamed: null });
});

test('a base commit whose setup fails, or that could not be checked, is unusable and says why', () => {
  const broken = checked(command('setup', { exitCode: null, timedOut: true }));
  expect(judgeBaseline(broken)).toEqual({
    type: 'unusable',
    reason: 'Setup `npm run setup` was stopped after 90 s on the base commit',
    log: 'log of setup',
  });
  expect(judgeBaseline({ type: 'unmerged', refused: [] })).toMatchObject({ type: 'unusable' });
});

test('a test command that proves nothing is not run again', () => {
  const commands = { setup: 'npm ci', test: 'npm test' };
  expect(provenCommands(commands, true)).toEqual(commands);
  expect(provenCommands(commands, false)).toEqual({ setup: 'npm ci' });
});

test('a command that was never green is no failure where no test failed each time', () => {
  const earlier = [red('one'), red('two', 'three')];
  const never = { ...red('four'), earlier, flaky: [{ name: 'one', own: false }] };
  expect(judge(checked(never), null).type).toBe('passed');
  expect(commandVerdicts(checked(never), null).map(({ verdict }) => verdict)).toEqual([
    'flaky',
    'flaky',
    'flaky',
  ]);
  // On the base commit it failed only once, so nothing is forgiven for it.
  expect(judge(checked(red('one')), checked(never)).type).toBe('failed');
});

test('a builder is told which of the failing tests are its own', () => {
  const flaky = [{ name: 'wobbles', own: false }];
  const failing = { ...red('new', 'old'), earlier: [red('new', 'old', 'wobbles')], flaky };
  expect(judge(checked(failing), checked(red('old')))).toMatchObject({
    log: '- failing with this work: new\n- failing without it, too: old\n- failing only sometimes: wobbles\n\nlog of test',
  });
  expect(judge(checked(red('new')), null)).toMatchObject({ log: 'log of test' });
});

test('what passes while the tests that its claims name did not run is given back', () => {
  const unrun = [
    { task: 'T1', criterion: 'REQ-1.1', names: ['adds'], alike: ['cart > adds up'] },
    { task: 'T1', criterion: 'REQ-1.2', names: ['takes'], alike: [] },
  ];
  const proof = { named: [], tamper: [], mutations: [], sandbox: '', unrun };
  expect(judge({ ...checked(tests(counted(9))), proof }, null)).toEqual({
    type: 'failed',
    reason: 'everything passes, but no test that the claim of REQ-1.1, REQ-1.2 names has run',
    log: expect.stringMatching(
      /^`npm run test` passes and told of none of these tests:\n- REQ-1\.1 names “adds”\. It did run: “cart > adds up”\.\n- REQ-1\.2 names “takes”\.\n\n/,
    ),
  });
  // What fails is told first.
  expect(judge({ ...checked(red('new')), proof }, null)).toMatchObject({
    reason: expect.stringContaining('exited'),
  });
});

test('tests that run have no names where nobody knows their runner', () => {
  expect(judgeBaseline(checked(tests({ framework: 'unknown' })))).toMatchObject({ nameless: true });
  expect(judgeBaseline(checked(tests({ framework: 'unknown' }, 1)))).toMatchObject({ nameless: false });
  expect(judgeBaseline(checked(tests(counted(3))))).toMatchObject({ nameless: false });
  const ctest = (run: number) =>
    judgeBaseline(checked(tests({ framework: 'ctest', run, failed: 0, skipped: 0, failures: [] })));
  expect(ctest(1)).toMatchObject({ nameless: true });
  expect(ctest(2)).toMatchObject({ nameless: false });
});
