import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { taskOfFinding } from '#core/discovery/work.ts';
import { TaskKey } from '#core/task/task.ts';
import { finding } from '#test/core/discovery/samples.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';
import { openScene, type Scene, start } from './scene.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(() => db.close());

const bug = { kind: 'bug', title: 'Off by one', detail: 'The last day counts twice.' };
const report = async (scene: Scene, body: unknown, headers?: Record<string, string>) => {
  const answer = await scene.post('/v1/run/discoveries', body, headers);
  return { status: answer.status, ...JSON.parse(await answer.text()) };
};
const tasksOf = (scene: Scene) => scene.store.view.tasks.list(scene.ticket.id);
const found = (scene: Scene) => scene.store.view.discoveries.list(scene.ticket.id);
const runOf = (scene: Scene) => scene.store.view.runs.get(scene.run.id);

describe('a finding', () => {
  it('becomes a task that knows where it comes from, and the scheduler hears of it', async () => {
    const scene = await openScene(db.store);
    const criteria = [{ text: 'addDays(1) is tomorrow.' }];
    const reply = await report(scene, { ...bug, criteria, writes: ['src/days.ts'], estimateMinutes: 20 });
    expect(reply).toMatchObject({
      accepted: true,
      hold: null,
      message: expect.stringContaining('It is T2 now'),
    });
    const [, task] = await tasksOf(scene);
    const [discovery] = await found(scene);
    expect(discovery).toMatchObject({
      parent: 'T1',
      depth: 1,
      decision: { status: 'accepted', taskKey: 'T2' },
    });
    expect(task).toMatchObject({
      ...{ key: 'T2', title: 'Off by one', criteria: ['T2.1'], writes: ['src/days.ts'], estimateMinutes: 20 },
      ...{ origin: discovery?.id, state: { status: 'pending' } },
      goal: 'The last day counts twice.\n\nFound by T1’s builder.',
    });
    expect(await scene.events()).toEqual([
      'task.planned.v1',
      'discovery.recorded.v1',
      'discovery.accepted.v1',
    ]);
  });

  it('reported again, by whichever attempt, is the same finding', async () => {
    const scene = await openScene(db.store);
    const first = await report(scene, bug);
    expect(await report(scene, bug)).toEqual(first);
    await scene.store.transaction(async (tx) => {
      const run = await tx.runs.get(scene.run.id);
      if (run) await tx.runs.update({ ...run, attempt: 2 });
    });
    expect(await report(scene, bug, await scene.as(2))).toEqual(first);
    expect(await tasksOf(scene)).toHaveLength(2);
    expect(await found(scene)).toHaveLength(1);
  });

  it('reported by two at once is one task', async () => {
    const scene = await openScene(db.store);
    const twin = { ...scene.run, id: newId('run') };
    await scene.store.transaction((tx) => tx.runs.insert(twin));
    const other = { authorization: `Bearer ${await scene.tokenOf(1, twin.id)}` };
    const replies = await Promise.all([report(scene, bug), report(scene, bug, other)]);
    expect(replies.map(({ accepted }) => accepted).sort()).toEqual([false, true]);
    expect(await tasksOf(scene)).toHaveLength(2);
  });

  it('that is much like another is refused, and says which', async () => {
    const scene = await openScene(db.store);
    await report(scene, bug);
    const reply = await report(scene, { ...bug, title: 'Off by one!' });
    expect(reply).toMatchObject({ accepted: false, message: expect.stringContaining('it is T2') });
    expect((await found(scene)).map(({ decision }) => decision)).toMatchObject([
      { status: 'accepted' },
      { status: 'refused', guard: 'duplicate' },
    ]);
    expect((await scene.events()).at(-1)).toBe('discovery.refused.v1');
  });

  it('that nobody can pay for is refused', async () => {
    const scene = await openScene(db.store, { budgetMicros: 1_000_000 });
    expect(await report(scene, bug)).toMatchObject({
      accepted: false,
      message: expect.stringContaining('budget'),
    });
    expect(await tasksOf(scene)).toHaveLength(1);
  });

  it('that names what is not there changes nothing, and can be said better', async () => {
    const scene = await openScene(db.store);
    const reply = await report(scene, { ...bug, dependsOn: ['T7'] });
    expect(reply).toMatchObject({ accepted: false, message: 'There is no task T7.' });
    expect(await found(scene)).toEqual([]);
    expect(await report(scene, { ...bug, kind: 'rumour' })).toMatchObject({ status: 422 });
    expect(await report(scene, { ...bug, detail: 'a\u0000b' })).toMatchObject({ status: 422 });
  });

  it('makes those that need it wait', async () => {
    const scene = await openScene(db.store);
    const by = { ticketId: scene.ticket.id, origin: newId('discovery'), by: '', at: start };
    const waiting = taskOfFinding(finding(), { ...by, id: newId('task'), key: TaskKey.parse('T2') });
    await scene.store.transaction((tx) => tx.tasks.insert({ ...waiting, state: { status: 'ready' } }));
    await report(scene, { kind: 'integration', title: 'Wire the mailer', detail: '', neededBy: ['T2'] });
    expect(await tasksOf(scene)).toMatchObject([
      {},
      { dependsOn: ['T3'], state: { status: 'pending' } },
      { key: 'T3' },
    ]);
  });

  it('before execution is a note, which later runs of the ticket are told', async () => {
    const run = { taskId: null, phase: 'explore', role: 'explorer' } as const;
    const scene = await openScene(db.store, { run });
    expect(await report(scene, bug)).toMatchObject({
      accepted: true,
      message: expect.stringContaining('phases after'),
    });
    expect(await tasksOf(scene)).toHaveLength(1);
    expect(await (await scene.get('/v1/run')).json()).toMatchObject({ notes: [] });
    const next = { ...scene.run, id: newId('run'), role: 'analyst', phase: 'requirements' } as const;
    await scene.store.transaction((tx) => tx.runs.insert(next));
    const authorization = `Bearer ${await scene.tokenOf(1, next.id)}`;
    const brief = await scene.request('GET', '/v1/run', undefined, { authorization });
    expect(await brief.json()).toMatchObject({ notes: [{ kind: 'bug', title: 'Off by one' }] });
  });

  it('on a ticket from outside the team is a note for people', async () => {
    const scene = await openScene(db.store, { ticket: { tainted: true } });
    expect(await report(scene, bug)).toMatchObject({
      accepted: true,
      message: expect.stringContaining('outside'),
    });
    expect(await tasksOf(scene)).toHaveLength(1);
  });

  it('of a ticket that is over is answered as an attempt that is over', async () => {
    const scene = await openScene(db.store, { ticket: { status: 'cancelled', reason: 'No.' } });
    expect(await report(scene, bug)).toMatchObject({ status: 409, code: 'illegal-transition' });
    expect(await found(scene)).toEqual([]);
  });
});

describe('a blocking dependency', () => {
  const needed = { kind: 'dependency', title: 'A clock', detail: 'Time as an argument.', blocking: true };

  it('holds the run, and its next attempt hears what came of it', async () => {
    const scene = await openScene(db.store);
    expect(await report(scene, needed)).toMatchObject({ accepted: true, hold: 'dependency' });
    expect(await runOf(scene)).toMatchObject({ state: { status: 'held', reason: 'dependency' } });
    const [source, task] = await tasksOf(scene);
    expect(source?.state).toMatchObject({ status: 'running', waitsFor: 'T2' });
    expect((await scene.events()).slice(-3)).toEqual([
      'discovery.accepted.v1',
      'task.waiting.v1',
      'run.held.v1',
    ]);
    await scene.store.transaction(async (tx) => {
      const run = await tx.runs.get(scene.run.id);
      if (!run || !source || !task) return;
      await tx.runs.update({ ...run, attempt: 2, state: { status: 'requested', at: start } });
      await tx.tasks.update({ ...source, state: { status: 'running', since: start } });
      await tx.tasks.update({ ...task, state: { status: 'failed', reason: 'No clock fits.', at: start } });
    });
    const heard = await report(scene, needed, await scene.as(2));
    expect(heard).toMatchObject({
      accepted: true,
      hold: null,
      message: expect.stringContaining('T2 is failed: No clock fits.'),
    });
  });
});

describe('a clarification', () => {
  const asked = { kind: 'clarification', title: 'How long is a loan?', detail: '' };

  it('asks a person, holds the run, and the answer is the answer to the report', async () => {
    const scene = await openScene(db.store);
    expect(await report(scene, asked)).toMatchObject({ accepted: true, hold: 'question' });
    const [question] = await scene.store.view.notes.questions({ runId: scene.run.id });
    expect(question).toMatchObject({ text: 'How long is a loan?', answer: null });
    await scene.store.transaction(async (tx) => {
      const run = await tx.runs.get(scene.run.id);
      if (!run || !question) return;
      await tx.notes.answerQuestion(question.id, { text: 'Two weeks.', by: 'ada', at: start });
      await tx.runs.update({ ...run, attempt: 2, state: { status: 'requested', at: start } });
    });
    const heard = await report(scene, asked, await scene.as(2));
    expect(heard).toMatchObject({ accepted: true, hold: null, message: 'Answer: Two weeks.' });
    const brief = await scene.request('GET', '/v1/run', undefined, await scene.as(2));
    // It would otherwise be taken for the answer to the next question of the tool `ask`.
    expect(await brief.json()).toMatchObject({ answers: [] });
  });
});
