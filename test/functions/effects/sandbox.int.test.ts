/** What the end and the hold of a run do to its sandbox, and to the registry of who is at work. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { memoryAgents } from '#adapters/memory/agents.ts';
import type { Agents } from '#core/agent/ports.ts';
import type { EventData } from '#core/events/catalogue.ts';
import { eventOf } from '#core/events/event.ts';
import type { Project } from '#core/project/project.ts';
import type { Run } from '#core/run/run.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { createEffects } from '#functions/effects/effects.ts';
import { aProject, aRun, aTicket, at, later } from '#test/adapters/postgres/samples.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';

let opened: TestStore;
const project: Project = aProject();
const ticket: Ticket = aTicket(project.id, 1);
beforeAll(async () => {
  opened = await openTestStore();
  await opened.store.transaction(async (tx) => {
    await tx.projects.insert(project);
    await tx.tickets.insert(ticket);
  });
});
afterAll(() => opened.close());

let agents: Agents;
let stopped: string[];
let run: Run;
const other = newId('run');

const beat = (runId: Run['id'], attempt: number) =>
  agents.beat({
    ...{ runId, attempt, kind: 'agent', role: 'builder', ticketId: ticket.id, ticket: 'TKT-1', task: 'T1' },
    ...{ doing: 'npm test', turn: 3, since: at, at, until: later },
  });
const atWork = async () => (await agents.list(at)).map(({ runId }) => runId);

beforeEach(async () => {
  agents = memoryAgents();
  stopped = [];
  run = aRun(ticket.id, { sandbox: `task-${newId('event')}`, attempt: 2 });
  await opened.store.transaction((tx) => tx.runs.insert(run));
  await beat(other, 1);
  await beat(run.id, 2);
});

const common = (attempt: number) => ({
  ...{ runId: run.id, attempt, kind: run.kind, role: run.role, taskId: null, token: null },
});
const ended = (attempt: number): EventData<'run.ended.v1'> => ({
  ...{ ...common(attempt), outcome: 'failed', reason: 'stuck', message: 'It turns in circles.' },
});
const held = (attempt: number): EventData<'run.held.v1'> => ({ ...common(attempt), reason: 'question' });

async function tell<T extends 'run.ended.v1' | 'run.held.v1'>(type: T, data: EventData<T>) {
  const none = async () => undefined;
  const effects = createEffects({
    ...{ store: opened.store, agents, steps: none, clock: () => at, log: () => {} },
    workflow: { start: none, succeed: none, fail: none, heartbeat: none, stop: none },
    sandboxes: {
      networks: [],
      launch: async () => 'x',
      status: async () => 'gone',
      stop: async (handle) => void stopped.push(handle),
    },
    tokens: { sign: async () => '' },
    gatewayUrl: () => '',
  });
  const telling = { newId, projectId: project.id, ticketId: ticket.id, actor: 'platform', at };
  const event = { ...eventOf(telling, run.id, type, data), cursor: 1 };
  // Each event may be delivered twice.
  for (const _ of [1, 2]) await effects.handle('sandbox', event);
}

it('a run that ended is at work no more, and its sandbox is stopped', async () => {
  expect(await atWork()).toEqual([other, run.id]);
  await tell('run.ended.v1', ended(2));
  expect(await atWork()).toEqual([other]);
  expect(stopped).toEqual([run.sandbox, run.sandbox]);
});

it('a run that is held is at work no more, and its sandbox says its last word by itself', async () => {
  await tell('run.held.v1', held(2));
  expect(await atWork()).toEqual([other]);
  expect(stopped).toEqual([]);
});

it('the end of an earlier attempt, told late, leaves the later one at work', async () => {
  await tell('run.held.v1', held(1));
  expect(await atWork()).toEqual([other, run.id]);
});
