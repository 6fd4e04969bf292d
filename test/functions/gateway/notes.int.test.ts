import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import type { Run } from '#core/run/run.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';
import { commit, openScene } from './scene.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(() => db.close());

const requirements = {
  requirements: [
    {
      id: 'REQ-1',
      title: 'Holds',
      ears: 'event',
      text: 'When a member puts a hold on a book, the library shall keep the hold.',
      priority: 'must',
      criteria: [{ id: 'REQ-1.1', text: 'A hold is kept.', kind: 'example' }],
    },
  ],
  outOfScope: [],
  assumptions: [],
};
const writing = { run: { taskId: null, phase: 'requirements', role: 'analyst' } } as const;
const baseline: Partial<Run> = {
  kind: 'check',
  role: 'verifier',
  taskId: null,
  check: { purpose: 'baseline', head: commit('a'), works: [], commands: { test: 'npm test' } },
};

describe('documents', () => {
  it('end the run with a new version, once', async () => {
    const scene = await openScene(db.store, writing);
    for (const _ of [1, 2]) {
      const reply = await scene.post('/v1/run/document', { body: requirements });
      expect(await reply.json()).toEqual({ accepted: true });
    }
    const documents = await scene.store.view.documents.list(scene.ticket.id);
    expect(documents).toMatchObject([
      { kind: 'requirements', version: 1, runId: scene.run.id, body: requirements },
    ]);
    expect((await scene.store.view.runs.get(scene.run.id))?.state).toMatchObject({
      status: 'ended',
      outcome: { type: 'document', documentId: documents[0]?.id },
    });
    expect(await scene.events()).toEqual(['document.written.v1', 'run.ended.v1']);
    const ended = (await scene.store.view.outbox.list({ ticketId: scene.ticket.id })).at(-1);
    expect(ended?.data).toMatchObject({ token: 'workflow-token', outcome: 'document', reason: 'submitted' });
  });

  it('that do not fit their schema are answered in words and change nothing', async () => {
    const scene = await openScene(db.store, writing);
    const reply = await scene.post('/v1/run/document', { body: { requirements: [{ id: 'first' }] } });
    expect(reply.status).toBe(200);
    const { accepted, errors } = JSON.parse(await reply.text());
    expect(accepted).toBe(false);
    expect(errors.join('\n')).toContain('requirements.0.title');
    expect(await scene.events()).toEqual([]);
  });

  it('are refused in a phase that writes none', async () => {
    const scene = await openScene(db.store);
    expect((await scene.post('/v1/run/document', { body: requirements })).status).toBe(403);
  });
});

describe('work and ends', () => {
  it('work ends the run, once, and frees what it had reserved', async () => {
    const scene = await openScene(db.store);
    await scene.store.transaction((tx) =>
      tx.ledger.reserve(scene.ticket.id, 'left behind', 5000, scene.run.id, scene.ticket.createdAt),
    );
    const work = { tip: commit('b'), bundle: scene.upload('work-1.bundle'), summary: 'Done.', claims: [] };
    for (const _ of [1, 2]) expect((await scene.post('/v1/run/work', work)).status).toBe(200);
    expect(await scene.events()).toEqual(['run.ended.v1']);
    expect(await scene.store.view.ledger.balance(scene.ticket.id)).toMatchObject({ reserved: 0, spent: 0 });
    const other = await scene.post('/v1/run/work', { ...work, summary: 'Done again.' });
    expect(other.status).toBe(409);
  });

  it('an agent submits no check, a check no work, and no run ends as submitted by itself', async () => {
    const agent = await openScene(db.store);
    expect(
      (
        await agent.post('/v1/run/check', {
          type: 'unmerged',
          refused: [{ reason: 'empty', taskId: newId('task'), onHead: true }],
        })
      ).status,
    ).toBe(403);
    expect((await agent.post('/v1/run/end', { reason: 'submitted', message: '' })).status).toBe(422);
    const check = await openScene(db.store, { run: baseline });
    const work = { tip: commit('b'), bundle: check.upload('work-1'), summary: '', claims: [] };
    expect((await check.post('/v1/run/work', work)).status).toBe(403);
    expect((await check.post('/v1/messages', { model: 'm', max_tokens: 1, messages: [] })).status).toBe(403);
    expect(
      (
        await check.post('/v1/run/check', {
          type: 'unmerged',
          refused: [{ reason: 'empty', taskId: newId('task'), onHead: true }],
        })
      ).status,
    ).toBe(200);
  });

  it('a failure ends the run with its reason', async () => {
    const scene = await openScene(db.store);
    await scene.post('/v1/run/end', { reason: 'stuck', message: 'The same command four times.' });
    expect((await scene.store.view.runs.get(scene.run.id))?.state).toMatchObject({
      outcome: { type: 'failed', reason: 'stuck', message: 'The same command four times.' },
    });
  });

  it('a check whose logs were not uploaded is refused', async () => {
    const scene = await openScene(db.store, { run: baseline });
    const log = { blob: `runs/${scene.run.id}/1/log-test`, digest: sha256(''), bytes: 0 };
    const command = { name: 'test', command: 'npm test', exitCode: 0, timedOut: false, durationMs: 1 };
    const result = {
      type: 'checked',
      commit: commit('a'),
      tree: commit('b'),
      bundle: null,
      works: [],
      refused: [],
      commands: [{ ...command, tests: null, excerpt: '', log, cached: false }],
    };
    expect((await scene.post('/v1/run/check', result)).status).toBe(422);
    scene.upload('log-test');
    expect((await scene.post('/v1/run/check', result)).status).toBe(200);
  });
});

describe('questions and memories', () => {
  it('a question holds the run, and asking again gets the same id', async () => {
    const scene = await openScene(db.store);
    const ask = async () => (await scene.post('/v1/run/questions', { text: 'How long?' })).json();
    expect(await ask()).toEqual(await ask());
    expect(await scene.store.view.notes.questions({ runId: scene.run.id })).toHaveLength(1);
    expect((await scene.store.view.runs.get(scene.run.id))?.state).toMatchObject({
      status: 'held',
      reason: 'question',
    });
    expect(await scene.events()).toEqual(['question.asked.v1', 'run.held.v1']);
  });

  it('what one run remembers another recalls', async () => {
    const scene = await openScene(db.store);
    const text = 'addDays in src/days.ts counts calendar days';
    await scene.post('/v1/run/memories', { kind: 'error_fix', text });
    const recalled = await scene.get(`/v1/run/memories?query=${encodeURIComponent('calendar days')}`);
    expect(await recalled.json()).toEqual({ memories: [{ kind: 'error_fix', text }] });
  });

  it('a plan is told to the console', async () => {
    const scene = await openScene(db.store);
    await scene.post('/v1/run/plan', { items: [{ text: 'Read', status: 'done' }] });
    expect(await scene.events()).toEqual(['run.planned.v1']);
  });
});

describe('uploads and the setup cache', () => {
  it('gives a place under the run', async () => {
    const scene = await openScene(db.store);
    const reply = await scene.post('/v1/run/uploads', { what: 'work', name: '1.bundle', bytes: 10 });
    const blob = `runs/${scene.run.id}/1/work-1.bundle`;
    expect(await reply.json()).toEqual({ blob, url: `https://blobs.test/${blob}?PUT` });
    const huge = await scene.post('/v1/run/uploads', { what: 'log', name: 'test', bytes: 2 ** 40 });
    expect(huge.status).toBe(413);
  });

  it('only a check of the base commit fills the cache; every run of the project may read it', async () => {
    const digest = sha256('package-lock.json');
    const agent = await openScene(db.store);
    const upload = { what: 'setup', name: digest, bytes: 10 };
    expect((await agent.post('/v1/run/uploads', upload)).status).toBe(403);
    const path = `/v1/run/setups/${digest}`;
    expect((await agent.request('PUT', path, { blob: agent.upload('setup') })).status).toBe(403);
    expect(await (await agent.get(path)).json()).toEqual({ url: null });

    const check = await openScene(db.store, { run: baseline });
    const { blob } = JSON.parse(await (await check.post('/v1/run/uploads', upload)).text());
    expect(blob).toBe(`projects/${check.project.id}/setups/${digest}.tar`);
    expect((await check.request('PUT', path, { blob })).status).toBe(422);
    check.blobs.set(blob, new Uint8Array(10));
    expect((await check.request('PUT', path, { blob })).status).toBe(200);
    expect(await (await check.get(path)).json()).toEqual({ url: `https://blobs.test/${blob}?GET` });
  });
});
