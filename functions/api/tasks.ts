/** Tasks with why each exists. */
import type { Discovery } from '#core/discovery/discovery.ts';
import { reasonOf } from '#core/discovery/work.ts';
import { standings } from '#core/merge/standing.ts';
import type { View } from '#core/store.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { findTicket } from './find.ts';
import type { Handlers } from './request.ts';
import { taskView } from './views.ts';

/** Discoveries of a ticket with the runs that reported them, in so many look-ups as there are such runs. */
export async function foundIn(view: Pick<View, 'discoveries' | 'runs'>, ticketId: Discovery['ticketId']) {
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

export const taskHandlers: Handlers<'listTasks'> = {
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
};
