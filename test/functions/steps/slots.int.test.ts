/** Doorbells are only doorbells: lost, doubled or out of order, every task starts once and no limit is passed. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { consumersOf } from '#core/events/catalogue.ts';
import { eventOf } from '#core/events/event.ts';
import { isAtWork } from '#core/graph/schedule.ts';
import type { TicketId } from '#core/id.ts';
import { NetworkPolicy } from '#core/project/project.ts';
import { decideTask, type Task } from '#core/task/task.ts';
import { createEffects } from '#functions/effects/effects.ts';
import { createRunKeeper } from '#functions/reconcile/runs.ts';
import { createSteps } from '#functions/steps/steps.ts';
import { aProject, aTask, aTicket, sha } from '#test/adapters/postgres/samples.ts';
import { emptied, openTestStore, type TestStore } from '#test/support/store.ts';

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(() => opened.close());

const clock = () => new Date().toISOString();
const slots = 3;

/** Two tickets in execution, five tasks each: two chains, and one that waits for both. */
async function openScene() {
  const { store, database } = opened;
  await emptied(database);
  const project = aProject();
  const graph: [string, string[]][] = [
    ['T1', []],
    ['T2', ['T1']],
    ['T3', []],
    ['T4', ['T3']],
    ['T5', ['T2', 'T4']],
  ];
  const tickets = await store.transaction(async (tx) => {
    await tx.projects.insert(project);
    const made = [];
    for (const token of ['one', 'two']) {
      const number = await tx.tickets.nextNumber();
      const ticket = aTicket(project.id, number, { phase: 'execution', executionToken: token });
      await tx.tickets.insert(ticket);
      for (const [key, dependsOn] of graph)
        await tx.tasks.insert(aTask(ticket.id, key, { dependsOn, writes: [`src/${key}/**`] }));
      const telling = { newId, projectId: project.id, ticketId: ticket.id, actor: 'platform', at: clock() };
      await tx.outbox.append([eventOf(telling, ticket.id, 'ticket.execution_started.v1', {})]);
      made.push(ticket.id);
    }
    return made;
  });
  const tasks = async () => (await Promise.all(tickets.map((id) => store.view.tasks.list(id)))).flat();
  return { store, project, tickets, tasks };
}

it('lost, doubled and reordered doorbells change nothing', async () => {
  const luck = fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(luck, async (stream) => {
      const chance = () => stream.next().value ?? 0;
      const { store, project, tasks } = await openScene();
      const steps = createSteps({
        blobs: { put: async () => {} },
        store,
        clock,
        newId,
        digest: sha256,
        author: { name: 'a', email: 'b' },
        slots,
      });
      const none = async () => undefined;
      const sandboxes = {
        networks: NetworkPolicy.options,
        launch: async () => 'x',
        status: async () => 'gone' as const,
        stop: none,
      };
      const agents = { leave: none, list: async () => [] };
      const workflow = { start: none, succeed: none, fail: none, heartbeat: none, stop: none };
      const effects = createEffects({
        ...{ store, workflow, sandboxes, agents, steps, clock },
        tokens: { sign: async () => '' },
        gatewayUrl: () => '',
        log: () => {},
      });
      const keeper = createRunKeeper({ store, sandboxes, agents, steps, clock, log: () => {} });
      const finish = (task: Task) =>
        store.transaction(async (tx) => {
          const verifying = decideTask(task, { type: 'verify', runId: newId('run') }, clock());
          await tx.tasks.update(decideTask(verifying, { type: 'finish', commit: sha }, clock()));
          const ticketId: TicketId = task.ticketId;
          const telling = { newId, projectId: project.id, ticketId, actor: 'platform', at: clock() };
          const data = { taskId: task.id, key: task.key, commit: sha };
          await tx.outbox.append([eventOf(telling, task.id, 'task.done.v1', data)]);
        });
      let cursor = 0;
      for (let round = 0; round < 200; round += 1) {
        const events = await store.view.outbox.list({ after: cursor });
        cursor = events.at(-1)?.cursor ?? cursor;
        const bells = events
          .filter(({ type }) => consumersOf(type).includes('scheduler'))
          .flatMap((event) => {
            const dice = chance();
            return dice < 0.3 ? [] : dice < 0.6 ? [event] : [event, event];
          })
          .map((event) => ({ event, place: chance() }))
          .sort((a, b) => a.place - b.place);
        await Promise.all(bells.map(({ event }) => effects.handle('scheduler', event)));
        const now = await tasks();
        if (now.every(({ state }) => state.status === 'done')) break;
        const busy = now.filter(isAtWork);
        expect(busy.length).toBeLessThanOrEqual(slots);
        const next = busy[Math.floor(chance() * busy.length)];
        if (next) await finish(next);
        else await keeper.look();
      }
      const end = await tasks();
      expect(end.map(({ state, generation }) => [state.status, generation])).toEqual(
        end.map(() => ['done', 1]),
      );
      const started = (await store.view.outbox.list({})).filter(({ type }) => type === 'task.started.v1');
      expect(new Set(started.map(({ subject }) => subject)).size).toBe(end.length);
      expect(started).toHaveLength(end.length);
    }),
    { numRuns: 5 },
  );
});
