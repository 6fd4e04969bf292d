import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { RunBrief } from '#core/run/protocol.ts';
import { TaskKey } from '#core/task/task.ts';
import { gateRow } from '#test/core/rows.ts';
import { exploration, requirements } from '#test/core/spec/samples.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';
import { commit, openScene, start } from './scene.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(() => db.close());

const problemOf = async (response: Response) =>
  z.looseObject({ status: z.number(), code: z.string(), detail: z.string() }).parse(await response.json());

const assistant = (seq: number, text = 'I look.') => ({
  seq,
  body: {
    kind: 'assistant',
    content: [{ type: 'text', text }],
    stopReason: 'end_turn',
    usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
  },
});

describe('who may speak', () => {
  it('refuses a request without a token, with a damaged one, and with an expired one', async () => {
    const scene = await openScene(db.store);
    const none = await scene.app.request('/v1/run');
    const damaged = await scene.request('GET', '/v1/run', undefined, {
      authorization: `Bearer ${await scene.tokenOf()}x`,
    });
    scene.setTime('2026-03-02T09:00:00.000Z');
    const expired = await scene.get('/v1/run');
    for (const response of [none, damaged, expired]) {
      expect(response.status).toBe(401);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.text()).not.toContain(await scene.tokenOf());
    }
  });

  it('takes the token as x-api-key too', async () => {
    const scene = await openScene(db.store);
    const headers = { 'x-api-key': await scene.tokenOf() };
    expect((await scene.app.request('/v1/run', { headers })).status).toBe(200);
  });

  it('answers 404 for a run that is not there and for a path that is not there', async () => {
    const scene = await openScene(db.store);
    const authorization = `Bearer ${await scene.tokenOf(1, newId('run'))}`;
    expect((await scene.request('GET', '/v1/run', undefined, { authorization })).status).toBe(404);
    expect((await scene.get('/v1/elsewhere')).status).toBe(404);
  });

  it('refuses every write of an attempt that is over, and changes nothing', async () => {
    const scene = await openScene(db.store, { run: { attempt: 2 } });
    const blob = scene.upload('work-1.bundle');
    const writes: [string, unknown][] = [
      ['/v1/run/heartbeat', { turn: 1, doing: 'building' }],
      ['/v1/run/hold', {}],
      ['/v1/run/steps', assistant(1)],
      ['/v1/run/uploads', { what: 'log', name: 'test', bytes: 3 }],
      ['/v1/run/checkpoints', { seq: 1, commit: commit('b'), bundle: blob }],
      ['/v1/run/questions', { text: 'Which?' }],
      ['/v1/run/discoveries', { kind: 'bug', title: 'Off by one', detail: '' }],
      ['/v1/run/memories', { kind: 'learning', text: 'Days count from one.' }],
      ['/v1/run/plan', { items: [] }],
      ['/v1/run/document', { body: {} }],
      ['/v1/run/work', { tip: commit('b'), bundle: blob, summary: '', claims: [] }],
      [
        '/v1/run/check',
        { type: 'unmerged', refused: [{ reason: 'empty', taskId: newId('task'), onHead: true }] },
      ],
      ['/v1/run/end', { reason: 'stuck', message: '' }],
      ['/v1/messages', { model: 'claude-sonnet-5-5', max_tokens: 10, messages: [] }],
      ['/v1/messages/count_tokens', {}],
    ];
    const before = await scene.store.view.runs.get(scene.run.id);
    for (const [path, body] of writes) {
      const response = await scene.post(path, body);
      expect([path, response.status]).toEqual([path, 409]);
      expect(await response.text()).toContain('stale-attempt');
    }
    expect(await scene.store.view.runs.get(scene.run.id)).toEqual(before);
    expect(await scene.events()).toEqual([]);
    expect(await scene.store.view.journal.last(scene.run.id)).toBe(0);
    expect(await scene.store.view.ledger.balance(scene.ticket.id)).toMatchObject({ spent: 0, reserved: 0 });
  });
});

describe('claiming', () => {
  it('claims the run once and briefs it each time', async () => {
    const scene = await openScene(db.store);
    await scene.get('/v1/run');
    const brief = RunBrief.parse(await (await scene.get('/v1/run')).json());
    expect(brief.run).toMatchObject({ id: scene.run.id, attempt: 1, kind: 'agent', role: 'builder' });
    expect(brief.source).toEqual({
      bundles: [`https://blobs.test/${scene.ticket.baseBundle}?GET`],
      commit: commit('a'),
      base: commit('a'),
      merge: null,
    });
    expect(brief.model).toBe('claude-sonnet-5-5');
    expect(brief.replayed).toBe(true);
    expect(brief.commands).toEqual({ test: 'npm test' });
    expect(await scene.events()).toEqual(['run.started.v1']);
  });

  it('tells the explorer of a project’s next ticket what was proven before, under what people fixed', async () => {
    const scene = await openScene(db.store, { run: { role: 'explorer', phase: 'explore', taskId: null } });
    const { ticket } = scene;
    const commands = { setup: 'npm ci', test: 'npm run test:old' };
    await scene.store.transaction(async (tx) => {
      const number = await tx.tickets.nextNumber();
      await tx.tickets.insert({ ...ticket, id: newId('ticket'), number, branch: 'omoi/other', commands });
    });
    const brief = RunBrief.parse(await (await scene.get('/v1/run')).json());
    expect(brief.commands).toEqual({ setup: 'npm ci', test: 'npm test' });
  });

  it('gives a resumed attempt its journal, checkpoint and answers', async () => {
    const scene = await openScene(db.store);
    await scene.get('/v1/run');
    await scene.post('/v1/run/steps', {
      seq: 1,
      body: { kind: 'context', content: [{ type: 'text', text: 'Build.' }] },
    });
    await scene.post('/v1/run/steps', assistant(2));
    const bundle = scene.upload('checkpoint-2.bundle');
    await scene.post('/v1/run/checkpoints', { seq: 2, commit: commit('c'), bundle });
    const asked = await scene.post('/v1/run/questions', { text: 'How long?', options: ['a day', 'a week'] });
    const { questionId } = z.object({ questionId: z.string() }).parse(await asked.json());
    await scene.store.transaction(async (tx) => {
      const question = (await tx.notes.questions({ runId: scene.run.id }))[0];
      if (question?.id !== questionId) throw new Error('the question is stored');
      await tx.notes.answerQuestion(question.id, { text: 'a week', by: 'ada', at: start });
      const run = await tx.runs.get(scene.run.id);
      if (run) await tx.runs.update({ ...run, attempt: 2, state: { status: 'requested', at: start } });
    });
    const response = await scene.request('GET', '/v1/run', undefined, await scene.as(2));
    const brief = RunBrief.parse(await response.json());
    expect(brief.journal.map(({ seq, attempt, body }) => [seq, attempt, body.kind])).toEqual([
      [1, 1, 'context'],
      [2, 1, 'assistant'],
    ]);
    expect(brief.checkpoint).toEqual({
      seq: 2,
      commit: commit('c'),
      bundle: `https://blobs.test/${bundle}?GET`,
    });
    expect(brief.answers).toEqual([{ question: 'How long?', answer: 'a week' }]);
  });

  it('tells what a person added when a document was approved, and nothing of a gate on work', async () => {
    const scene = await openScene(db.store);
    const [ticketId, documentId, hash] = [scene.ticket.id, newId('document'), sha256('requirements')];
    const row = {
      id: documentId,
      ticketId,
      kind: 'requirements' as const,
      version: 1,
      hash,
      body: requirements,
    };
    const gate = gateRow({ ticketId, documentId, documentHash: hash });
    const said = (comment: string) => ({
      ...{ status: 'approved' as const, by: 'ada', at: start, comment, ceremony: null },
    });
    await scene.store.transaction(async (tx) => {
      await tx.documents.insert({ ...row, upstream: {}, runId: null, createdAt: start });
      await tx.gates.insert({ ...gate, state: said('Zeros break ties.') });
      const tamper = { taskId: scene.task.id, findings: [] };
      await tx.gates.insert({ ...gate, id: newId('gate'), tamper, state: said('Fine for once.') });
      await tx.tickets.update({ ...scene.ticket, approved: { requirements: { documentId, hash } } });
    });
    const brief = RunBrief.parse(await (await scene.get('/v1/run')).json());
    expect(brief.documents.map(({ kind, remark }) => [kind, remark])).toEqual([
      ['requirements', 'Zeros break ties.'],
    ]);
  });

  it('leaves out what the ticket’s own explorer remembered: the documents say it', async () => {
    const scene = await openScene(db.store);
    const text = 'Holds of books lie in holds.json.';
    await scene.post('/v1/run/memories', { kind: 'codebase', text });
    const told = async () =>
      RunBrief.parse(await (await scene.get('/v1/run')).json()).memories.map((memory) => memory.text);
    expect(await told()).toContain(text);
    await scene.store.transaction(async (tx) => {
      const run = await tx.runs.get(scene.run.id);
      if (run) await tx.runs.update({ ...run, phase: 'explore' });
    });
    expect(await told()).not.toContain(text);
  });

  it('leaves out what the explorer would have asked once the requirements have decided it', async () => {
    const scene = await openScene(db.store);
    const ticketId = scene.ticket.id;
    const question = 'Do coupons add up? Proposed: no.';
    const bodies = {
      exploration: { ...exploration, questions: [question] },
      requirements: { ...requirements, assumptions: ['Coupons do not add up.'] },
    };
    let { approved } = scene.ticket;
    const told = async (kind: keyof typeof bodies) => {
      const [documentId, hash] = [newId('document'), sha256(kind)];
      approved = { ...approved, [kind]: { documentId, hash } };
      await scene.store.transaction(async (tx) => {
        const row = { id: documentId, ticketId, kind, version: 1, hash, body: bodies[kind] };
        await tx.documents.insert({ ...row, upstream: {}, runId: null, createdAt: start });
        const ticket = await tx.tickets.get(ticketId);
        if (ticket) await tx.tickets.update({ ...ticket, approved });
      });
      const brief = RunBrief.parse(await (await scene.get('/v1/run')).json());
      return brief.documents.map(({ markdown }) => markdown).join('');
    };
    expect(await told('exploration')).toContain(question);
    const both = await told('requirements');
    expect(both).not.toContain(question);
    expect(both).toContain('Coupons do not add up.');
  });
});

describe('property tests by another run', () => {
  const blind = { tip: commit('e'), bundle: '' };
  const verifier = async (scene: Awaited<ReturnType<typeof openScene>>) => {
    const run = { ...scene.run, id: newId('run'), role: 'verifier' as const };
    await scene.store.transaction((tx) => tx.runs.insert(run));
    const authorization = `Bearer ${await scene.tokenOf(1, run.id)}`;
    return (method: string, path: string, body?: unknown) =>
      scene.request(method, path, body, { authorization });
  };
  const testsIn = (bundle: string) => ({
    ...{ tip: commit('f'), bundle, summary: 'Never below zero.', files: ['test/p.test.js'] },
    ...{ command: 'npm run p', properties: [{ criterion: 'REQ-1.1', name: 'p' }] },
  });

  it('are told what was done before the author began, in no author’s words', async () => {
    const scene = await openScene(db.store);
    const done = (at: string) => ({ status: 'done' as const, commit: commit('d'), at });
    await scene.store.transaction(async (tx) => {
      for (const [key, at] of [['T2', start] as const, ['T3', '2999-01-01T00:00:00.000Z'] as const])
        await tx.tasks.insert({
          ...{ ...scene.task, id: newId('task'), key: TaskKey.parse(key), state: done(at) },
        });
    });
    const speak = await verifier(scene);
    const brief = RunBrief.parse(await (await speak('GET', '/v1/run')).json());
    expect(brief.task?.after).toEqual([{ key: 'T2', title: scene.task.title, summary: '' }]);
  });

  it('are prepared for by the author where a criterion is a property, or where the project wants all tested', async () => {
    const scene = await openScene(db.store);
    const row = {
      id: newId('document'),
      ticketId: scene.ticket.id,
      kind: 'requirements',
      version: 1,
    } as const;
    const [hash, body] = [sha256('requirements'), requirements];
    await scene.store.transaction(async (tx) => {
      await tx.documents.insert({ ...row, hash, body, upstream: {}, runId: null, createdAt: start });
      const approved = { requirements: { documentId: row.id, hash } };
      await tx.tickets.update({ ...scene.ticket, approved });
    });
    const independent = async () =>
      RunBrief.parse(await (await scene.get('/v1/run')).json()).task?.independent;
    expect(await independent()).toBe(false);
    await scene.store.transaction(async (tx) => {
      const project = await tx.projects.get(scene.ticket.projectId);
      if (project) await tx.projects.update({ ...project, independent: 'criteria' });
    });
    expect(await independent()).toBe(true);
  });

  it('begin from the work without its tests, with a share of the budget and nothing that its author noted', async () => {
    const scene = await openScene(db.store);
    const bundle = scene.upload('work-blind.bundle');
    await scene.post('/v1/run/memories', { kind: 'learning', text: 'Members wait in line for books.' });
    const work = { tip: commit('d'), bundle: scene.upload('work-1.bundle'), summary: 'Done.', claims: [] };
    await scene.post('/v1/run/work', { ...work, blind: { ...blind, bundle } });
    const speak = await verifier(scene);
    const brief = RunBrief.parse(await (await speak('GET', '/v1/run')).json());
    expect(brief.source.merge).toEqual({ tip: blind.tip, bundle: `https://blobs.test/${bundle}?GET` });
    expect(brief).toMatchObject({ memories: [], notes: [], limits: { turns: 40, micros: 1_000_000 } });
    // How its author was told to do it is no measure of whether it was done.
    expect(brief.task).toMatchObject({
      key: 'T1',
      title: 'Holds in a file',
      goal: '',
      doneWhen: '',
      after: [],
    });
    expect(brief.documents.map(({ kind }) => kind)).not.toContain('plan');
  });

  it('end the run of a verifier, and of nobody else', async () => {
    const scene = await openScene(db.store);
    const own = await scene.post('/v1/run/tests', testsIn(scene.upload('work-tip.bundle')));
    expect(own.status).toBe(403);
    const speak = await verifier(scene);
    const { runs } = scene.store.view;
    const [run] = (await runs.list({ ticketId: scene.ticket.id })).filter(({ role }) => role === 'verifier');
    const bundle = `runs/${run?.id}/1/work-tip.bundle`;
    expect((await speak('POST', '/v1/run/tests', testsIn(bundle))).status).toBe(422);
    scene.blobs.set(bundle, new Uint8Array(3));
    const work = { tip: commit('d'), bundle, summary: 'Done.', claims: [] };
    expect((await speak('POST', '/v1/run/work', work)).status).toBe(403);
    expect((await speak('POST', '/v1/run/tests', testsIn(bundle))).status).toBe(200);
    expect((await runs.get(run?.id ?? scene.run.id))?.state).toMatchObject({
      status: 'ended',
      outcome: { type: 'tests', tests: { files: ['test/p.test.js'] } },
    });
  });
});

describe('heartbeats', () => {
  it('extend the lease and tell the workflow once a minute', async () => {
    const scene = await openScene(db.store);
    const reply = await scene.post('/v1/run/heartbeat', { turn: 1, doing: 'building' });
    expect(await reply.json()).toEqual({ leaseUntil: '2026-03-01T09:01:00.000Z', stop: null, steering: [] });
    scene.setTime('2026-03-01T09:00:20.000Z');
    await scene.post('/v1/run/heartbeat', { turn: 2, doing: 'building' });
    expect(scene.beats).toEqual(['workflow-token']);
    scene.setTime('2026-03-01T09:01:00.000Z');
    await scene.post('/v1/run/heartbeat', { turn: 3, doing: 'building' });
    expect(scene.beats).toHaveLength(2);
  });

  it('say in the registry who is at work on what, and write nothing into the store', async () => {
    const scene = await openScene(db.store);
    await scene.get('/v1/run');
    const { ticket, task, run } = scene;
    const claimed = await scene.store.view.runs.get(run.id);
    const who = {
      ...{ runId: run.id, attempt: 1, kind: 'agent', role: 'builder' },
      ...{ ticketId: ticket.id, ticket: `TKT-${ticket.number}`, task: task.key, since: start },
    };
    const first = { ...who, turn: 0, doing: 'starting', at: start, until: '2026-03-01T09:01:00.000Z' };
    expect(await scene.agents.list(start)).toEqual([first]);
    const at = '2026-03-01T09:00:20.000Z';
    scene.setTime(at);
    await scene.post('/v1/run/heartbeat', { turn: 3, doing: 'npm test' });
    expect(await scene.agents.list(at)).toEqual([
      { ...who, turn: 3, doing: 'npm test', at, until: '2026-03-01T09:01:20.000Z' },
    ]);
    expect(await scene.store.view.runs.get(run.id)).toEqual(claimed);
    expect(await scene.events()).toEqual(['run.started.v1']);
  });

  it('tell an agent that its ticket is paused, and anyone that it is cancelled', async () => {
    const beat = { turn: 1, doing: '' };
    const paused = await openScene(db.store, { ticket: { status: 'paused' } });
    expect(await (await paused.post('/v1/run/heartbeat', beat)).json()).toMatchObject({ stop: 'paused' });
    const check = await openScene(db.store, {
      ticket: { status: 'paused' },
      run: { kind: 'check', role: 'verifier' },
    });
    expect(await (await check.post('/v1/run/heartbeat', beat)).json()).toMatchObject({ stop: null });
    const over = await openScene(db.store, { ticket: { status: 'cancelled' } });
    expect(await (await over.post('/v1/run/heartbeat', beat)).json()).toMatchObject({ stop: 'cancelled' });
  });

  it('bring steering until a step has carried it', async () => {
    const scene = await openScene(db.store);
    await scene.store.transaction((tx) => tx.notes.steer(scene.run.id, 's1', 'Mind the tests.', start));
    const beat = async () => (await scene.post('/v1/run/heartbeat', { turn: 1, doing: '' })).json();
    expect(await beat()).toMatchObject({ steering: [{ id: 's1', text: 'Mind the tests.' }] });
    const content = [{ type: 'text', text: 'Mind the tests.' }];
    await scene.post('/v1/run/steps', { seq: 1, body: { kind: 'user', content }, steered: ['s1'] });
    expect(await beat()).toMatchObject({ steering: [] });
  });

  it('a paused run is held, once', async () => {
    const scene = await openScene(db.store, { ticket: { status: 'paused' } });
    expect((await scene.post('/v1/run/hold', {})).status).toBe(200);
    expect((await scene.post('/v1/run/hold', {})).status).toBe(200);
    expect((await scene.store.view.runs.get(scene.run.id))?.state).toMatchObject({
      status: 'held',
      reason: 'paused',
    });
    expect(await scene.events()).toEqual(['run.held.v1']);
    expect((await scene.post('/v1/run/heartbeat', { turn: 1, doing: '' })).status).toBe(409);
  });

  it('a run of a ticket that goes on is not held', async () => {
    const scene = await openScene(db.store);
    expect((await problemOf(await scene.post('/v1/run/hold', {}))).code).toBe('illegal-transition');
  });
});

describe('the journal', () => {
  it('takes the same step twice and keeps it once', async () => {
    const scene = await openScene(db.store, { run: { lost: 2 } });
    for (const _ of [1, 2]) expect((await scene.post('/v1/run/steps', assistant(1))).status).toBe(200);
    expect(await scene.store.view.journal.last(scene.run.id)).toBe(1);
    expect(await scene.store.view.runs.get(scene.run.id)).toMatchObject({ turns: 1, lost: 0 });
    expect(await scene.events()).toEqual(['run.stepped.v1']);
  });

  it('refuses another step under a taken number, and a gap', async () => {
    const scene = await openScene(db.store);
    await scene.post('/v1/run/steps', assistant(1));
    const other = await scene.post('/v1/run/steps', assistant(1, 'Something else.'));
    expect([other.status, (await problemOf(other)).code]).toEqual([409, 'key-reused']);
    const gap = await scene.post('/v1/run/steps', assistant(3));
    expect([gap.status, (await problemOf(gap)).code]).toEqual([422, 'invalid-input']);
  });

  it('keeps a checkpoint once, and only one that was uploaded by the run', async () => {
    const scene = await openScene(db.store);
    const bundle = scene.upload('checkpoint-1.bundle');
    for (const _ of [1, 2]) {
      expect((await scene.post('/v1/run/checkpoints', { seq: 1, commit: commit('b'), bundle })).status).toBe(
        200,
      );
    }
    expect(await scene.events()).toEqual(['checkpoint.taken.v1']);
    const foreign = `runs/${newId('run')}/1/checkpoint-1.bundle`;
    scene.blobs.set(foreign, new Uint8Array(1));
    for (const strange of [foreign, `runs/${scene.run.id}/1/never-uploaded`, '../../etc/passwd']) {
      const body = { seq: 2, commit: commit('b'), bundle: strange };
      expect((await scene.post('/v1/run/checkpoints', body)).status).toBe(422);
    }
  });

  it('keeps the tree that came last, whatever step a resumed attempt counts from', async () => {
    const scene = await openScene(db.store);
    const bundle = scene.upload('checkpoint.bundle');
    const latest = () => scene.store.view.notes.latestCheckpoint(scene.run.id);
    for (const [seq, digit] of [
      [5, 'b'],
      [5, 'c'],
      [4, 'd'],
    ] as const) {
      await scene.post('/v1/run/checkpoints', { seq, commit: commit(digit), bundle });
      expect(await latest()).toMatchObject({ seq: 5, commit: commit(digit) });
    }
  });

  it('survives heartbeats and steps at the same time', async () => {
    const scene = await openScene(db.store);
    await scene.get('/v1/run');
    const beats = Array.from({ length: 8 }, () => scene.post('/v1/run/heartbeat', { turn: 1, doing: '' }));
    const steps = scene.post('/v1/run/steps', assistant(1));
    const answers = await Promise.all([...beats, steps]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await scene.store.view.runs.get(scene.run.id))?.turns).toBe(1);
  });
});

describe('bad input', () => {
  it('gets a problem document with the right code', async () => {
    const scene = await openScene(db.store);
    const cases: [unknown, number, string][] = [
      ['{"seq": 1,', 400, 'malformed-body'],
      [{ seq: 'one' }, 422, 'invalid-input'],
      [{ seq: 1, body: { kind: 'thought' } }, 422, 'invalid-input'],
    ];
    for (const [body, status, code] of cases) {
      const response = await scene.post('/v1/run/steps', body);
      expect(await problemOf(response)).toMatchObject({ status, code });
      expect(response.status).toBe(status);
    }
    const huge = await scene.post('/v1/run/plan', { items: [{ text: 'x'.repeat(300_000), status: 'todo' }] });
    expect(await problemOf(huge)).toMatchObject({ status: 413, code: 'too-large' });
    const nul = await scene.post('/v1/run/memories', { kind: 'learning', text: 'a\u0000b' });
    expect(await problemOf(nul)).toMatchObject({ status: 422 });
    expect(await scene.events()).toEqual([]);
  });
});
