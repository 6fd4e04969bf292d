import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { eventOf } from '#core/events/event.ts';
import { decideTask } from '#core/task/task.ts';
import { decideTicket, evolveTicket } from '#core/ticket/decide.ts';
import { ticketExecution } from '#core/ticket/execution.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { checked, openRoad, type Script } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => {
  Object.assign(answered, { by: '', unchanged: true });
  return world.close();
});

const documents = { explorer: exploration, analyst: requirements, architect: design, planner: planOf(1) };
/** Which task's builder changes nothing, and what it says. */
const answered = { by: '', words: '', unchanged: true };
const script: Script = (run, key) => {
  if (run.kind === 'check') return checked(run);
  if (run.role === 'builder' && key === answered.by)
    return { work: answered.words, ...(answered.unchanged && { unchanged: true as const }) };
  if (run.role === 'builder') return { work: `${key} builder ${run.id}` };
  if (run.role === 'diagnostician') return { end: { type: 'failed', reason: 'stuck', message: 'None.' } };
  const document = new Map<string, unknown>(Object.entries(documents)).get(run.role);
  return document === undefined ? 'silent' : { document };
};

/** A ticket of one task, delivered; `ask` sends a review of it. */
async function delivered() {
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
  const ask = (text: string) =>
    world.steps({
      ...{ step: 'forge.hear', key: `delivery of ${ticketId}` },
      event: {
        ...{ type: 'reviewed', repo: project.repo, number: first.number, by: 'bob', id: 'r1', member: true },
        ...{ url: 'https://forge.test/r1', verdict: 'changes', text },
        notes: [{ path: 'src/a.ts', line: 3, text: 'A word on this line.' }],
      },
    });
  return { ticketId, first, ask };
}

it('a review that asks for more leads to tasks, and the one pull request is brought up to date in place', async () => {
  const { ticketId, first, ask } = await delivered();
  expect(await ask('Say why a coupon is refused.')).toMatchObject({ did: ['TKT-1 goes on with T2.'] });
  const again = await world.reach('completed', 'failed');
  expect(again).toMatchObject({ status: 'completed', reopened: 1 });
  const tasks = await world.store.view.tasks.list(ticketId);
  expect(tasks.map(({ key, title, state }) => `${key} ${title}: ${state.status}`)).toEqual([
    expect.stringMatching(/^T1 .*: done$/),
    'T2 Review by bob: Say why a coupon is refused.: done',
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

it('a review that only asks is answered in the pull request: its task is done, and the branch stands where it stood', async () => {
  const { ticketId, first, ask } = await delivered();
  Object.assign(answered, { by: 'T2', words: 'Coupons are refused by their date: see src/a.ts.' });
  await ask('Why are coupons refused?');
  const again = await world.reach('completed', 'failed');
  expect(again).toMatchObject({ status: 'completed', headCommit: first.headCommit });
  const [, task] = await world.store.view.tasks.list(ticketId);
  expect(task?.state).toMatchObject({ status: 'done', unchanged: true, commit: first.headCommit });
  const built = (await world.store.view.runs.list({ taskId: task?.id ?? ('task_' as never) })).filter(
    ({ role }) => role === 'builder',
  );
  expect(built).toHaveLength(1);
  // The commit was checked before; its evidence stands, each row once.
  const checks = await world.store.view.runs.list({ ticketId, kind: 'check' });
  expect(checks.filter(({ check }) => check?.purpose === 'final')).toHaveLength(1);
  const rows = (await world.store.view.evidence.list(ticketId)).filter(({ purpose }) => purpose === 'final');
  expect(new Set(rows.map(({ name, taskId }) => `${name} ${taskId}`)).size).toBe(rows.length);
  const second = await world.store.view.pulls.byTicket(ticketId);
  expect(second?.body).toContain('2 of 2 tasks done');
  expect(second?.body).toContain(
    '**T2** Review by bob: Why are coupons refused? (nothing had to change)\n\n> Coupons are refused by their date',
  );
  expect(world.log).toEqual([]);
});

it('what was merged, and begins anew without having to change, is checked again and stays where it was', async () => {
  const { ticketId, first } = await delivered();
  const [task] = await world.store.view.tasks.list(ticketId);
  if (task?.state.status !== 'done') throw new Error('it is not done');
  const { commit } = task.state;
  Object.assign(answered, { by: 'T1', words: 'It stands as it is.', unchanged: false });
  await world.store.transaction(async (tx) => {
    const now = await tx.tickets.get(ticketId);
    if (!now) throw new Error('the ticket is gone');
    const [fact] = decideTicket(now, { type: 'reopen' });
    const at = new Date().toISOString();
    const ticket = await tx.tickets.update(fact ? evolveTicket(now, fact, at) : now);
    await tx.tasks.update(decideTask(task, { type: 'reopen', feedback: 'The requirements changed.' }, at));
    const telling = { newId, at, projectId: ticket.projectId, ticketId, actor: 'ada' };
    const said = { why: 'x', by: 'ada', tasks: ['T1'], execution: ticketExecution(ticket) };
    await tx.outbox.append([eventOf(telling, ticketId, 'ticket.reworked.v1', said)]);
  });
  world.dispatcher.notify();
  const again = await world.reach('completed', 'failed');
  expect(again).toMatchObject({ status: 'completed', reopened: 1 });
  expect(again.headCommit).toBe(first.headCommit);
  const [stood] = await world.store.view.tasks.list(ticketId);
  expect(stood?.state).toMatchObject({ status: 'done', commit, checked: again.headCommit });
  const own = (await world.store.view.evidence.list(ticketId)).filter(({ taskId }) => taskId === task.id);
  expect(new Set(own.map(({ runId }) => runId)).size).toBe(2);
  expect(own.every((one) => one.commit === again.headCommit)).toBe(true);
  expect((await world.store.view.pulls.byTicket(ticketId))?.body).toContain(
    'criteria proven, 1 of 1 tasks done',
  );
  expect(world.log).toEqual([]);
});

it('work that says that nothing had to change is empty work where nobody asked', async () => {
  Object.assign(answered, { by: 'T1', words: 'It is so already.' });
  const gates = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;
  world = await road.world(script, { project: { gates } });
  await world.submit();
  const { id: ticketId } = await world.reach('completed', 'failed');
  const [task] = await world.store.view.tasks.list(ticketId);
  expect(task?.state).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('The submitted work is empty: it changes no file.'),
  });
});
