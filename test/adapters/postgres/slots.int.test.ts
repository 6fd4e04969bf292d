/** Claiming slots: what the statement decides is what the core decides, and many at once pass no limit. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { openPool } from '#adapters/postgres/pool.ts';
import { createStore } from '#adapters/postgres/store.ts';
import { slotsHeld } from '#core/graph/schedule.ts';
import { type Offer, share } from '#core/graph/share.ts';
import type { ProjectId, TicketId } from '#core/id.ts';
import type { Store } from '#core/store.ts';
import { taskExecution } from '#core/task/execution.ts';
import { decideTask, type Task, type TaskState } from '#core/task/task.ts';
import { emptied, openTestStore } from '#test/support/store.ts';
import { aProject, aRun, aTask, aTicket, at, sha } from './samples.ts';
import { startServer, type TestServer } from './server.ts';

const clock = () => new Date().toISOString();
const ready: TaskState = { status: 'ready' };
const running: TaskState = { status: 'running', since: at };
const queued: TaskState = { status: 'verifying', since: at, runId: null };
const asked: TaskState = { status: 'verifying', since: at, runId: null, asked: true };
const minute = (minutes: number) => new Date(Date.parse(at) + minutes * 60_000).toISOString();

let server: TestServer;
let pooled: Database;
let embedded: Database;
beforeAll(async () => {
  server = await startServer();
  pooled = openPool(await server.createDatabase(), { connections: 34 });
  await migrate(
    pooled,
    (await readMigrations()).filter(({ name }) => name !== '0003_memory'),
  );
  embedded = (await openTestStore()).database;
});
afterAll(async () => {
  await pooled?.close();
  await embedded?.close();
  await server?.stop();
});

const claimOf = (account: number, most = 100) => ({
  ...{ account, at: minute(100), overdue: minute(40) },
  eventIds: Array.from({ length: most }, () => newId('event')),
});

const emptyStore = async (database: Database): Promise<Store> =>
  createStore(await emptied(database), { clock });

const newProject = async (store: Store, parallelProject = 16) => {
  const project = aProject({ parallelProject, repo: newId('project') });
  await store.transaction((tx) => tx.projects.insert(project));
  return project.id;
};

const newTicket = (store: Store, projectId: ProjectId) =>
  store.transaction(async (tx) => {
    const ticket = aTicket(projectId, await tx.tickets.nextNumber(), { executionToken: 'token' });
    await tx.tickets.insert(ticket);
    return ticket.id;
  });

/** Adds tasks to a ticket; those that are ready are offered since `minute(since)`, in this order. */
async function fill(store: Store, ticketId: TicketId, tasks: readonly Partial<Task>[], since = 90) {
  const rows = tasks.map((task, index) => aTask(ticketId, `T${index + 1}`, task));
  await store.transaction(async (tx) => {
    for (const row of rows) await tx.tasks.insert(row);
    const offered = rows.filter(({ state }) => state.status === 'ready');
    const ahead = offered.map(({ id }, index) => ({ id, ahead: slotsHeld(rows) + index }));
    await tx.tasks.offer(ticketId, ahead, minute(since));
  });
  return rows;
}

describe.each([
  ['Postgres', () => pooled],
  ['PGlite', () => embedded],
])('a claim on %s', (_, database) => {
  it('starts a task as the core does, and tells it as the catalogue has it', async () => {
    const store = await emptyStore(database());
    const projectId = await newProject(store);
    const ticketId = await newTicket(store, projectId);
    const [before] = await fill(store, ticketId, [{ state: ready, generation: 2, round: 3 }]);
    if (!before) throw new Error('nothing was inserted');
    const claim = claimOf(1, 1);
    const started = await store.claim(claim);
    const expected = { ...decideTask(before, { type: 'start' }, claim.at), version: 1 };
    expect(started).toEqual([before.id]);
    expect(await store.view.tasks.get(before.id)).toEqual(expected);
    expect(await store.view.outbox.list({ ticketId })).toMatchObject([
      {
        ...{ id: claim.eventIds[0], type: 'task.started.v1', projectId, ticketId, subject: before.id },
        ...{ occurredAt: claim.at, actor: 'platform', correlationId: ticketId, causationId: null },
        data: { taskId: before.id, key: 'T1', execution: taskExecution(expected) },
      },
    ]);
  });

  it('takes nothing twice, nothing withdrawn, nothing of a ticket that is paused or over', async () => {
    const store = await emptyStore(database());
    const projectId = await newProject(store);
    const [one, two] = [await newTicket(store, projectId), await newTicket(store, projectId)];
    const [first, second] = await fill(store, one, [{ state: ready }, { state: ready }]);
    await fill(store, two, [{ state: ready }]);
    await store.transaction(async (tx) => {
      const ticket = await tx.tickets.get(two);
      if (ticket) await tx.tickets.update({ ...ticket, status: 'paused' });
      if (second) await tx.tasks.offer(one, first ? [{ id: first.id, ahead: 0 }] : [], minute(95));
    });
    expect(await store.claim(claimOf(10))).toEqual([first?.id]);
    expect(await store.claim(claimOf(10))).toEqual([]);
  });

  it('withdraws the offer of a task that is changed', async () => {
    const store = await emptyStore(database());
    const [task] = await fill(store, await newTicket(store, await newProject(store)), [{ state: ready }]);
    if (task) await store.transaction((tx) => tx.tasks.update({ ...task, feedback: 'Think of this.' }));
    expect(await store.claim(claimOf(10))).toEqual([]);
  });

  it('counts no task whose run waits for a person', async () => {
    const store = await emptyStore(database());
    const ticketId = await newTicket(store, await newProject(store, 1));
    const [held] = await fill(store, ticketId, [{ state: running }, { state: ready }]);
    expect(await store.claim(claimOf(1))).toEqual([]);
    const state = { status: 'held', at, reason: 'question', startedAt: null } as const;
    if (held) await store.transaction((tx) => tx.runs.insert(aRun(ticketId, { taskId: held.id, state })));
    expect(await store.claim(claimOf(1))).toHaveLength(1);
  });

  it('counts a merge queue once, however much waits in it, and not while its ticket is paused', async () => {
    const store = await emptyStore(database());
    const projectId = await newProject(store, 3);
    const [busy, other] = [await newTicket(store, projectId), await newTicket(store, projectId)];
    await fill(store, busy, [{ state: queued }, { state: queued }, { state: queued }]);
    await fill(store, other, Array<Partial<Task>>(5).fill({ state: ready }));
    expect(await store.claim(claimOf(9))).toHaveLength(2);
    await store.transaction(async (tx) => {
      const ticket = await tx.tickets.get(busy);
      if (ticket) await tx.tickets.update({ ...ticket, status: 'paused' });
    });
    expect(await store.claim(claimOf(9))).toHaveLength(1);
  });

  it('counts no merge queue in which a person is asked about every work', async () => {
    const store = await emptyStore(database());
    const projectId = await newProject(store, 2);
    const [one, two] = [await newTicket(store, projectId), await newTicket(store, projectId)];
    await fill(store, one, [{ state: asked }, { state: asked }]);
    await fill(store, two, [{ state: asked }, { state: queued }, { state: ready }, { state: ready }]);
    expect(await store.claim(claimOf(9))).toHaveLength(1);
  });

  it('gives slots as the core does, whatever is offered', async () => {
    const task = fc.record({
      state: fc.constantFrom(ready, ready, running, queued, asked),
      priority: fc.integer({ min: -1, max: 1 }),
    });
    const ticket = fc.record({
      since: fc.integer({ min: 30, max: 60 }),
      tasks: fc.array(task, { minLength: 1, maxLength: 4 }),
    });
    const project = fc.record({
      limit: fc.integer({ min: 1, max: 4 }),
      tickets: fc.array(ticket, { minLength: 1, maxLength: 3 }),
    });
    const scene = fc.record({
      account: fc.integer({ min: 0, max: 9 }),
      projects: fc.array(project, { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(scene, async ({ account, projects }) => {
        const store = await emptyStore(database());
        const offers: Offer[] = [];
        const busy = new Map<ProjectId, number>();
        const limits = new Map<ProjectId, number>();
        for (const { limit, tickets } of projects) {
          const projectId = await newProject(store, limit);
          limits.set(projectId, limit);
          for (const { since, tasks } of tickets) {
            const ticketId = await newTicket(store, projectId);
            const rows = await fill(store, ticketId, tasks, since);
            const held = slotsHeld(rows);
            if (held > 0) busy.set(projectId, (busy.get(projectId) ?? 0) + held);
            for (const [index, { id, priority }] of rows.filter(({ state }) => state === ready).entries())
              offers.push({
                taskId: id,
                ticketId,
                projectId,
                ahead: held + index,
                priority,
                since: minute(since),
              });
          }
        }
        const claim = claimOf(account);
        const project = (id: ProjectId) => limits.get(id) ?? 0;
        const expected = share(offers, busy, { account, project }, claim.overdue);
        const started = await store.claim(claim);
        expect(started).toEqual(expected.map(({ taskId }) => taskId));
      }),
      { numRuns: 25 },
    );
  });
});

describe('many that claim at once', () => {
  it.each([1, 2, 4, 8, 16, 32])('%i workers start each task once and never pass a limit', async (workers) => {
    const store = await emptyStore(pooled);
    const account = 7;
    const limits = new Map<ProjectId, number>();
    const count = 6 * 4 * 5;
    for (const limit of [1, 2, 3, 9]) {
      const projectId = await newProject(store, limit);
      limits.set(projectId, limit);
      for (let at = 0; at < 6; at += 1)
        await fill(store, await newTicket(store, projectId), Array<Partial<Task>>(5).fill({ state: ready }));
    }
    const over: string[] = [];
    const seen: string[] = [];
    const watch = async () => {
      const { rows } = await pooled.query(
        `select project_id as id, count(*) as count from tasks where status = 'running' group by 1`,
      );
      const sum = rows.reduce((total, { count: busy }) => total + Number(busy), 0);
      if (sum > account) over.push(`account ${sum}`);
      for (const { id, count: busy } of rows)
        if (Number(busy) > (limits.get(String(id) as ProjectId) ?? 0)) over.push(`project ${busy}`);
    };
    const work = async () => {
      for (let idle = 0; seen.length < count && idle < 2000; idle += 1) {
        const started = await store.claim(claimOf(account, 3));
        seen.push(...started);
        await watch();
        for (const id of started) {
          idle = 0;
          const task = await store.view.tasks.get(id);
          if (!task) throw new Error('what was started is gone');
          const verifying = decideTask(task, { type: 'verify', runId: newId('run') }, at);
          const done = decideTask(verifying, { type: 'finish', commit: sha }, at);
          await store.transaction((tx) => tx.tasks.update(done));
        }
      }
    };
    await Promise.all(Array.from({ length: workers }, work));
    expect(over).toEqual([]);
    expect(seen).toHaveLength(count);
    expect(new Set(seen).size).toBe(count);
  });

  it('passes by a graph that somebody looks at, and takes it afterwards', async () => {
    const store = await emptyStore(pooled);
    const projectId = await newProject(store);
    const [looked, other] = [await newTicket(store, projectId), await newTicket(store, projectId)];
    const [busy] = await fill(store, looked, [{ state: ready }], 10);
    const [idle] = await fill(store, other, [{ state: ready }]);
    let held: () => void = () => {};
    let release: () => void = () => {};
    const holding = new Promise<void>((resolve) => {
      held = resolve;
    });
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const look = store.transaction(async (tx) => {
      await tx.tasks.hold(looked);
      held();
      await released;
    });
    await holding;
    const during = await store.claim(claimOf(5));
    release();
    await look;
    expect(during).toEqual([idle?.id]);
    expect(await store.claim(claimOf(5))).toEqual([busy?.id]);
  });
});
