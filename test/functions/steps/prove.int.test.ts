/** Property tests by another run on the road of a task: asked for once, measured, and never the loss of the work. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Project } from '#core/project/project.ts';
import type { Run } from '#core/run/run.ts';
import { TaskPlan } from '#core/spec/plan.ts';
import type { IndependentProof, IndependentRun } from '#core/verify/properties/independent.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { type Act, checked, openRoad, type Script } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const auto = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;
const tests = {
  summary: 'Never below zero.',
  files: ['test/t1-properties.test.ts'],
  command: 'npm run properties',
  properties: [{ criterion: 'REQ-1.2', name: 'totals' }],
  refuted: [],
  seeds: [],
};

/** T1 has the property; T2 has examples alone. */
const apart: TaskPlan = TaskPlan.parse({
  tasks: planOf(2).tasks.map((task, index) => ({
    ...task,
    criteria: index === 0 ? ['REQ-1.1', 'REQ-1.2'] : ['REQ-2.1'],
  })),
});

/** What a check says of the properties in its plan; `refuted` by the round of the builder. */
function proving(run: Run, refuted: boolean): Act {
  const act = checked(run);
  if (act === 'silent' || !('check' in act) || act.check.type !== 'checked') return act;
  const { proof } = act.check;
  const measured: IndependentRun = {
    ...{ name: 'totals', framework: 'plain', seed: '7', onBase: 'failed' },
    ...(refuted
      ? { outcome: 'failed', cases: 3, counterexample: 'cart = [1], coupon = 5' }
      : { outcome: 'passed', cases: 200, counterexample: null }),
  };
  const independent = (run.check?.proof?.properties ?? []).flatMap((plan): IndependentProof[] =>
    plan.type === 'written'
      ? [{ task: plan.task, criterion: 'REQ-1.2', missing: null, runs: [measured] }]
      : plan.criteria.map((criterion) => ({ task: plan.task, criterion, missing: plan.reason, runs: [] })),
  );
  return proof ? { check: { ...act.check, proof: { ...proof, independent } } } : act;
}

async function open(
  verifier: Act | ((builds: number) => Act),
  refuted: (run: Run, builds: number) => boolean = () => false,
  project: { readonly independent?: Project['independent'] } = {},
  plan = planOf(1),
  broken: (run: Run, builds: number) => boolean = () => false,
  nameless: false | 'all' | 'T2 by its command' = false,
) {
  const documents = { explorer: exploration, analyst: requirements, architect: design };
  let builds = 0;
  const script: Script = async (run, key) => {
    if (nameless && run.check?.purpose === 'baseline') return unnamed(checked(run));
    if (run.kind === 'check')
      return broken(run, builds) ? checked(run, 1) : proving(run, refuted(run, builds));
    if (run.role === 'verifier') return typeof verifier === 'function' ? verifier(builds) : verifier;
    if (run.role === 'builder') {
      builds = Math.max(builds, run.round);
      const shown = nameless === 'T2 by its command' && key === 'T2' && { command: 'grep -q b README.md' };
      return { work: `${key} ${run.round}`, blind: true, ...shown };
    }
    if (run.role === 'planner') return { document: plan };
    if (run.role === 'integrator' || run.role === 'diagnostician')
      return { end: { type: 'failed', reason: 'stuck', message: 'It saw nothing.' } };
    return { document: documents[run.role] };
  };
  world = await road.world(script, { project: { gates: auto, ...project } });
  await world.submit();
  return world.reach('completed', 'failed');
}

/** The same check by a runner that nobody knows. */
const unnamed = (act: Act): Act =>
  act === 'silent' || !('check' in act) || act.check.type !== 'checked'
    ? act
    : {
        check: {
          ...act.check,
          commands: act.check.commands.map((one) => ({
            ...one,
            tests: one.tests && { framework: 'unknown' },
          })),
        },
      };

const verifiers = async () =>
  (await world.store.view.runs.list({ ticketId: world.ticket.id })).filter(
    ({ kind, role }) => kind === 'agent' && role === 'verifier',
  );
const proofs = async () =>
  (await world.store.view.evidence.list(world.ticket.id)).flatMap(({ purpose, proof }) =>
    (proof?.independent ?? []).map((one) => ({ purpose, ...one })),
  );

describe('property tests by another run', () => {
  it('are asked for once, by a run that starts where the work does, and measured in the batch and at the end', async () => {
    expect((await open({ tests })).status).toBe('completed');
    const [verifier, ...more] = await verifiers();
    expect(more).toEqual([]);
    const builder = (await world.store.view.runs.list({ ticketId: world.ticket.id })).find(
      ({ role, taskId }) => role === 'builder' && taskId === verifier?.taskId,
    );
    expect(verifier).toMatchObject({ round: 1, baseCommit: builder?.baseCommit });
    expect((await proofs()).map(({ purpose, task, criterion }) => [purpose, task, criterion])).toEqual([
      ['batch', 'T1', 'REQ-1.2'],
      ['final', 'T1', 'REQ-1.2'],
    ]);
    expect(await world.events()).toContain('task.proving.v1');
    expect(world.log).toEqual([]);
  });

  it('send a counterexample to the builder, and are tried again on what it mends, by no other verifier', async () => {
    const ticket = await open({ tests }, (run, builds) => run.check?.purpose === 'batch' && builds === 1);
    expect(ticket.status).toBe('completed');
    expect(await verifiers()).toHaveLength(1);
    const runs = await world.store.view.runs.list({ ticketId: ticket.id });
    const second = runs.find(({ role, round }) => role === 'builder' && round === 2);
    expect(second?.feedback).toContain('an input refutes REQ-1.2 (totals): cart = [1], coupon = 5');
    expect(second?.feedback).toContain('(case 3, seed 7)');
    const outcomes = (await proofs()).map(({ purpose, runs: [one] }) => [purpose, one?.outcome]);
    expect(outcomes).toEqual([
      ['batch', 'failed'],
      ['batch', 'passed'],
      ['final', 'passed'],
    ]);
    expect(await world.events()).toContain('property.refuted.v1');
  });

  it.each([
    ['are tried on the work alone where others were merged meanwhile', [], [2, 1]],
    ['are not where they refuted that very work already', ['totals'], [1, 1]],
    ['are where they refuted something else of it', ['others'], [2, 1]],
  ])('%s', async (_, names, checks) => {
    const refuted = names.map((name) => ({ name, counterexample: 'cart = [1], coupon = 5' }));
    const mine = ({ check }: Run) => check?.works.some(({ key }) => key === 'T1') === true;
    const ticket = await open(
      { tests: { ...tests, refuted } },
      (run, builds) => run.check?.purpose === 'batch' && mine(run) && builds === 1,
      {},
      apart,
    );
    expect(ticket.status).toBe('completed');
    const runs = await world.store.view.runs.list({ ticketId: ticket.id });
    const second = runs.find(({ role, round }) => role === 'builder' && round === 2);
    const asked = runs.filter((run) => run.check?.purpose === 'batch' && mine(run));
    const first = asked.filter(({ createdAt }) => createdAt < (second?.createdAt ?? ''));
    expect([first.length, asked.length - first.length]).toEqual(checks);
  });

  it('fail the task after three rounds that each have their evidence', async () => {
    const ticket = await open({ tests }, (run) => run.check?.purpose === 'batch');
    const [task] = await world.store.view.tasks.list(ticket.id);
    expect(task?.state).toMatchObject({ status: 'failed', reason: expect.stringContaining('REQ-1.2') });
    expect(task?.round).toBe(4);
    const rows = (await proofs()).filter(({ purpose }) => purpose === 'batch');
    expect(rows).toHaveLength(4);
  });

  it('are asked for a task of examples, too, where the project wants every criterion tested by others', async () => {
    const late = { end: { type: 'failed', reason: 'turn-limit', message: 'All 40 turns.' } } as const;
    expect((await open(late, () => false, { independent: 'criteria' }, apart)).status).toBe('completed');
    expect((await verifiers()).map(({ role }) => role)).toEqual(['verifier', 'verifier']);
    const final = (await proofs()).filter(({ purpose }) => purpose === 'final');
    expect(final.map(({ task, criterion }) => `${task} ${criterion}`).sort()).toEqual([
      'T1 REQ-1.1',
      'T1 REQ-1.2',
      'T2 REQ-2.1',
    ]);
  });

  it('cost the task nothing where the verifier fails: the criterion says why there are none', async () => {
    const ticket = await open({ end: { type: 'failed', reason: 'turn-limit', message: 'All 40 turns.' } });
    expect(ticket.status).toBe('completed');
    const missing = 'the verifier ended without a result (turn-limit): All 40 turns.';
    expect(await proofs()).toMatchObject([
      { purpose: 'batch', criterion: 'REQ-1.2', missing },
      { purpose: 'final', criterion: 'REQ-1.2', missing },
    ]);
    expect(await world.events()).toContain('task.unproved.v1');
  });

  it('are asked for again where the work could not even be built', async () => {
    const end = { type: 'failed', reason: 'untestable', message: 'No Debug (`cargo build` fails)' } as const;
    const ticket = await open(
      (builds) => (builds === 1 ? { end } : { tests }),
      () => false,
      {},
      planOf(1),
      ({ check }, builds) => check?.purpose === 'batch' && builds === 1,
    );
    expect(ticket.status).toBe('completed');
    expect(
      (await verifiers()).map(({ state }) => state.status === 'ended' && state.outcome.type).sort(),
    ).toEqual(['failed', 'tests']);
    const [final] = (await proofs()).filter(({ purpose }) => purpose === 'final');
    expect(final).toMatchObject({ missing: null, runs: [{ outcome: 'passed' }] });
  });

  it.each([
    ['all', 2],
    ['T2 by its command', 1],
  ] as const)(
    'are asked for every criterion where tests have no names, unless a command shows it: %s',
    async (nameless, asked) => {
      const said = {
        ...tests,
        properties: [...tests.properties, { criterion: 'REQ-2.1', name: 'adds', least: 1 }],
      };
      const ticket = await open(
        { tests: said },
        () => false,
        {},
        apart,
        () => false,
        nameless,
      );
      expect(ticket).toMatchObject({ status: 'completed', nameless: true });
      expect(await verifiers()).toHaveLength(asked);
      const missing = (await proofs()).flatMap((one) => (one.missing === null ? [] : [one.criterion]));
      expect(missing).toEqual([]);
    },
  );
});
