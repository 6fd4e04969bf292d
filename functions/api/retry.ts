/** Trying again what came to nothing, of a ticket that is over. */
import { ticketExecution } from '#core/ticket/execution.ts';
import { retry } from '#core/ticket/retry.ts';
import { ticketName } from '#core/ticket/ticket.ts';
import { findTicket } from './find.ts';
import { mustBeOpen } from './pulls.ts';
import { type Handlers, tell } from './request.ts';
import { diagnosisOf, ticketView } from './views.ts';

export const retryHandlers: Handlers<'retryTicket'> = {
  retryTicket: (call, deps) =>
    call.transact(async (tx) => {
      const before = await findTicket(tx, call.params.ticket ?? '');
      const pull = await tx.pulls.byTicket(before.id);
      if (pull) mustBeOpen(pull);
      const { at, actor: by } = call;
      const diagnosis = await diagnosisOf(tx, before);
      const retrying = { at, by, diagnosis, draft: pull?.draft ?? false, ...call.body };
      const { ticket, tasks } = retry(before, await tx.tasks.list(before.id), retrying);
      const reopened = await tx.tickets.update(ticket);
      const scope = { projectId: ticket.projectId, ticketId: ticket.id };
      for (const task of tasks) {
        const { id: taskId, key } = await tx.tasks.update(task);
        const why = `${by} has it tried again`;
        await tell(tx, deps, call, scope, taskId, 'task.reopened.v1', { taskId, key, why, execution: null });
      }
      await tell(tx, deps, call, scope, ticket.id, 'ticket.reworked.v1', {
        ...{ why: `${by} has ${ticketName(ticket.number)} tried again.`, by },
        ...{ tasks: tasks.map(({ key }) => key), execution: ticketExecution(reopened) },
      });
      return ticketView(tx, reopened);
    }),
};
