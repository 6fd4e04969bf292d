import { expect, test } from 'vitest';
import type { Task } from '#core/task/task.ts';
import type { TestCase } from '#core/verify/cases/case.ts';
import type { MutationRun } from '#core/verify/mutate.ts';
import type { Evidence } from '#core/verify/ports.ts';
import { prove, standing } from '#core/verify/proof.ts';
import type { IndependentRun } from '#core/verify/properties/independent.ts';
import type { ProofReport } from '#core/verify/report.ts';
import { digest, idOf, minute, sha, taskRow } from '../rows.ts';

const merged = sha('b');
const head = sha('c');

function doneTask(number: number, criteria: string[], commit = merged): Task {
  return taskRow(number, { criteria, state: { status: 'done', commit, at: minute(1) } });
}

function evidence(over: Partial<Evidence> = {}): Evidence {
  return {
    id: idOf('evidence'),
    ticketId: idOf('ticket'),
    taskId: idOf('task', 1),
    runId: idOf('run'),
    attempt: 1,
    purpose: 'batch',
    criteria: [],
    commit: merged,
    name: 'test',
    command: 'npm test',
    exitCode: 0,
    durationMs: 1,
    tests: null,
    logBlob: 'log',
    logDigest: digest('a'),
    verdict: 'passed',
    proof: null,
    at: minute(1),
    ...over,
  };
}

const final = (over: Partial<Evidence> = {}) =>
  evidence({ purpose: 'final', taskId: null, commit: head, ...over });

function state(tasks: readonly Task[], rows: readonly Evidence[]) {
  return prove(['REQ-1.1'], tasks, rows, head)[0]?.state;
}

test('a criterion that nobody claims, or only unfinished work does, is open', () => {
  expect(prove(['REQ-1.1'], [], [], null)).toEqual([
    {
      criterion: 'REQ-1.1',
      state: 'open',
      task: null,
      commit: null,
      tests: [],
      interpretation: null,
      independent: null,
      evidence: [],
    },
  ]);
  const claimed = taskRow(1, { criteria: ['REQ-1.1'] });
  expect(prove(['REQ-1.1'], [claimed], [evidence()], head)[0]).toMatchObject({ state: 'open', task: 'T1' });
});

test('a done task without a passing test leaves its criteria unverified', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  expect(state(tasks, [])).toBe('unverified');
  expect(state(tasks, [evidence({ name: 'lint' })])).toBe('unverified');
  expect(state(tasks, [evidence({ verdict: 'failed' })])).toBe('unverified');
});

test('tests that passed on another commit, or for another task, prove nothing', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  expect(state(tasks, [evidence({ commit: sha('d') })])).toBe('unverified');
  expect(state(tasks, [evidence({ taskId: idOf('task', 2) })])).toBe('unverified');
  expect(state(tasks, [final()])).toBe('unverified');
});

/** What the final check saw: a named test of the criterion, and mutations of the task. */
function report(outcomes: TestCase['outcome'][], mutations: MutationRun['outcome'][] = []): ProofReport {
  const at = { path: 'a.ts', line: 1, column: 0, was: '<', now: '<=' };
  const tests = outcomes.map((outcome, index) => ({ name: `test ${index}`, outcome }));
  return {
    named: [{ task: 'T1', criterion: 'REQ-1.1', tests }],
    tamper: [],
    mutations: mutations.map((outcome) => ({ ...at, taskId: idOf('task', 1), outcome })),
    sandbox: '',
  };
}

test('only a named test that passed on the delivered commit makes verified proven', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  const proof = report(['passed']);
  expect(state(tasks, [evidence()])).toBe('verified');
  expect(state(tasks, [evidence(), final({ commit: sha('d'), proof })])).toBe('verified');
  expect(state(tasks, [evidence(), final({ name: 'lint', proof })])).toBe('verified');
  expect(state(tasks, [evidence(), final()])).toBe('verified');
  expect(state(tasks, [evidence(), final({ proof: report([]) })])).toBe('verified');
  expect(state(tasks, [evidence({ proof }), final()])).toBe('verified');
  expect(state(tasks, [evidence(), final({ proof })])).toBe('proven');
});

test('a named test that failed, was skipped, or belongs to another task speaks for nothing', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  expect(state(tasks, [evidence(), final({ proof: report(['passed', 'failed']) })])).toBe('verified');
  expect(state(tasks, [evidence(), final({ proof: report(['skipped']) })])).toBe('verified');
  const others = report(['passed']);
  const proof = { ...others, named: others.named.map((one) => ({ ...one, task: 'T2' })) };
  expect(state(tasks, [evidence(), final({ proof })])).toBe('verified');
});

test('what its builder took to mean something else is proven in that sense only', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  const taken = (outcomes: TestCase['outcome'][], mutations: MutationRun['outcome'][] = []) => {
    const found = report(outcomes, mutations);
    const named = found.named.map((one) => ({ ...one, interpretation: 'sums, not lists' }));
    return prove(['REQ-1.1'], tasks, [evidence(), final({ proof: { ...found, named } })], head)[0];
  };
  expect(taken(['passed'])).toMatchObject({ state: 'interpreted', interpretation: 'sums, not lists' });
  expect(taken(['failed'])).toMatchObject({ state: 'verified', interpretation: 'sums, not lists' });
  expect(taken(['passed'], ['survived'])?.state).toBe('weak');
});

test('what nobody notices when it is mutated is weak', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  const level = (...outcomes: MutationRun['outcome'][]) =>
    state(tasks, [evidence(), final({ proof: report(['passed'], outcomes) })]);
  expect(level('survived', 'survived')).toBe('weak');
  expect(level('unviable', 'survived')).toBe('weak');
  expect(level('survived', 'noticed')).toBe('proven');
  expect(level('unviable')).toBe('proven');
  expect(level()).toBe('proven');
});

test('the tests shown are those of the newest check that looked', () => {
  const rows = [evidence({ proof: report(['failed']) }), final({ proof: report(['passed']) })];
  const [proof] = prove(['REQ-1.1'], [doneTask(1, ['REQ-1.1'])], rows, head);
  expect(proof?.tests).toEqual([{ name: 'test 0', outcome: 'passed' }]);
});

test('one failed command on the delivered commit takes the proof away; a pre-existing one does not', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  const passed = final({ proof: report(['passed']) });
  expect(state(tasks, [evidence(), passed, final({ name: 'lint', verdict: 'failed' })])).toBe('verified');
  expect(state(tasks, [evidence(), passed, final({ name: 'lint', verdict: 'pre-existing' })])).toBe('proven');
});

test('a run that failed and was run again takes no proof away, and is none', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  const flaky = final({ verdict: 'flaky' });
  expect(state(tasks, [evidence(), flaky, final({ proof: report(['passed']) })])).toBe('proven');
  expect(state(tasks, [evidence(), flaky])).toBe('verified');
});

test('what a later check of the delivered commit measured counts, and what failed there by chance stays known', () => {
  const [old, flaky, newest, other] = [
    final({ verdict: 'failed' }),
    final({ verdict: 'flaky' }),
    final(),
    final({ commit: sha('d'), verdict: 'failed' }),
  ];
  expect(standing([old, flaky, newest, other], head)).toEqual([flaky, newest, other]);
});

test('of several tasks that claim a criterion, the finished one speaks for it', () => {
  const tasks = [taskRow(2, { criteria: ['REQ-1.1'] }), doneTask(1, ['REQ-1.1'])];
  expect(prove(['REQ-1.1'], tasks, [evidence()], head)[0]).toMatchObject({
    state: 'verified',
    task: 'T1',
    commit: merged,
  });
});

test('proofs come in the order of the criteria', () => {
  const proofs = prove(
    ['REQ-2.1', 'REQ-1.1'],
    [doneTask(1, ['REQ-1.1'])],
    [evidence(), final({ proof: report(['passed']) })],
    head,
  );
  expect(proofs.map(({ criterion, state: is }) => [criterion, is])).toEqual([
    ['REQ-2.1', 'open'],
    ['REQ-1.1', 'proven'],
  ]);
});

const independent = (over: Partial<IndependentRun> = {}): Partial<ProofReport> => ({
  independent: [
    {
      ...{ task: 'T1', criterion: 'REQ-1.1', missing: null },
      runs: [
        {
          ...{
            name: 'p',
            framework: 'plain',
            outcome: 'passed',
            seed: '7',
            cases: 200,
            counterexample: null,
          },
          ...{ onBase: 'failed', ...over },
        },
      ],
    },
  ],
});
const reported = (over: Partial<ProofReport>): ProofReport => ({
  ...{ named: [], tamper: [], mutations: [], sandbox: '', ...over },
});

test('why independent tests are not on the branch is told by the check that merged the work', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  const apart = (aside: string) => ({
    ...report(['passed']),
    independent: [{ task: 'T1', criterion: 'REQ-1.1', missing: null, runs: [], aside }],
  });
  const rows = [evidence({ proof: apart('twice') }), final({ proof: apart('not there') })];
  expect(prove(['REQ-1.1'], tasks, rows, head)[0]?.independent?.aside).toBe('twice');
});

test('what was refuted when its tests were handed in is not proven before they have run', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  const missing = { task: 'T1', criterion: 'REQ-1.1', missing: 'they do not compile', runs: [] };
  const stateWith = (over: object) => {
    const proof = { ...report(['passed']), independent: [{ ...missing, ...over }] };
    return prove(['REQ-1.1'], tasks, [evidence(), final({ proof })], head)[0]?.state;
  };
  expect(stateWith({})).toBe('proven');
  expect(stateWith({ refuted: true })).toBe('verified');
});

test('property tests by another run prove a criterion by themselves, unless they hold without the work', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  const rows = (over?: Partial<IndependentRun>) => [
    evidence(),
    final({ proof: reported(independent(over)) }),
  ];
  expect(state(tasks, rows())).toBe('proven');
  expect(state(tasks, rows({ onBase: 'passed' }))).toBe('verified');
  expect(state(tasks, rows({ cases: null }))).toBe('verified');
  expect(prove(['REQ-1.1'], tasks, rows(), head)[0]?.independent?.runs).toHaveLength(1);
});

test('where the tests of a verifier are missing, the reason is told and named tests prove alone', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  const missing = [{ task: 'T1', criterion: 'REQ-1.1', missing: 'it was stuck', runs: [] }];
  const tests = [{ task: 'T1', criterion: 'REQ-1.1', tests: [{ name: 'x', outcome: 'passed' as const }] }];
  const [proof] = prove(
    ['REQ-1.1'],
    tasks,
    [evidence(), final({ proof: reported({ named: tests, independent: missing }) })],
    head,
  );
  expect(proof).toMatchObject({ state: 'proven', independent: { missing: 'it was stuck' } });
});

test('a named property of which the framework says that it tried no case proves nothing', () => {
  const tasks = [doneTask(1, ['REQ-1.1'])];
  const named = [
    { task: 'T1', criterion: 'REQ-1.1', tests: [{ name: 'cart > p', outcome: 'passed' as const }] },
  ];
  const rows = (cases: number | null) => {
    const run = {
      name: 'p',
      framework: 'plain',
      outcome: 'passed',
      seed: '7',
      cases,
      counterexample: null,
    } as const;
    return [evidence(), final({ proof: reported({ named, properties: [run] }) })];
  };
  expect(state(tasks, rows(0))).toBe('verified');
  expect(state(tasks, rows(1))).toBe('proven');
  expect(state(tasks, rows(null))).toBe('proven');
});
