/** What comes at an awkward moment: a doorbell that is old, a person's word between two steps, a decision after the end. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hashedNgrams } from '#adapters/embeddings/hashed-ngrams.ts';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { createRunTokens } from '#adapters/tokens/run-tokens.ts';
import { FoundWork } from '#core/discovery/discovery.ts';
import { consumersOf } from '#core/events/catalogue.ts';
import { eventOf } from '#core/events/event.ts';
import type { GatePolicy } from '#core/project/project.ts';
import type { Run } from '#core/run/run.ts';
import { Requirements } from '#core/spec/requirements.ts';
import { taskExecution } from '#core/task/execution.ts';
import { reviseRequirements } from '#core/ticket/revise.ts';
import type { Finding } from '#core/verify/tamper/finding.ts';
import { retryHandlers } from '#functions/api/retry.ts';
import { createGateway } from '#functions/gateway/app.ts';
import { design, exploration, plan, planOf, requirements } from '#test/core/spec/samples.ts';
import { createCassettePlayer } from '#test/functions/gateway/upstreams.ts';
import { until } from '#test/local/states/host.ts';
import { type Act, checked, openRoad, type Script, sha } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const Named = z.looseObject({ step: z.string() });
const gates = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;

/** Everything goes well but what `other` says. */
function usual(
  other: (run: Run, key: string | null) => Act | undefined,
  planned: unknown = planOf(1),
): Script {
  const documents = { explorer: exploration, analyst: requirements, architect: design, planner: planned };
  return (run, key) => {
    const played = other(run, key);
    if (played) return played;
    if (run.kind === 'check') return checked(run);
    if (run.role === 'builder') return { work: `${key} builder ${run.id}` };
    const document = new Map<string, unknown>(Object.entries(documents)).get(run.role);
    return document === undefined ? 'silent' : { document };
  };
}

async function begin(script: Script, other: Partial<GatePolicy> = {}) {
  world = await road.world(script, { project: { gates: { ...gates, ...other } } });
  await world.submit();
}

const isFinal = (run: Run) => run.check?.purpose === 'final';
const runsOf = () => world.store.view.runs.list({ ticketId: world.ticket.id });
const tasksOf = () => world.store.view.tasks.list(world.ticket.id);

/** The run that says nothing, once it has its sandbox. */
const silent = (is: (run: Run) => boolean) =>
  until(async () =>
    (await runsOf()).find((run) => is(run) && run.sandbox !== null && run.state.status === 'requested'),
  );

/** The builder of this task, as `silent` finds it: another one may be about to speak. */
async function builderOf(key: string): Promise<Run> {
  const task = await until(async () => (await tasksOf()).find((one) => one.key === key));
  return silent(({ role, taskId }) => role === 'builder' && taskId === task.id);
}

/** Its sandbox dies, and the next attempt goes by the script. */
const nextAttempt = (run: Run) => world.keeper.exited(run.sandbox ?? '');

async function retry(): Promise<void> {
  const { store, ticket } = world;
  const call = {
    ...{ params: { ticket: ticket.id }, query: {}, body: { comment: 'Say hello.' }, actor: 'ada' },
    at: new Date().toISOString(),
    transact: <T>(act: Parameters<typeof store.transaction<T>>[0]) => store.transaction(act),
  };
  await retryHandlers.retryTicket(call as never, { newId } as never);
}

describe('a ticket that was tried again', () => {
  it('is not stopped by a doorbell of its failure that rings once more', async () => {
    await begin(
      usual((run) => {
        if (run.role === 'diagnostician')
          return { end: { type: 'failed', reason: 'stuck', message: 'None.' } };
        if (run.role !== 'builder') return undefined;
        if (run.feedback?.includes('ada says')) return run.attempt === 1 ? 'silent' : undefined;
        return { end: { type: 'failed', reason: 'model-rejected', message: 'It will not.' } };
      }),
    );
    await world.reach('failed');
    await retry();
    const builder = await silent(({ feedback }) => feedback?.includes('ada says') === true);
    for (const event of await world.store.view.outbox.list({
      ticketId: world.ticket.id,
      after: 0,
      limit: 1000,
    }))
      for (const consumer of consumersOf(event.type)) await world.effects.handle(consumer, event);
    const [task] = await tasksOf();
    expect(await world.states.describe(task ? taskExecution(task) : '')).toMatchObject({ status: 'running' });
    await nextAttempt(builder);
    expect(await world.reach('completed', 'failed')).toMatchObject({ status: 'completed', reason: null });
  });
});

describe('a task that begins anew', () => {
  it('is nothing to the execution that worked on it before, also while it has none of its own', async () => {
    await begin(
      usual(
        (run, key) =>
          run.role === 'builder' && key === 'T2' && run.round === 1 && run.attempt === 1
            ? 'silent'
            : undefined,
        plan,
      ),
    );
    const builder = await builderOf('T2');
    const task = (await tasksOf()).find(({ id }) => id === builder.taskId);
    if (!task) throw new Error('nobody works');
    await world.store.transaction(async (tx) => {
      const before = await tx.tickets.get(world.ticket.id);
      if (!before) return;
      const ticket = await tx.tickets.update({ ...before, status: 'paused' });
      const standing = {
        ...{ ticket, documents: await tx.documents.list(ticket.id), tasks: await tx.tasks.list(ticket.id) },
        ...{ gates: [], runs: await tx.runs.list({ ticketId: ticket.id }) },
      };
      const text = JSON.stringify(requirements).replace('900 cents', '901 cents');
      const reviser = { by: 'ada', at: new Date().toISOString(), newId, digest: sha256 };
      const revision = reviseRequirements(standing, Requirements.parse(JSON.parse(text)), reviser);
      for (const row of revision.documents) await tx.documents.insert(row);
      for (const row of revision.tasks) await tx.tasks.update(row);
      for (const run of revision.runs) await tx.runs.update(run);
      await tx.tickets.update(revision.ticket);
    });
    const late = { ticketId: world.ticket.id, taskId: task.id, execution: taskExecution(task) };
    await expect(
      world.steps({ step: 'task.built', key: 'late built', ...late, runId: builder.id }),
    ).rejects.toMatchObject({ name: 'StaleAttempt' });
    await world.steps({
      step: 'task.fail',
      key: 'late fail',
      ...late,
      error: { Error: 'Late', Cause: 'late' },
    });
    expect((await tasksOf()).find(({ id }) => id === task.id)?.state).toEqual({ status: 'pending' });
  });
});

describe('a change of the requirements that is proposed during the last check', () => {
  const finding = {
    kind: 'missing_requirement',
    ...{ title: 'Rounding', detail: 'Nobody says how.', blocking: false },
    work: FoundWork.parse({
      sentence: 'The cart shall round half cents up.',
      criteria: [{ text: '0.5 cents become 1 cent', kind: 'example' }],
      writes: ['src/round.ts'],
    }),
  } as const;

  it('is decided about before the ticket is delivered, and done', async () => {
    await begin(
      usual((run) => (isFinal(run) && run.round === 1 && run.attempt === 1 ? 'silent' : undefined)),
      { requirements: 'human' },
    );
    await world.decide('requirements');
    const check = await silent(isFinal);
    await propose();
    await until(async () => (await world.read()).waitingFor === 'gate');
    await nextAttempt(check);
    await until(async () => {
      const { phase, status } = await world.read();
      return phase === 'execution' || status === 'completed';
    });
    await world.decide('requirements');
    expect(await world.reach('completed', 'failed')).toMatchObject({ status: 'completed' });
    expect((await tasksOf()).map(({ key, title, state }) => [key, title, state.status])).toEqual([
      ['T1', expect.any(String), 'done'],
      ['T2', 'Rounding', 'done'],
    ]);
  });

  /** As a person's yes to a finding that a guard had refused. */
  async function propose(): Promise<void> {
    const { id: ticketId, projectId } = world.ticket;
    const [finder] = await runsOf();
    if (!finder) throw new Error('nobody found anything');
    const at = new Date().toISOString();
    const id = newId('discovery');
    const decision = { status: 'proposed', gateId: null, message: 'ada accepted it.' } as const;
    const about = { id, ticketId, runId: finder.id, parent: 'T1', depth: 1, at } as const;
    await world.store.transaction(async (tx) => {
      await tx.discoveries.insert({ ...finding, ...about, decision, overruled: null });
      const telling = { newId, at, projectId, ticketId, actor: 'ada' };
      await tx.outbox.append([eventOf(telling, id, 'discovery.proposed.v1', { discoveryId: id })]);
    });
  }
});

describe('a pull request that is merged', () => {
  const hear = (event: object) =>
    world.steps({
      step: 'forge.hear',
      key: JSON.stringify(event),
      event: { number: 7, by: 'bob', ...event },
    });

  it('while more work is under way is followed by another one, which is open', async () => {
    const pull = { number: 7, url: 'https://forge.test/pull/7' };
    world = await road.world(
      usual((run, key) =>
        run.role === 'builder' && key === 'T2' && run.attempt === 1 ? 'silent' : undefined,
      ),
      { project: { gates }, pull },
    );
    await world.submit();
    const { id: ticketId, projectId } = await world.reach('completed');
    const repo = (await world.store.view.projects.get(projectId))?.repo;
    const said = { id: 'r1', member: true, url: 'https://forge.test/r1', text: 'Say why.', notes: [] };
    await hear({ type: 'reviewed', repo, verdict: 'changes', ...said });
    const builder = await builderOf('T2');
    await hear({ type: 'pull-closed', repo, mergeCommit: sha('merged') });
    expect(await world.store.view.pulls.byTicket(ticketId)).toMatchObject({ state: 'merged' });
    pull.number = 8;
    await nextAttempt(builder);
    await world.reach('completed', 'failed');
    expect(await world.store.view.pulls.byTicket(ticketId)).toMatchObject({
      ...{ number: 8, state: 'open', mergeCommit: null },
    });
  });

  it('with what it lacked is the end of its ticket, which is not tried again', async () => {
    await begin(
      usual((run, key) => {
        if (run.role !== 'builder' || key !== 'T1') return undefined;
        return { end: { type: 'failed', reason: 'model-rejected', message: 'It will not.' } };
      }, planOf(2)),
    );
    const { id: ticketId } = await world.reach('completed');
    await world.store.transaction(async (tx) => {
      const pull = await tx.pulls.byTicket(ticketId);
      if (pull) await tx.pulls.update({ ...pull, state: 'merged', mergeCommit: pull.headCommit });
    });
    await expect(retry()).rejects.toMatchObject({ name: 'IllegalTransition' });
    expect((await world.read()).status).toBe('completed');
  });
});

describe('a ticket that is paused on its way to the delivery', () => {
  it('starts no check before it is resumed', async () => {
    world = await road.world(
      usual(() => undefined),
      {
        project: { gates },
        called: (steps) => async (input) => {
          const { step } = Named.parse(input);
          if (step === 'delivery.update' && (await world.read()).status === 'running') await setPaused(true);
          return steps(input);
        },
      },
    );
    await world.submit();
    await until(async () => (await world.read()).status !== 'running');
    await until(async () => (await runsOf()).some(isFinal));
    await world.dispatcher.idle();
    expect((await runsOf()).find(isFinal)?.state).toMatchObject({ status: 'held', reason: 'paused' });
    await setPaused(false);
    expect(await world.reach('completed', 'failed')).toMatchObject({ status: 'completed' });
    expect((await runsOf()).filter(isFinal)).toHaveLength(1);
  });

  /** As the API does it. */
  const setPaused = (paused: boolean) =>
    world.store.transaction(async (tx) => {
      const ticket = await tx.tickets.get(world.ticket.id);
      if (!ticket) return;
      const at = new Date().toISOString();
      await tx.tickets.update({ ...ticket, status: paused ? 'paused' : 'running' });
      const telling = { newId, at, projectId: ticket.projectId, ticketId: ticket.id, actor: 'ada' };
      const held = await tx.runs.list({ ticketId: ticket.id, status: 'held' });
      const tokens = held.flatMap(({ token }) => token ?? []);
      await tx.outbox.append([
        paused
          ? eventOf(telling, ticket.id, 'ticket.paused.v1', { by: 'ada' })
          : eventOf(telling, ticket.id, 'ticket.resumed.v1', { by: 'ada', tokens }),
      ]);
    });
});

describe('a ticket that waits for a person', () => {
  const finding: Finding = {
    ...{ file: 'test/cart.test.ts', line: 3, side: 'before', kind: 'removed-test', severity: 'high' },
    ...{ hunk: "-test('adds', () => {});", message: 'The test "adds" is gone.' },
  };

  it('waits no more once nobody decided about a gate in time', async () => {
    await begin(
      usual((run, key) => {
        if (run.role === 'builder' && key === 'T2' && run.attempt === 1) return 'silent';
        const [work, ...others] = run.check?.works ?? [];
        if (work?.key !== 'T1' || others.length > 0) return undefined;
        const refused = [{ reason: 'tampered' as const, taskId: work.taskId, findings: [finding] }];
        return { check: { type: 'unmerged', refused } };
      }, planOf(2)),
    );
    const builder = await builderOf('T2');
    await until(async () => (await world.read()).waitingFor === 'gate');
    await world.store.transaction(async (tx) => {
      const gate = (await tx.gates.list(world.ticket.id)).find(({ state }) => state.status === 'open');
      if (gate) await tx.gates.update({ ...gate, expiresAt: gate.openedAt });
    });
    await world.keeper.look();
    await until(async () => (await tasksOf()).some(({ state }) => state.status === 'failed'));
    expect(await world.read()).toMatchObject({ status: 'running', waitingFor: null });
    await nextAttempt(builder);
    expect(await world.reach('completed', 'failed')).toMatchObject({ status: 'completed' });
  });

  it.each([
    ['by its own word', end],
    ['with its third sandbox', lost],
    ['with its task', failed],
  ])('waits no more once the run has ended %s that a person let ask while it went on', async (_, ending) => {
    await begin(usual((run) => (run.role === 'builder' ? 'silent' : undefined)));
    const builder = await builderOf('T1');
    await world.store.transaction(async (tx) => {
      const ticket = await tx.tickets.get(world.ticket.id);
      const question = {
        id: newId('question'),
        runId: builder.id,
        ticketId: world.ticket.id,
        text: 'Which?',
      };
      const askedAt = new Date().toISOString();
      await tx.notes.insertQuestion({ ...question, options: [], answer: null, askedAt });
      if (ticket) await tx.tickets.update({ ...ticket, status: 'waiting', waitingFor: 'question' });
    });
    expect(await world.store.view.tickets.countWaits()).toBe(1);
    await ending(builder);
    expect((await runsOf()).find(({ id }) => id === builder.id)?.state.status).toBe('ended');
    expect(await world.read()).toMatchObject({ waitingFor: null });
    expect(await world.store.view.tickets.countWaits()).toBe(0);
  });

  async function lost({ id: runId }: Run): Promise<void> {
    for (const attempt of [1, 2, 3])
      await world.steps({ step: 'run.lose', key: `lose/${runId}/${attempt}`, runId, attempt });
  }

  async function failed(): Promise<void> {
    const [task] = await tasksOf();
    if (!task) throw new Error('there is no task');
    const { id: taskId, ticketId } = task;
    const error = { Error: 'States.Timeout', Cause: 'It took too long.' };
    await world.steps({
      ...{ step: 'task.fail', key: 'failed', ticketId, taskId, execution: taskExecution(task), error },
    });
  }

  /** As its sandbox says it. */
  async function end(run: Run): Promise<void> {
    const tokens = createRunTokens('a secret of the tests that is long enough');
    const app = createGateway({
      ...{
        store: world.store,
        tokens,
        newId,
        digest: sha256,
        embed: hashedNgrams,
        model: 'claude-sonnet-5-5',
      },
      blobs: { presign: async () => '', size: async () => 1 },
      workflow: { heartbeat: async () => {} },
      agents: { beat: async () => {} },
      upstream: createCassettePlayer([]),
      clock: () => new Date().toISOString(),
      log: () => {},
    });
    const { id: runId, attempt } = run;
    const token = await tokens.sign({ runId, attempt, expiresAt: '2099-01-01T00:00:00.000Z' });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ reason: 'stuck', message: 'It repeats itself.' });
    const answer = await app.request('/v1/run/end', { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
  }
});
