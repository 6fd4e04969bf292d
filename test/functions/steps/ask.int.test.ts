import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '#core/run/run.ts';
import { toDecide } from '#core/verify/report.ts';
import type { Finding } from '#core/verify/tamper/finding.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { until } from '#test/local/states/host.ts';
import { type Act, checked, openRoad, type Script } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const auto = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;
const documents = { explorer: exploration, analyst: requirements, architect: design, planner: planOf(2) };

const finding: Finding = {
  ...{ file: 'test/cart.test.ts', line: 3, side: 'before', kind: 'removed-test', severity: 'high' },
  ...{ hunk: "-test('adds', () => {});", message: 'The test "adds" is gone.' },
};

const touched: Finding = {
  ...{ file: 'infra/main.tf', line: 1, side: 'after', kind: 'protected-path', severity: 'high' },
  ...{ hunk: '+b = 9', message: 'It changes infra/main.tf, which is protected.' },
};

/** What the harness finds in the first round of T1. */
let found: Finding = finding;

/** Leaves out the first round's work of T1, as the harness does, until a person has accepted the finding. */
function scanned(run: Run): Act {
  const works = run.check?.works ?? [];
  const bad = works.find(({ key, merge }) => key === 'T1' && merge.message.includes('T1 builder 1'));
  const accepted = run.check?.proof?.accepted.flatMap(({ findings }) => findings) ?? [];
  if (!bad || !run.check || toDecide([found], accepted).length === 0) return checked(run);
  const refused = [{ reason: 'tampered' as const, taskId: bad.taskId, findings: [found] }];
  const rest = works.filter((work) => work !== bad);
  if (rest.length === 0) return { check: { type: 'unmerged', refused } };
  const act = checked({ ...run, check: { ...run.check, works: rest } });
  if (act === 'silent' || !('check' in act) || act.check.type !== 'checked') return act;
  return { check: { ...act.check, refused } };
}

const script: Script = (run, key) => {
  if (run.check?.purpose === 'batch') return scanned(run);
  if (run.kind === 'check') return checked(run);
  if (run.role === 'builder') return { work: `${key} builder ${run.round}` };
  const document = new Map<string, unknown>(Object.entries(documents)).get(run.role);
  return document === undefined ? 'silent' : { document };
};

async function open(one: Finding = finding, parallelTasks = 2) {
  found = one;
  const project = { gates: auto, parallelTasks, protectedPaths: ['infra/**'] };
  world = await road.world(script, { project });
  await world.submit();
  await world.reach('waiting');
  const gate = (await world.store.view.gates.list(world.ticket.id)).find(({ tamper }) => tamper !== null);
  const said = expect.stringMatching(/^T\d/);
  expect(gate).toMatchObject({
    phase: 'tasks',
    state: { status: 'open' },
    tamper: { findings: [one], said },
  });
}

const builders = async () =>
  (await world.store.view.runs.list({ ticketId: world.ticket.id })).filter(({ role }) => role === 'builder');

describe('grave findings of the tamper report', () => {
  it('wait for a person; accepted, the same work is merged and they stop nothing more', async () => {
    await open();
    const log = await world.store.view.outbox.list({ ticketId: world.ticket.id, after: 0, limit: 1000 });
    const why = 'A person decides: test/cart.test.ts:3: The test "adds" is gone.';
    const asked = log.filter(
      ({ type, data }) => type === 'task.dequeued.v1' && 'next' in data && data.next === 'ask',
    );
    expect(asked).toMatchObject([{ data: { key: 'T1', why } }]);
    await world.decide('tasks');
    const ticket = await world.reach('completed', 'failed');
    expect(ticket.status).toBe('completed');
    expect((await builders()).map(({ round }) => round)).toEqual([1, 1]);
    const gates = (await world.store.view.gates.list(ticket.id)).filter(({ tamper }) => tamper !== null);
    expect(gates.map(({ state }) => state.status)).toEqual(['approved']);
  });

  it('hold no slot while the person thinks: the next task is built meanwhile', async () => {
    await open(finding, 1);
    const merged = async () =>
      (await world.store.view.tasks.list(world.ticket.id)).map(({ key, state }) => [key, state.status]);
    await until(async () => (await merged()).some(([key, status]) => key === 'T2' && status === 'done'));
    expect(await merged()).toEqual([
      ['T1', 'verifying'],
      ['T2', 'done'],
    ]);
    await world.decide('tasks');
    expect((await world.reach('completed', 'failed')).status).toBe('completed');
    expect((await builders()).map(({ round }) => round)).toEqual([1, 1]);
  });

  it('rejected, go back to the builder with the words and the hunk', async () => {
    await open();
    await world.decide('tasks', 'Keep the test.');
    const ticket = await world.reach('completed', 'failed');
    expect(ticket.status).toBe('completed');
    const second = (await builders()).find(({ round }) => round === 2);
    expect(second?.feedback).toContain('Keep the test.');
    expect(second?.feedback).toContain(finding.hunk);
  });
});

describe('work that changes protected paths', () => {
  it('waits for a person: the check is told what the project protects, and what is protected always', async () => {
    await open(touched);
    const runs = await world.store.view.runs.list({ ticketId: world.ticket.id });
    const plans = runs.flatMap(({ check }) =>
      check?.purpose === 'batch' && check.proof ? [check.proof] : [],
    );
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      expect(plan.protected).toEqual(expect.arrayContaining(['infra/**', '.github/**', '**/CODEOWNERS']));
    }
    await world.decide('tasks');
    expect((await world.reach('completed', 'failed')).status).toBe('completed');
    expect((await builders()).map(({ round }) => round)).toEqual([1, 1]);
  });

  it('goes back to its builder with the words of whoever refused it', async () => {
    await open(touched);
    await world.decide('tasks', 'Leave the servers alone.');
    expect((await world.reach('completed', 'failed')).status).toBe('completed');
    const second = (await builders()).find(({ round }) => round === 2);
    expect(second?.feedback).toMatch(/^The change of protected paths was refused: Leave the servers alone\./);
    expect(second?.feedback).toContain('+b = 9');
  });
});
