/** Discoveries on the road: reported through the real gateway, acted on by steps, effects and state machines. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hashedNgrams } from '#adapters/embeddings/hashed-ngrams.ts';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { createRunTokens } from '#adapters/tokens/run-tokens.ts';
import { eventOf } from '#core/events/event.ts';
import type { Run } from '#core/run/run.ts';
import { Requirements } from '#core/spec/requirements.ts';
import type { Task } from '#core/task/task.ts';
import { createGateway } from '#functions/gateway/app.ts';
import { design, exploration, plan, requirements } from '#test/core/spec/samples.ts';
import { createCassettePlayer } from '#test/functions/gateway/upstreams.ts';
import { until } from '#test/local/states/host.ts';
import { type Act, checked, openRoad, type Script } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const documents = { explorer: exploration, analyst: requirements, architect: design, planner: plan } as const;
const auto = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;

/** T1's first sandbox says nothing by itself, so that the test can speak for it; everything else goes well. */
function usual(
  other: (run: Run, key: string | null) => Act | undefined | Promise<Act | undefined> = () => undefined,
): Script {
  return async (run, key) => {
    const played = await other(run, key);
    if (played) return played;
    if (run.kind === 'check') return checked(run);
    if (run.role === 'builder')
      return key === 'T1' && run.attempt === 1 ? 'silent' : { work: `${key} ${run.id}` };
    return run.role in documents ? { document: documents[run.role as keyof typeof documents] } : 'silent';
  };
}

const begin = async (script: Script, project: object = {}, ticket: object = {}) => {
  world = await road.world(script, { project: { gates: auto, ...project }, ticket });
  await world.submit();
  const finder = await until(async () =>
    (await runsOf()).find(
      (run) => run.role === 'builder' && run.state.status === 'requested' && run.sandbox !== null,
    ),
  );
  return { finder, report: reporting(finder) };
};
const runsOf = () => world.store.view.runs.list({ ticketId: world.ticket.id });
const tasksOf = () => world.store.view.tasks.list(world.ticket.id);
const found = () => world.store.view.discoveries.list(world.ticket.id);
const proposals = async () =>
  (await world.store.view.gates.list(world.ticket.id)).filter(({ discoveryId }) => discoveryId !== null);
const gateOpen = () =>
  until(async () =>
    (await world.store.view.gates.list(world.ticket.id)).find(
      (gate) => gate.discoveryId !== null && gate.state.status === 'open',
    ),
  );
const approved = async () => {
  const { approved } = await world.read();
  const row =
    approved.requirements && (await world.store.view.documents.get(approved.requirements.documentId));
  return Requirements.parse(row?.body).requirements;
};

function reporting(run: Run) {
  const tokens = createRunTokens('a secret of the tests that is long enough');
  const app = createGateway({
    ...{ store: world.store, tokens, newId, digest: sha256, embed: hashedNgrams, model: 'claude-sonnet-5-5' },
    blobs: { presign: async () => '', size: async () => 1 },
    workflow: { heartbeat: async () => {} },
    agents: { beat: async () => {} },
    upstream: createCassettePlayer([]),
    clock: () => new Date().toISOString(),
    log: () => {},
  });
  return async (body: object) => {
    const attempt = (await world.store.view.runs.get(run.id))?.attempt ?? 1;
    const token = await tokens.sign({ runId: run.id, attempt, expiresAt: '2099-01-01T00:00:00.000Z' });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await app.request('/v1/run/discoveries', {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return JSON.parse(await answer.text());
  };
}

/** Its sandbox dies, and the next attempt finishes by the script. */
const finish = (run: Run) =>
  world.steps({ step: 'run.lose', key: `lose/${run.id}`, runId: run.id, attempt: run.attempt });
/** Pauses and resumes as the API does: what is held for the pause is let go, what waits for a task is not. */
const setPaused = (paused: boolean) =>
  world.store.transaction(async (tx) => {
    const ticket = await tx.tickets.get(world.ticket.id);
    if (!ticket) return;
    const at = new Date().toISOString();
    await tx.tickets.update({ ...ticket, status: paused ? 'paused' : 'running' });
    const telling = { newId, at, projectId: ticket.projectId, ticketId: ticket.id, actor: 'ada' };
    const runs = await tx.runs.list({ ticketId: ticket.id });
    const tokens = runs.flatMap(({ state, token }) =>
      state.status === 'held' && state.reason === 'paused' && token !== null ? [token] : [],
    );
    const event = paused
      ? eventOf(telling, ticket.id, 'ticket.paused.v1', { by: 'ada' })
      : eventOf(telling, ticket.id, 'ticket.resumed.v1', { by: 'ada', tokens });
    await tx.outbox.append([event]);
  });
const done = (tasks: readonly Task[]) => tasks.map(({ key, state }) => `${key} ${state.status}`);

const bug = { kind: 'bug', title: 'Off by one', detail: 'The last day counts twice.', writes: ['docs/**'] };
const clock = { kind: 'dependency', title: 'A clock', detail: 'Time as an argument.', blocking: true };
const rounding = {
  kind: 'missing_requirement',
  title: 'Rounding',
  detail: 'Nobody says how percentages round.',
  sentence: 'The cart shall round half cents up.',
  criteria: [{ text: '0.5 cents become 1 cent' }],
  writes: ['src/round.ts'],
};

describe('a discovered task', () => {
  it('is built, verified, merged and delivered like any other', async () => {
    const { finder, report } = await begin(usual());
    const criteria = [{ text: 'The last day counts once', kind: 'example' }];
    expect(await report({ ...bug, criteria })).toMatchObject({ accepted: true });
    await finish(finder);
    const ticket = await world.reach('completed', 'failed');
    expect(ticket.reason).toBeNull();
    expect(done(await tasksOf())).toEqual(['T1 done', 'T2 done', 'T3 done']);
    expect(world.log).toEqual([]);
    // What it is to show is proven, or lacking, like what was asked for.
    const pull = await world.store.view.pulls.byTicket(ticket.id);
    expect(pull?.body).toContain('| T3 Off by one | T3.1 The last day counts once | T3 |');
    expect(pull?.body).toContain('of 4 criteria proven, 3 of 3 tasks done.');
  });

  it('is started although its finder was killed right after, and only once', async () => {
    const { finder, report } = await begin(usual());
    await report(bug);
    await report(bug);
    await finish(finder);
    await world.reach('completed', 'failed');
    const builders = (await runsOf()).filter(({ role }) => role === 'builder');
    expect(builders).toHaveLength(3);
  });
});

describe('a task that waits for one that it found', () => {
  it('takes no place, and goes on from the head with its result', async () => {
    const { finder, report } = await begin(usual(), { parallelTasks: 1 });
    expect(await report(clock)).toMatchObject({ hold: 'dependency' });
    const ticket = await world.reach('completed', 'failed');
    expect(ticket.reason).toBeNull();
    const tasks = await tasksOf();
    expect(done(tasks)).toEqual(['T1 done', 'T2 done', 'T3 done']);
    const resumed = await world.store.view.runs.get(finder.id);
    const clockTask = tasks.find(({ key }) => key === 'T3');
    expect(resumed).toMatchObject({ attempt: 2 });
    expect(clockTask?.state).toMatchObject({ status: 'done', commit: resumed?.baseCommit });
    const events = await world.events();
    expect(events.indexOf('task.waiting.v1')).toBeLessThan(events.indexOf('task.resumed.v1'));
    expect(world.log).toEqual([]);
  });

  it('goes on without it when it fails, or is blocked', async () => {
    const fails: Act = { end: { type: 'failed', reason: 'model-rejected', message: 'No.' } };
    const { report } = await begin(
      usual((run, key) => (run.role === 'builder' && key === 'T3' ? fails : undefined)),
    );
    await report(clock);
    const ticket = await world.reach('completed', 'failed');
    expect(ticket.status).toBe('completed');
    expect(done(await tasksOf())).toEqual(['T1 done', 'T2 done', 'T3 failed']);
  });

  it('stays where it is while the ticket is paused, and goes on after both', async () => {
    const { finder, report } = await begin(
      usual(async (run, key) => {
        if (run.role !== 'builder' || key !== 'T3' || run.attempt > 1) return undefined;
        // A person pauses the ticket while the other task is at work: its sandbox hears of it and lets go.
        await setPaused(true);
        return { hold: 'paused' };
      }),
    );
    expect(await report(clock)).toMatchObject({ hold: 'dependency' });
    const other = await until(async () =>
      (await runsOf()).find(({ state }) => state.status === 'held' && state.reason === 'paused'),
    );
    await world.steps({ step: 'execution.schedule', key: 'ring', ticketId: world.ticket.id });
    const [waiting] = await tasksOf();
    expect(waiting?.state).toMatchObject({ status: 'running', waitsFor: 'T3' });
    const held = await world.store.view.runs.get(finder.id);
    expect(held).toMatchObject({ attempt: 1, state: { status: 'held', reason: 'dependency' } });
    await until(async () => (await world.store.view.runs.get(other.id))?.token);
    await setPaused(false);
    const ticket = await world.reach('completed', 'failed');
    expect(ticket.reason).toBeNull();
    expect(done(await tasksOf())).toEqual(['T1 done', 'T2 done', 'T3 done']);
    // Each went on once.
    expect((await world.store.view.runs.get(finder.id))?.attempt).toBe(2);
    expect((await world.store.view.runs.get(other.id))?.attempt).toBe(2);
  });

  it('is cancelled with its ticket', async () => {
    const { finder, report } = await begin(usual((_, key) => (key === 'T3' ? 'silent' : undefined)));
    await report(clock);
    await until(async () => (await runsOf()).find(({ taskId, id }) => taskId !== null && id !== finder.id));
    await world.store.transaction(async (tx) => {
      const ticket = await tx.tickets.get(world.ticket.id);
      if (ticket) await tx.tickets.update({ ...ticket, status: 'cancelled', reason: 'No.' });
    });
    await world.steps({ step: 'ticket.close', key: 'close', ticketId: world.ticket.id });
    expect(done(await tasksOf())).toEqual(['T1 cancelled', 'T2 cancelled', 'T3 cancelled']);
    expect((await runsOf()).every(({ state }) => state.status === 'ended')).toBe(true);
  });
});

describe('a missing requirement', () => {
  const gated = { gates: { ...auto, requirements: 'human' } } as const;
  const beginGated = async (script: Script = usual()) => {
    world = await road.world(script, { project: gated });
    await world.submit();
    await world.decide('requirements');
    const finder = await until(async () =>
      (await runsOf()).find(
        (run) => run.role === 'builder' && run.state.status === 'requested' && run.sandbox !== null,
      ),
    );
    return { finder, report: reporting(finder) };
  };

  it('waits for a person; approved, it is a requirement with a task of its own', async () => {
    const { finder, report } = await beginGated();
    expect(await report(rounding)).toMatchObject({ accepted: true, hold: null });
    const gate = await gateOpen();
    expect(await world.read()).toMatchObject({ status: 'waiting', waitingFor: 'gate' });
    await finish(finder);
    await until(async () => (await tasksOf()).every(({ state }) => state.status === 'done') || undefined);
    // All tasks are done, but the person has still to decide: nothing is delivered yet.
    expect((await world.read()).phase).toBe('execution');
    await world.decide('requirements');
    const ticket = await world.reach('completed', 'failed');
    expect(ticket).toMatchObject({
      reason: null,
      approved: { requirements: { documentId: gate.documentId } },
    });
    expect((await approved()).at(-1)).toMatchObject({ id: 'REQ-3', text: rounding.sentence });
    const tasks = await tasksOf();
    expect(tasks.at(-1)).toMatchObject({ key: 'T3', criteria: ['REQ-3.1'], writes: ['src/round.ts'] });
    expect(tasks.at(-1)?.origin).toBe((await found())[0]?.id);
    expect((await world.store.view.pulls.byTicket(ticket.id))?.body).toContain('4 of 4 criteria proven');
    expect(world.log).toEqual([]);
  });

  it('rejected, changes nothing, and its finder is told why', async () => {
    const { finder, report } = await beginGated();
    await report(rounding);
    await gateOpen();
    await world.decide('requirements', 'Banks decide that.');
    const [discovery] = await until(async () => {
      const all = await found();
      return all[0]?.decision.status === 'refused' ? all : undefined;
    });
    expect(discovery?.decision).toMatchObject({
      guard: 'person',
      message: 'ada rejected it: Banks decide that.',
    });
    const heard = await world.store.view.notes.steering(finder.id);
    expect(heard).toMatchObject([{ text: expect.stringContaining('Banks decide that.') }]);
    expect(await approved()).toHaveLength(2);
    await finish(finder);
    expect(await world.reach('completed', 'failed')).toMatchObject({ reason: null });
  });

  it('proposed twice over: the second is put to the person anew, on what the first made of the requirements', async () => {
    const { finder, report } = await beginGated();
    await report(rounding);
    await gateOpen();
    const log = {
      ...rounding,
      title: 'Audit trail',
      detail: 'Who used which coupon?',
      sentence: 'The shop shall log each coupon.',
    };
    await report(log);
    await until(async () => (await proposals()).length === 2 || undefined);
    await world.decide('requirements');
    await until(async () => (await approved()).length === 3 || undefined);
    await until(
      async () =>
        (await found()).filter(({ decision }) => decision.status === 'accepted').length === 1 || undefined,
    );
    await gateOpen();
    await world.decide('requirements');
    await until(async () => (await approved()).length === 4 || undefined);
    expect((await approved()).map(({ id }) => id)).toEqual(['REQ-1', 'REQ-2', 'REQ-3', 'REQ-4']);
    await finish(finder);
    expect(await world.reach('completed', 'failed')).toMatchObject({ reason: null });
    expect(done(await tasksOf())).toEqual(['T1 done', 'T2 done', 'T3 done', 'T4 done']);
  });

  it('in words that break a rule is told to its finder, and no person is troubled', async () => {
    const { report } = await beginGated();
    const reply = await report({ ...rounding, sentence: 'Rounding matters.' });
    expect(reply).toMatchObject({ accepted: false, message: expect.stringContaining('breaks a rule') });
    expect(await found()).toEqual([]);
  });
});
