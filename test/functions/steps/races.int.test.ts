/** What only shows with connections that really run at the same time: on a server, with a pool. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { openPool } from '#adapters/postgres/pool.ts';
import { createStore } from '#adapters/postgres/store.ts';
import { FoundWork } from '#core/discovery/discovery.ts';
import type { TicketId } from '#core/id.ts';
import type { Store, Tx } from '#core/store.ts';
import { discoveryHandlers } from '#functions/api/discoveries.ts';
import { resume } from '#functions/api/hold.ts';
import { createSteps } from '#functions/steps/steps.ts';
import { startServer, type TestServer } from '#test/adapters/postgres/server.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { until } from '#test/local/states/host.ts';
import { author, checked, openWorld, type Script } from './road.ts';

const withoutMemory = async () => (await readMigrations()).filter(({ name }) => name !== '0003_memory');
const gates = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;
const documents = { explorer: exploration, analyst: requirements, architect: design, planner: planOf(1) };

const clock = () => new Date().toISOString();

let server: TestServer;
/** Of the host, and of somebody else. */
let pools: readonly [Database, Database];
let stores: readonly [Store, Store];
beforeAll(async () => {
  server = await startServer();
  const url = await server.createDatabase();
  pools = [openPool(url, { connections: 8 }), openPool(url, { connections: 2 })];
  await migrate(pools[0], await withoutMemory());
  stores = [createStore(pools[0], { clock }), createStore(pools[1], { clock })];
});
afterAll(async () => {
  for (const store of stores ?? []) await store.close();
  await server?.stop();
});

const script: Script = (run, key) => {
  if (run.kind === 'check') return checked(run);
  if (run.role === 'builder') return { work: `${key} builder ${run.id}` };
  const document = new Map<string, unknown>(Object.entries(documents)).get(run.role);
  return document === undefined ? 'silent' : { document };
};

/** The store, with something else that commits right before a ticket is completed for the so-many-th time. */
function interrupted(at: number, other: () => Promise<unknown>): Store {
  let completed = 0;
  const tickets = (rows: Tx['tickets']): Tx['tickets'] => ({
    ...rows,
    update: async (ticket) => {
      if (ticket.status === 'completed') {
        completed += 1;
        if (completed === at) await other();
      }
      return rows.update(ticket);
    },
  });
  const [store] = stores;
  return {
    ...store,
    transaction: (fn) => store.transaction((tx) => fn({ ...tx, tickets: tickets(tx.tickets) })),
  };
}

/** A review that asks for changes, as the webhook is told. */
async function review(steps: (input: unknown) => Promise<unknown>, ticketId: TicketId, id: string) {
  const { view } = stores[1];
  const pull = await view.pulls.byTicket(ticketId);
  const ticket = await view.tickets.get(ticketId);
  const project = ticket && (await view.projects.get(ticket.projectId));
  const event = {
    ...{ type: 'reviewed', repo: project?.repo, number: pull?.number, by: 'bob', id, member: true },
    ...{ url: `https://forge.test/${id}`, verdict: 'changes', text: 'Say why.', notes: [] },
  };
  return steps({ step: 'forge.hear', key: id, event });
}

/** A person's yes to a finding that a guard had refused. */
async function accept(ticketId: TicketId): Promise<unknown> {
  const store = stores[1];
  const at = clock();
  const id = newId('discovery');
  const decision = { status: 'refused', guard: 'duplicate', message: 'T1 does it.' } as const;
  const [run] = await store.view.runs.list({ ticketId });
  if (!run) throw new Error('nobody found anything');
  const finding = { kind: 'bug', title: 'Off by one', detail: '', blocking: false } as const;
  const work = FoundWork.parse({ writes: ['docs/**'] });
  const about = {
    id,
    ticketId,
    runId: run.id,
    parent: 'T1',
    depth: 1,
    at,
    decision,
    overruled: null,
  } as const;
  await store.transaction((tx) => tx.discoveries.insert({ ...finding, ...about, work }));
  const call = {
    ...{ params: { ticket: ticketId, discovery: id }, query: {}, body: {}, actor: 'ada', at },
    transact: <T>(act: Parameters<typeof store.transaction<T>>[0]) => store.transaction(act),
  };
  return discoveryHandlers.acceptDiscovery(call as never, { newId, store } as never);
}

const states = async (ticketId: TicketId) =>
  (await stores[1].view.tasks.list(ticketId)).map(({ key, state }) => `${key} ${state.status}`);

it('a review that comes in while its ticket is completed is done before it is over', async () => {
  const digest = sha256;
  const steps = createSteps({
    store: stores[1],
    clock,
    newId,
    digest,
    author,
    blobs: { put: async () => {} },
  });
  const store = interrupted(2, () => review(steps, world.ticket.id, 'second'));
  const world = await openWorld({ store, database: pools[0] }, script, {
    project: { gates },
    pull: { number: 7, url: 'https://forge.test/pull/7' },
  });
  await world.submit();
  const { id: ticketId } = await world.reach('completed', 'failed');
  expect(await review(world.steps, ticketId, 'first')).toMatchObject({ did: ['TKT-1 goes on with T2.'] });
  await world.reach('completed', 'failed');
  await world.close();
  expect(await states(ticketId)).toEqual(['T1 done', 'T2 done', 'T3 done']);
});

it('a finding that a person accepts while its ticket is completed is done before it is over', async () => {
  const store = interrupted(1, () => accept(world.ticket.id));
  const world = await openWorld({ store, database: pools[0] }, script, { project: { gates } });
  await world.submit();
  const { id: ticketId } = await world.reach('completed', 'failed');
  await world.close();
  expect(await states(ticketId)).toEqual(['T1 done', 'T2 done']);
});

it('a resumption at the moment in which a run registers its hold is heard, however often', async () => {
  const store = stores[0];
  const world = await openWorld({ store, database: pools[0] }, script, {
    project: { gates, defaultBranch: 'main' },
    // No sandbox can start: as soon as it is resumed the ticket is paused again.
    networks: () => ['open'],
  });
  await world.submit();
  await world.reach('paused');
  const paused = async () => (await world.events()).filter((type) => type === 'run.held.v1').length;
  for (let times = 2; times <= 12; times += 1) {
    await stores[1].transaction(async (tx) => {
      const ticket = await tx.tickets.get(world.ticket.id);
      if (ticket) await resume(tx, { newId }, { actor: 'ada', at: clock() }, ticket);
    });
    world.dispatcher.notify();
    await until(async () => (await paused()) === times);
  }
  await world.close();
});
