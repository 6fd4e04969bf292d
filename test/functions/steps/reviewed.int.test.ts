import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { checked, openRoad, type Script } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const documents = { explorer: exploration, analyst: requirements, architect: design, planner: planOf(1) };
const script: Script = (run, key) => {
  if (run.kind === 'check') return checked(run);
  if (run.role === 'builder') return { work: `${key} builder ${run.id}` };
  const document = new Map<string, unknown>(Object.entries(documents)).get(run.role);
  return document === undefined ? 'silent' : { document };
};

it('a review that asks for more leads to a task, and the one pull request is brought up to date in place', async () => {
  const gates = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;
  world = await road.world(script, {
    project: { gates },
    pull: { number: 7, url: 'https://forge.test/pull/7' },
  });
  await world.submit();
  const { id: ticketId, projectId } = await world.reach('completed', 'failed');
  const first = await world.store.view.pulls.byTicket(ticketId);
  const project = await world.store.view.projects.get(projectId);
  if (!first || !project) throw new Error('nothing was delivered');
  const event = {
    ...{ type: 'reviewed', repo: project.repo, number: first.number, by: 'bob', id: 'r1', member: true },
    ...{ url: 'https://forge.test/r1', verdict: 'changes', text: 'Say why a coupon is refused.' },
    notes: [{ path: 'src/a.ts', line: 3, text: 'A word on this line.' }],
  };
  expect(await world.steps({ step: 'forge.hear', key: 'delivery-1', event })).toMatchObject({
    did: ['TKT-1 goes on with T2.'],
  });
  const again = await world.reach('completed', 'failed');
  expect(again).toMatchObject({ status: 'completed', reopened: 1 });
  const tasks = await world.store.view.tasks.list(ticketId);
  expect(tasks.map(({ key, title, state }) => `${key} ${title}: ${state.status}`)).toEqual([
    expect.stringMatching(/^T1 .*: done$/),
    'T2 Review by bob: done',
  ]);
  const second = await world.store.view.pulls.byTicket(ticketId);
  expect(second).toMatchObject({ id: first.id, number: first.number, branch: first.branch, state: 'open' });
  expect(second?.headCommit).toBe(again.headCommit);
  expect(second?.headCommit).not.toBe(first.headCommit);
  expect(first.body).toContain('1 of 1 tasks done');
  expect(second?.body).toContain('2 of 2 tasks done');
  expect(second?.body).toContain('**T2** Review by bob');
  const told = await world.events();
  expect(told.filter((type) => type === 'pull.opened.v1')).toHaveLength(1);
  expect(told.filter((type) => type === 'pull.updated.v1')).toHaveLength(1);
  expect(world.log).toEqual([]);
});
