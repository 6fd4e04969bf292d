/** Runs and their journals; steering an agent. */
import { IllegalTransition } from '#core/errors.ts';
import { RunId, type TaskId } from '#core/id.ts';
import type { View } from '#core/store.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { findTicket, found } from './find.ts';
import { idIn } from './input.ts';
import { type Handlers, tell } from './request.ts';
import { runView } from './views.ts';

type RunRoutes = 'listAgents' | 'listRuns' | 'getRun' | 'listSteps' | 'steerRun';

/** The keys of a ticket's tasks, by id. */
export async function taskKeys(
  view: Pick<View, 'tasks'>,
  ticketId: Ticket['id'],
): Promise<ReadonlyMap<TaskId, string>> {
  return new Map((await view.tasks.list(ticketId)).map(({ id, key }) => [id, key]));
}

async function oneRun(view: Pick<View, 'runs' | 'ledger' | 'tasks'>, id: string | undefined) {
  const sentence = 'There is no such run.';
  const run = found(await view.runs.get(idIn(RunId, id, sentence)), sentence);
  return {
    run,
    shown: runView(run, await view.ledger.spentByRun(run.ticketId), await taskKeys(view, run.ticketId)),
  };
}

export const runHandlers: Handlers<RunRoutes> = {
  async listAgents({ at }, { agents }) {
    return { items: await agents.list(at) };
  },

  async listRuns({ params }, { store }) {
    const ticket = await findTicket(store.view, params.ticket ?? '');
    const spent = await store.view.ledger.spentByRun(ticket.id);
    const keys = await taskKeys(store.view, ticket.id);
    return {
      items: (await store.view.runs.list({ ticketId: ticket.id })).map((run) => runView(run, spent, keys)),
    };
  },

  async getRun({ params }, { store }) {
    return (await oneRun(store.view, params.id)).shown;
  },

  async listSteps({ params, query }, { store }) {
    const limit = query.limit ?? 100;
    const { run } = await oneRun(store.view, params.id);
    const items = await store.view.journal.list(run.id, query.after ?? 0, limit);
    const last = items.at(-1);
    return { items, next: last && items.length === limit ? String(last.seq) : null };
  },

  steerRun: (call, deps) =>
    call.transact(async (tx) => {
      const { run, shown } = await oneRun(tx, call.params.id);
      if (run.state.status === 'ended')
        throw new IllegalTransition('The run has ended; it hears nothing any more.', { runId: run.id });
      if (run.kind === 'check')
        throw new IllegalTransition('This run is a check by the platform; nobody can steer it.', {
          runId: run.id,
        });
      await tx.notes.steer(run.id, deps.newId('event'), call.body.text, call.at);
      const ticket = await findTicket(tx, run.ticketId);
      const scope = { projectId: ticket.projectId, ticketId: ticket.id };
      await tell(tx, deps, call, scope, run.id, 'run.steered.v1', {
        runId: run.id,
        text: call.body.text,
        by: call.actor,
      });
      return shown;
    }),
};
