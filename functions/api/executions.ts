import type { Executions } from '#adapters/stepfunctions/history.ts';
import type { TransitionView } from '#core/api/views.ts';
import { NotFound } from '#core/errors.ts';
import type { TicketId } from '#core/id.ts';
import type { View } from '#core/store.ts';
import { taskExecution } from '#core/task/execution.ts';
import { ticketExecution } from '#core/ticket/execution.ts';

/** Every transition of a ticket's own execution, its phases and its tasks (each start of a task has one), oldest first. */
export async function executionsOf(
  executions: Pick<Executions, 'transitions'>,
  view: Pick<View, 'tasks' | 'tickets'>,
  ticketId: TicketId,
): Promise<TransitionView[]> {
  const ticket = await view.tickets.get(ticketId);
  if (!ticket) throw new NotFound('There is no such ticket.', { ticketId });
  const tasks = (await view.tasks.list(ticketId)).flatMap(({ id, generation }) =>
    Array.from({ length: generation }, (_, earlier) => taskExecution({ id, generation: earlier + 1 })),
  );
  const all = await Promise.all([
    executions.transitions('ticket', ticketExecution(ticket)),
    ...tasks.map((name) => executions.transitions('task', name)),
  ]);
  return all.flat().sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.seq - b.seq));
}
