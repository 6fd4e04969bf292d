/** Tasks with why each exists, and what was found on the way with what became of it. */
import type { DiscoveryView } from '#core/api/views.ts';
import type { Discovery } from '#core/discovery/discovery.ts';
import { foundBy, reasonOf } from '#core/discovery/work.ts';
import { standings } from '#core/merge/standing.ts';
import type { Run } from '#core/run/run.ts';
import type { View } from '#core/store.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { findTicket } from './find.ts';
import type { Handlers } from './request.ts';
import { taskView } from './views.ts';

/** Discoveries of a ticket with the runs that reported them, in so many look-ups as there are such runs. */
async function foundIn(view: Pick<View, 'discoveries' | 'runs'>, ticketId: Discovery['ticketId']) {
  const discoveries = await view.discoveries.list(ticketId);
  const ids = [...new Set(discoveries.map(({ runId }) => runId))];
  const runs = (await Promise.all(ids.map((id) => view.runs.get(id)))).filter((run) => run !== null);
  return { discoveries, runs };
}

/** The tasks in the ticket's merge queue, and where each stands. */
async function waitingIn(view: Pick<View, 'merges' | 'runs'>, ticket: Ticket) {
  const live = await view.runs.list({ ticketId: ticket.id, live: true });
  const check = live.find((run) => run.check?.purpose === 'batch')?.check;
  const checking = check ? check.works.map(({ key }) => key) : null;
  return standings(await view.merges.list(ticket.id), checking, ticket.status === 'paused');
}

export const taskHandlers: Handlers<'listTasks' | 'listDiscoveries'> = {
  async listTasks({ params }, { store }) {
    const ticket = await findTicket(store.view, params.ticket ?? '');
    const { discoveries, runs } = await foundIn(store.view, ticket.id);
    const tasks = await store.view.tasks.list(ticket.id);
    const waiting = await waitingIn(store.view, ticket);
    return {
      items: tasks.map((task) =>
        taskView(task, reasonOf(task, discoveries, runs), waiting.get(task.id) ?? null),
      ),
    };
  },

  async listDiscoveries({ params }, { store }) {
    const ticket = await findTicket(store.view, params.ticket ?? '');
    const { discoveries, runs } = await foundIn(store.view, ticket.id);
    return { items: discoveries.map((discovery) => discoveryView(discovery, runs)) };
  },
};

function discoveryView(discovery: Discovery, runs: readonly Pick<Run, 'id' | 'role'>[]): DiscoveryView {
  const { id, runId, parent, depth, kind, title, detail, blocking, decision, at } = discovery;
  return {
    ...{ id, runId, parent, depth, kind, title, detail, blocking, at },
    foundBy: foundBy(discovery, runs),
    status: decision.status,
    reason: decision.message,
    guard: decision.status === 'refused' ? decision.guard : null,
    taskKey: decision.status === 'accepted' ? decision.taskKey : null,
    gateId: decision.status === 'proposed' ? decision.gateId : null,
    questionId: decision.status === 'asked' ? decision.questionId : null,
  };
}
