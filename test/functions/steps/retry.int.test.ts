/** A ticket that is over, tried again at a person's word, along the whole road. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { retryHandlers } from '#functions/api/retry.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { checked, merges, openRoad, type Script } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const gates = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;

/** Every work of T1 fails its check until a person has said something. */
const script =
  (tasks: number): Script =>
  (run, key) => {
    if (run.kind === 'check') {
      const stubborn = Array.from({ length: 9 }, (_, round) => `T1 builder ${round}`);
      return stubborn.some((work) => merges(run, work)) ? checked(run, 1, ['greets']) : checked(run);
    }
    if (run.role === 'builder') {
      const told = run.feedback?.includes('ada says') || (key !== 'T1' && `${key} builder`);
      return { work: told ? `${key} told ${run.id}` : `${key} builder ${run.round}` };
    }
    if (run.role === 'diagnostician') return { end: { type: 'failed', reason: 'stuck', message: 'None.' } };
    const documents = {
      explorer: exploration,
      analyst: requirements,
      architect: design,
      planner: planOf(tasks),
    };
    const document = new Map<string, unknown>(Object.entries(documents)).get(run.role);
    return document === undefined ? 'silent' : { document };
  };

/** As the API is asked. */
async function retry(ticket: string): Promise<void> {
  const { store } = world;
  const at = new Date().toISOString();
  const call = {
    ...{ params: { ticket }, query: {}, body: { comment: 'Say hello.' }, actor: 'ada', at },
    transact: <T>(act: Parameters<typeof store.transaction<T>>[0]) => store.transaction(act),
  };
  await retryHandlers.retryTicket(call as never, { newId } as never);
}

it('a failed ticket goes on from its tasks, with the words of whoever asked, and is delivered', async () => {
  world = await road.world(script(1), { project: { gates } });
  await world.submit();
  const failed = await world.reach('completed', 'failed');
  expect(failed.status).toBe('failed');
  await retry(failed.id);
  const done = await world.reach('completed', 'failed');
  expect(done).toMatchObject({ status: 'completed', reason: null, reopened: 1 });
  const [task] = await world.store.view.tasks.list(done.id);
  expect(task).toMatchObject({ generation: 2, state: { status: 'done' } });
  const builders = (await world.store.view.runs.list({ ticketId: done.id })).filter(
    ({ role }) => role === 'builder',
  );
  expect(builders.map(({ round }) => round).sort()).toEqual([1, 1, 2, 3, 4]);
  const second = builders.find(({ feedback }) => feedback?.includes('ada says: Say hello.'));
  expect(second?.feedback).toContain('greets');
  // What went before it was neither asked nor paid for again.
  const explorers = (await world.store.view.runs.list({ ticketId: done.id })).filter(
    ({ role }) => role === 'explorer',
  );
  expect(explorers).toHaveLength(1);
});

it('a delivered ticket is tried again for the task that failed, and its pull request is made ready', async () => {
  world = await road.world(script(2), { project: { gates } });
  await world.submit();
  const first = await world.reach('completed', 'failed');
  const before = await world.store.view.pulls.byTicket(first.id);
  expect(before).toMatchObject({ draft: true });
  expect(before?.body).toContain('## Missing');
  await retry(first.id);
  const second = await world.reach('completed', 'failed');
  const pull = await world.store.view.pulls.byTicket(second.id);
  expect(pull).toMatchObject({ id: before?.id, draft: false });
  expect(pull?.body).not.toContain('## Missing');
  const tasks = await world.store.view.tasks.list(second.id);
  expect(tasks.map(({ state, generation }) => [state.status, generation])).toEqual([
    ['done', 2],
    ['done', 1],
  ]);
});

it('a draft whose tasks are all done has its commit checked once more, and is made ready by what that shows', async () => {
  let unlucky = true;
  const chance: Script = (run, key) => {
    if (run.role === 'builder') return { work: `fine ${run.id}` };
    if (run.kind !== 'check') return script(1)(run, key);
    const act = checked(run);
    if (run.check?.purpose !== 'final' || !unlucky || act === 'silent' || !('check' in act)) return act;
    if (act.check.type !== 'checked' || !act.check.proof) return act;
    return { check: { ...act.check, proof: { ...act.check.proof, named: [] } } };
  };
  world = await road.world(chance, { project: { gates } });
  await world.submit();
  const first = await world.reach('completed', 'failed');
  expect(await world.store.view.pulls.byTicket(first.id)).toMatchObject({ draft: true });
  unlucky = false;
  await retry(first.id);
  const second = await world.reach('completed', 'failed');
  expect(await world.store.view.pulls.byTicket(second.id)).toMatchObject({ draft: false });
  const finals = (await world.store.view.runs.list({ ticketId: first.id })).filter(
    ({ check }) => check?.purpose === 'final',
  );
  expect(finals).toHaveLength(2);
  expect(new Set(finals.map(({ check }) => check?.head)).size).toBe(1);
});
