/** A finished branch that fails its last check gets a task that mends it. */
import { nextMending } from '#core/merge/mending.ts';
import { newTask } from '#core/task/plan.ts';
import type { Task } from '#core/task/task.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import type { Verdict } from '#core/verify/judge.ts';
import { type Desk, tell } from './desk.ts';

/** Adds the task; false when enough were tried. */
export async function mend(
  desk: Desk,
  ticket: Ticket,
  tasks: readonly Task[],
  verdict: Verdict & { type: 'failed' },
): Promise<boolean> {
  const wanted = nextMending(verdict, ticket, tasks);
  if (wanted === null) return false;
  const { origin, feedback } = wanted;
  const task = newTask(wanted, { id: desk.newId('task'), ticketId: ticket.id, origin, at: desk.at });
  await desk.tx.tasks.insert({ ...task, feedback });
  const { id: taskId, key, title } = task;
  await tell(desk, ticket, taskId, 'task.planned.v1', { taskId, key, title });
  return true;
}
