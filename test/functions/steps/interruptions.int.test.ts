import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { eventOf } from '#core/events/event.ts';
import { Requirements } from '#core/spec/requirements.ts';
import { decideTicket, evolveTicket, type TicketCommand } from '#core/ticket/decide.ts';
import { reviseRequirements } from '#core/ticket/revise.ts';
import { design, exploration, plan, requirements } from '#test/core/spec/samples.ts';
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

function usual(
  other: (run: Parameters<Script>[0], key: string | null) => Act | undefined = () => undefined,
): Script {
  return (run, key) => {
    const played = other(run, key);
    if (played) return played;
    if (run.kind === 'check') return checked(run);
    if (run.role === 'builder' || run.role === 'integrator')
      return { work: `${key} ${run.role} ${run.round} ${run.id}` };
    return run.role === 'verifier' || run.role === 'diagnostician'
      ? 'silent'
      : { document: documents[run.role] };
  };
}

/** Moves the ticket as the API does. */
async function move(command: TicketCommand): Promise<void> {
  await world.store.transaction(async (tx) => {
    const ticket = await tx.tickets.get(world.ticket.id);
    if (!ticket) return;
    const at = new Date().toISOString();
    await tx.tickets.update(
      decideTicket(ticket, command).reduce((state, fact) => evolveTicket(state, fact, at), ticket),
    );
    const telling = { newId, at, projectId: ticket.projectId, ticketId: ticket.id, actor: 'ada' };
    if (command.type === 'pause')
      await tx.outbox.append([eventOf(telling, ticket.id, 'ticket.paused.v1', { by: 'ada' })]);
    if (command.type === 'cancel')
      await tx.outbox.append([eventOf(telling, ticket.id, 'ticket.cancelled.v1', { by: 'ada' })]);
    if (command.type === 'resume') {
      const held = (await tx.runs.list({ ticketId: ticket.id })).filter(
        ({ state }) => state.status === 'held',
      );
      const tokens = held.flatMap(({ token }) => (token === null ? [] : [token]));
      await tx.outbox.append([eventOf(telling, ticket.id, 'ticket.resumed.v1', { by: 'ada', tokens })]);
    }
  });
}

const runsOf = () => world.store.view.runs.list({ ticketId: world.ticket.id });
const runIn = (status: string) =>
  until(async () => (await runsOf()).find(({ state }) => state.status === status));

describe('a ticket that is interrupted', () => {
  it('holds its next run while it is paused, and goes on from there when it is resumed', async () => {
    world = await road.world(usual(), { ticket: { status: 'paused' } });
    await world.submit();
    const held = await runIn('held');
    expect(world.launched).toHaveLength(0);
    await move({ type: 'resume' });
    await world.decide('requirements');
    const run = await world.store.view.runs.get(held.id);
    expect(run).toMatchObject({ attempt: 2, state: { status: 'ended' } });
  });

  it('goes on when the person was faster than the workflow', async () => {
    // The run is held for a pause that is over already: nobody will answer the token that `hold` registers.
    world = await road.world(
      usual((run) => (run.attempt === 1 && run.role === 'explorer' ? { hold: 'paused' } : undefined)),
    );
    await world.submit();
    await world.decide('requirements');
    expect(await world.events()).toContain('run.released.v1');
    const explorer = (await runsOf()).find(({ role }) => role === 'explorer');
    expect(explorer?.attempt).toBe(2);
  });

  it('waits for an answer, and starts the next attempt with it', async () => {
    world = await road.world(
      usual((run) => (run.attempt === 1 && run.role === 'analyst' ? { hold: 'question' } : undefined)),
      { project: { gates: auto } },
    );
    await world.submit();
    expect(await world.reach('waiting')).toMatchObject({ waitingFor: 'question' });
    await world.store.transaction(async (tx) => {
      const [question] = await tx.notes.questions({ ticketId: world.ticket.id });
      const run = question && (await tx.runs.get(question.runId));
      if (!question || !run?.token) throw new Error('nobody waits');
      const at = new Date().toISOString();
      await tx.notes.answerQuestion(question.id, { text: 'This one.', by: 'ada', at });
      const { projectId, id: ticketId } = world.ticket;
      const told = { questionId: question.id, runId: run.id, by: 'ada', tokens: [run.token] };
      const telling = { newId, at, projectId, ticketId, actor: 'ada' };
      await tx.outbox.append([eventOf(telling, question.id, 'question.answered.v1', told)]);
    });
    expect((await world.reach('completed', 'failed')).reason).toBeNull();
    const analysts = world.launched.filter(({ role }) => role === 'analyst');
    expect(analysts.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('ends its runs, tasks and gates when it is cancelled', async () => {
    world = await road.world(
      usual((run) => (run.role === 'builder' ? 'silent' : undefined)),
      { project: { gates: auto } },
    );
    await world.submit();
    await until(() => world.launched.some(({ role }) => role === 'builder'));
    await until(async () =>
      (await runsOf()).some(({ role, sandbox }) => role === 'builder' && sandbox !== null),
    );
    await move({ type: 'cancel', reason: 'Not needed.' });
    await world.dispatcher.idle();
    expect((await runsOf()).every(({ state }) => state.status === 'ended')).toBe(true);
    const tasks = await world.store.view.tasks.list(world.ticket.id);
    expect(tasks.every(({ state }) => state.status === 'cancelled')).toBe(true);
    const builder = (await runsOf()).find(({ role }) => role === 'builder');
    expect(world.stopped).toContain(builder?.sandbox);
    for (const { name, status } of await world.states.list({ limit: 1000 }))
      if (name.includes(world.ticket.id) || name.includes(tasks[0]?.id ?? '-'))
        expect(status).not.toBe('RUNNING');
  });
});

describe('a sandbox that dies', () => {
  it('is followed by the next attempt of the same run', async () => {
    world = await road.world(
      usual((run) => (run.role === 'explorer' && run.attempt === 1 ? 'silent' : undefined)),
    );
    await world.submit();
    const run = await until(async () => (await runsOf()).find(({ sandbox }) => sandbox !== null));
    await world.keeper.exited(run.sandbox ?? '');
    await world.keeper.exited(run.sandbox ?? '');
    await world.decide('requirements');
    const explorers = world.launched.filter(({ role }) => role === 'explorer');
    expect(explorers.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('is found by looking, and ends the run after three in a row', async () => {
    world = await road.world(usual((run) => (run.role === 'explorer' ? 'silent' : undefined)));
    await world.submit();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const run = await until(async () =>
        (await runsOf()).find((one) => one.attempt === attempt && one.round === 1 && one.sandbox !== null),
      );
      world.stopped.push(run.sandbox ?? '');
      expect((await world.keeper.look()).live).toBeGreaterThan(0);
    }
    const first = (await runsOf()).find(({ round }) => round === 1);
    expect(first?.state).toMatchObject({ outcome: { reason: 'sandbox-lost' } });
    await until(() => world.launched.some(({ round }) => round === 2));
  });
});

describe('a change of requirements', () => {
  it('re-opens only the tasks that depend on it, and delivers both again', async () => {
    let silent = true;
    world = await road.world(
      usual((run, key) => (silent && key === 'T2' && run.role === 'builder' ? 'silent' : undefined)),
      { project: { gates: auto } },
    );
    await world.submit();
    const builder = await until(async () =>
      (await runsOf()).find(
        ({ role, sandbox, taskId, state }) =>
          role === 'builder' && sandbox !== null && taskId !== null && state.status === 'requested',
      ),
    );
    silent = false;
    await change((text) => text.replace('900 cents', '901 cents'));
    const ticket = await world.reach('completed', 'failed');
    expect(ticket.reason).toBeNull();
    const tasks = await world.store.view.tasks.list(ticket.id);
    expect(tasks.map(({ key, generation }) => [key, generation])).toEqual([
      ['T1', 1],
      ['T2', 2],
    ]);
    expect((await world.store.view.runs.get(builder.id))?.state).toMatchObject({
      outcome: { reason: 'cancelled' },
    });
    const pull = await world.store.view.pulls.byTicket(ticket.id);
    expect(pull?.body).toContain('901 cents');
  });

  async function change(edit: (text: string) => string): Promise<void> {
    await world.store.transaction(async (tx) => {
      const ticket = await tx.tickets.get(world.ticket.id);
      if (!ticket) return;
      const standing = {
        ticket,
        documents: await tx.documents.list(ticket.id),
        tasks: await tx.tasks.list(ticket.id),
        gates: await tx.gates.list(ticket.id),
        runs: await tx.runs.list({ ticketId: ticket.id }),
      };
      const after = Requirements.parse(JSON.parse(edit(JSON.stringify(requirements))));
      const at = new Date().toISOString();
      const revision = reviseRequirements(standing, after, { by: 'ada', at, newId, digest: sha256 });
      expect(revision.impact.tasks).toEqual(['T2']);
      for (const row of revision.documents) await tx.documents.insert(row);
      for (const task of revision.tasks) await tx.tasks.update(task);
      for (const run of revision.runs) await tx.runs.update(run);
      for (const gate of revision.gates) await tx.gates.update(gate);
      await tx.tickets.update(revision.ticket);
      await tx.outbox.append(revision.events);
    });
  }
});

describe('a step', () => {
  it('answers a repetition with its first answer and writes nothing more', async () => {
    world = await road.world(usual());
    await world.submit();
    await world.decide('requirements', 'no');
    await world.decide('requirements');
    const call = {
      step: 'phase.prepare',
      key: 'twice',
      ticketId: world.ticket.id,
      phase: 'tasks',
      feedback: null,
    };
    const first = await world.steps(call);
    const count = (await runsOf()).length;
    expect(await world.steps(call)).toEqual(first);
    expect((await runsOf()).length).toBe(count);
  });

  it('refuses a key that comes with another input, and a verb that it does not know', async () => {
    world = await road.world(usual());
    await world.submit();
    await world.steps({ step: 'ticket.route', key: 'k', ticketId: world.ticket.id }).catch(() => undefined);
    await expect(world.steps({ step: 'ticket.none', key: 'x' })).rejects.toThrow(
      'There is no step ticket.none.',
    );
    await world.decide('requirements');
    await world.steps({ step: 'ticket.route', key: 'r', ticketId: world.ticket.id });
    await expect(
      world.steps({ step: 'ticket.prepare', key: 'r', ticketId: world.ticket.id }),
    ).rejects.toMatchObject({ code: 'key-reused' });
  });

  it('of an execution whose task was re-opened changes nothing', async () => {
    world = await road.world(usual(), { project: { gates: auto } });
    await world.submit();
    await world.reach('completed');
    const [task] = await world.store.view.tasks.list(world.ticket.id);
    const call = { ticketId: world.ticket.id, taskId: task?.id, execution: `task-${task?.id}-0` };
    const late = { step: 'task.fail', key: 'late', error: { Error: 'Late', Cause: 'late' }, ...call };
    expect(await world.steps(late)).toEqual({ error: 'Late', cause: 'late' });
    expect((await world.store.view.tasks.list(world.ticket.id))[0]?.state.status).toBe('done');
  });
});
