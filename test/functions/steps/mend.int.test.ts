/** A finished branch that fails its last check, along the whole road; and tests that fail only sometimes. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Run } from '#core/run/run.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { type Act, checked, openRoad } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const documents = { explorer: exploration, analyst: requirements, architect: design, planner: planOf(1) };
const gates = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;

/** Submits a ticket whose checks go like this; the pull request that comes of it. */
async function delivered(check: (run: Run, finals: number) => Act, draft: 'never' | 'unproven' = 'unproven') {
  let finals = 0;
  world = await road.world(
    (run, key) => {
      if (run.kind === 'check') {
        if (run.check?.purpose === 'final') finals += 1;
        return check(run, finals);
      }
      if (run.role === 'builder') return { work: `${key} builder ${run.id}` };
      const document = new Map<string, unknown>(Object.entries(documents)).get(run.role);
      return document === undefined ? 'silent' : { document };
    },
    { project: { gates, draft } },
  );
  await world.submit();
  const { id, status, reason } = await world.reach('completed', 'failed');
  expect([status, reason]).toEqual(['completed', null]);
  const pull = await world.store.view.pulls.byTicket(id);
  const tasks = await world.store.view.tasks.list(id);
  const runs = await world.store.view.runs.list({ ticketId: id });
  const evidence = await world.store.view.evidence.list(id);
  return { pull, tasks, runs, evidence };
}

const redWhen = (red: boolean, run: Run) => (red ? checked(run, 1, ['whole is sound']) : checked(run));

it('is mended by a task of its own, whose builder is told what fails', async () => {
  const { pull, tasks, runs } = await delivered((run, finals) =>
    redWhen(run.check?.purpose === 'final' && finals === 1, run),
  );
  expect(tasks.map(({ key, title, state }) => [key, title, state.status])).toEqual([
    ['T1', expect.any(String), 'done'],
    ['T2', 'Mend the finished branch', 'done'],
  ]);
  const builder = runs.find(({ role, taskId }) => role === 'builder' && taskId === tasks[1]?.id);
  expect(builder?.feedback).toContain('The finished branch fails: `npm test` (test) exited with code 1');
  expect(builder?.feedback).toContain('whole is sound');
  expect(pull).toMatchObject({ draft: false, draftNote: null });
});

it('is delivered as a draft that says what fails once enough was tried, whatever the project says of drafts', async () => {
  const { pull, tasks } = await delivered((run) => redWhen(run.check?.purpose === 'final', run), 'never');
  expect(tasks.map(({ state }) => state.status)).toEqual(['done', 'done', 'done']);
  expect(pull?.draft).toBe(true);
  expect(pull?.draftNote).toMatch(
    /^`npm test` fails on the delivered commit\. 3 of 3 criteria are not proven/,
  );
  expect(pull?.body).toContain('**Not ready to be merged:** `npm test` fails on the delivered commit.');
});

it('a flaky test of the repository costs no round, and the pull request names it', async () => {
  const { pull, tasks, evidence } = await delivered((run) => {
    const act = checked(run);
    if (run.check?.purpose === 'baseline' || act === 'silent' || !('check' in act)) return act;
    const { check } = act;
    const test = check.type === 'checked' ? check.commands.at(-1) : undefined;
    if (test === undefined) return act;
    const { exitCode: _passed, ...known } = test;
    const tests = { framework: 'node:test', run: 3, failed: 1, skipped: 0, failures: ['wobbles'] } as const;
    test.earlier = [{ ...known, exitCode: 1, tests: { ...tests, failures: ['wobbles'] } }];
    test.flaky = [{ name: 'wobbles', own: false }];
    return act;
  });
  expect(tasks.map(({ state, round }) => [state.status, round])).toEqual([['done', 1]]);
  const final = evidence.filter(({ purpose, name }) => purpose === 'final' && name === 'test');
  expect(final.map(({ exitCode, verdict }) => [exitCode, verdict])).toEqual([
    [1, 'flaky'],
    [0, 'passed'],
  ]);
  expect(pull).toMatchObject({ draft: false });
  expect(pull?.body).toContain('- Flaky: `wobbles` failed, and passed when the command ran again');
});

it('work whose claims name tests that did not run is given back once, though everything passes', async () => {
  const { tasks, runs, pull } = await delivered((run) => {
    const act = checked(run);
    if (run.check?.purpose !== 'batch' || act === 'silent' || !('check' in act)) return act;
    const { check } = act;
    const [claim] = run.check.proof?.claims ?? [];
    // As the harness does: only where it is insisted on.
    if (check.type === 'checked' && check.proof && claim && run.check.proof?.insist?.includes(claim.task))
      check.proof.unrun = [{ ...claim, alike: ['cart > adds'] }];
    return act;
  });
  expect(tasks.map(({ state, round }) => [state.status, round])).toEqual([['done', 2]]);
  const second = runs.find(({ role, round }) => role === 'builder' && round === 2);
  expect(second?.feedback).toMatch(/^Verification failed: everything passes, but no test that the claim of /);
  expect(second?.feedback).toContain('It did run: “cart > adds”.');
  // What fails by itself is not checked a second time alone.
  expect(runs.filter(({ check }) => check?.purpose === 'batch')).toHaveLength(2);
  expect(pull).toMatchObject({ draft: false });
});
