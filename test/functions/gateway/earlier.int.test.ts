/** What a task's run is told of the work before it: its own, and that of other tasks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { RunBrief } from '#core/run/protocol.ts';
import { TaskKey } from '#core/task/task.ts';
import type { CheckResult } from '#core/verify/check.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';
import { commit, openScene, start } from './scene.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(() => db.close());

describe('the work before a run', () => {
  it('tells a task what is in its checkout already, of what it builds on in its author’s words', async () => {
    const scene = await openScene(db.store);
    const bundle = scene.upload('work-1.bundle');
    await scene.post('/v1/run/work', {
      tip: commit('d'),
      bundle,
      summary: 'Holds lie in holds.json.',
      claims: [],
    });
    const run = { ...scene.run, id: newId('run'), taskId: newId('task') };
    await scene.store.transaction(async (tx) => {
      const before = (await tx.tasks.list(scene.ticket.id))[0];
      if (!before) throw new Error('no task');
      const done = { status: 'done' as const, commit: commit('d'), at: start };
      await tx.tasks.update({ ...before, state: done });
      const dependsOn = [before.key];
      await tx.tasks.insert({ ...before, id: run.taskId, key: TaskKey.parse('T2'), dependsOn, version: 0 });
      const late = { ...done, at: '2999-01-01T00:00:00.000Z' };
      for (const [key, state] of [['T3', done] as const, ['T4', late] as const])
        await tx.tasks.insert({ ...before, id: newId('task'), key: TaskKey.parse(key), state, version: 0 });
      await tx.runs.insert(run);
    });
    const authorization = `Bearer ${await scene.tokenOf(1, run.id)}`;
    const brief = RunBrief.parse(
      await (await scene.request('GET', '/v1/run', undefined, { authorization })).json(),
    );
    expect(brief.task?.after).toEqual([
      { key: 'T1', title: 'Holds in a file', summary: 'Holds lie in holds.json.' },
      { key: 'T3', title: 'Holds in a file', summary: '' },
    ]);
  });

  it('tells what the base commit’s commands leave and how long they take, and whether tests have names', async () => {
    const scene = await openScene(db.store);
    const told = async () => RunBrief.parse(await (await scene.get('/v1/run')).json());
    expect(await told()).toMatchObject({ nameless: false, leaves: [] });
    const base = { ...scene.run, id: newId('run'), kind: 'check' as const, role: 'verifier' as const };
    const result: CheckResult = {
      ...{ type: 'checked', commit: commit('a'), tree: commit('b'), bundle: null, works: [], refused: [] },
      ...{ commands: [], leaves: ['lib.a', 'out/'] },
    };
    const outcome = { type: 'check', result } as const;
    await scene.store.transaction(async (tx) => {
      await tx.tickets.update({ ...scene.ticket, nameless: true });
      const state = { status: 'ended', outcome, at: start, startedAt: start } as const;
      await tx.runs.insert({ ...base, taskId: null, state });
      await tx.evidence.insert({
        ...{ id: newId('evidence'), ticketId: scene.ticket.id, taskId: null, runId: base.id, attempt: 1 },
        ...{ purpose: 'baseline', criteria: [], commit: commit('a'), name: 'test', command: 'make check' },
        ...{ exitCode: 0, durationMs: 1, tests: { framework: 'unknown' }, verdict: 'passed', proof: null },
        ...{ logBlob: 'l', logDigest: 'd'.repeat(64), at: start },
      });
    });
    expect(await told()).toMatchObject({
      ...{ nameless: true, leaves: ['lib.a', 'out/'], failing: [], usualMs: { test: 1 } },
    });
  });

  it('tells every run of a ticket what people answered to the others, and a check nothing', async () => {
    const scene = await openScene(db.store);
    await scene.post('/v1/run/questions', { text: 'In cents?' });
    const asked = { ...scene.run, id: newId('run') };
    await scene.store.transaction(async (tx) => {
      const [question] = await tx.notes.questions({ runId: scene.run.id });
      if (!question) throw new Error('no question');
      await tx.notes.answerQuestion(question.id, { text: 'In cents.', by: 'ada', at: start });
      const analyst = {
        ...scene.run,
        id: newId('run'),
        phase: 'requirements' as const,
        role: 'analyst' as const,
      };
      await tx.runs.insert(analyst);
      // What was asked while the requirements were written stands in them.
      const before = { ...question, id: newId('question'), runId: analyst.id, text: 'Whose?' };
      await tx.notes.insertQuestion({ ...before, answer: null });
      await tx.notes.answerQuestion(before.id, { text: 'Ours.', by: 'ada', at: start });
      // Nobody has answered this one.
      await tx.notes.insertQuestion({ ...question, id: newId('question'), text: 'Rounded?', answer: null });
      await tx.runs.insert(asked);
    });
    const told = async (over: Partial<typeof scene.run>) => {
      const run = { ...scene.run, ...over, id: newId('run') };
      await scene.store.transaction((tx) => tx.runs.insert(run));
      const authorization = `Bearer ${await scene.tokenOf(1, run.id)}`;
      const response = await scene.request('GET', '/v1/run', undefined, { authorization });
      return RunBrief.parse(await response.json()).decided;
    };
    const answered = [{ question: 'In cents?', answer: 'In cents.' }];
    expect(await told({})).toEqual(answered);
    expect(await told({ role: 'integrator' })).toEqual(answered);
    expect(await told({ phase: 'requirements', role: 'analyst', taskId: null })).toEqual([]);
  });

  it('gives a later round and an integrator the work of the task so far', async () => {
    const scene = await openScene(db.store);
    const bundle = scene.upload('work-1.bundle');
    const claims = [{ criterion: 'REQ-1.1', how: 'the test `is empty again`' }];
    await scene.post('/v1/run/work', { tip: commit('d'), bundle, summary: 'Done.', claims });
    const run = { ...scene.run, id: newId('run'), round: 2 };
    await scene.store.transaction((tx) => tx.runs.insert(run));
    const authorization = `Bearer ${await scene.tokenOf(1, run.id)}`;
    const response = await scene.request('GET', '/v1/run', undefined, { authorization });
    const brief = RunBrief.parse(await response.json());
    expect(brief.source.merge).toEqual({ tip: commit('d'), bundle: `https://blobs.test/${bundle}?GET` });
    expect(brief.handedIn).toEqual({ summary: 'Done.', claims });
  });

  it('gives a task that begins anew for changed requirements the work that was never merged', async () => {
    const scene = await openScene(db.store);
    const bundle = scene.upload('work-1.bundle');
    await scene.post('/v1/run/work', { tip: commit('d'), bundle, summary: 'Done.', claims: [] });
    const tests = {
      ...{
        tip: commit('f'),
        bundle: 'b',
        summary: 'Empty.',
        files: ['test/empty.test.ts'],
        command: 'npm test',
      },
      ...{ properties: [{ criterion: 'REQ-1.1', name: 'empty' }], refuted: [], seeds: [] },
    };
    const outcome = { type: 'tests', tests } as const;
    const state = { status: 'ended', outcome, at: start, startedAt: start } as const;
    const verifier = { ...scene.run, id: newId('run'), role: 'verifier', state } as const;
    await scene.store.transaction((tx) => tx.runs.insert(verifier));
    const first = { ...scene.run, id: newId('run'), round: 1, createdAt: new Date().toISOString() };
    const briefOf = async (feedback: string | null) => {
      const run = { ...first, id: newId('run'), feedback };
      await scene.store.transaction((tx) => tx.runs.insert(run));
      const authorization = `Bearer ${await scene.tokenOf(1, run.id)}`;
      const response = await scene.request('GET', '/v1/run', undefined, { authorization });
      return RunBrief.parse(await response.json());
    };
    const anew = await briefOf('The requirements changed.');
    expect(anew.source.merge).toEqual({ tip: commit('d'), bundle: `https://blobs.test/${bundle}?GET` });
    expect(anew.handedIn).toEqual({ summary: 'Done.', claims: [] });
    // They came to no branch, so nothing is in the way of others of their names.
    expect(anew.task?.taken).toEqual([]);
    expect((await briefOf(null)).source.merge).toBeNull();
    // Merged meanwhile: it is in the checkout, and only what was said of it is told.
    await scene.store.transaction(async (tx) => {
      const [task] = await tx.tasks.list(scene.ticket.id);
      if (!task) throw new Error('no task');
      const merge = {
        tip: commit('d'),
        bundle,
        message: 'm',
        authorName: 'a',
        authorEmail: 'a@b',
        date: start,
      };
      const state = {
        status: 'merged' as const,
        onto: commit('a'),
        commit: commit('e'),
        changed: ['a'],
        at: start,
      };
      const { id: taskId, key } = task;
      const row = { runId: scene.run.id, ticketId: scene.ticket.id, taskId, key, generation: 1, place: 1 };
      await tx.merges.insert({
        ...row,
        base: commit('a'),
        merge,
        token: 't',
        state,
        since: start,
        version: 0,
      });
    });
    const after = await briefOf('The requirements changed.');
    expect(after.source.merge).toBeNull();
    expect(after).toMatchObject({
      handedIn: { summary: 'Done.' },
      task: { stands: true, asked: false, taken: ['test/empty.test.ts'] },
    });
  });
});
