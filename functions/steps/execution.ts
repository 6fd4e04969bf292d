/** The execution phase: which tasks may start, and when all of them are settled. */
import { z } from 'zod';
import { overlap } from '#core/graph/overlap.ts';
import { schedule as plan, slotsHeld } from '#core/graph/schedule.ts';
import { TicketId } from '#core/id.ts';
import type { Task, TaskKey } from '#core/task/task.ts';
import { isOver, type Ticket } from '#core/ticket/ticket.ts';
import { type Desk, moveTask, moveTicket, type Step, step, tell, theProject, theTicket } from './desk.ts';
import { letGoOn, proposalsOpen } from './discovery.ts';
import { atWork } from './runs.ts';

const start = step(
  z.looseObject({ ticketId: TicketId, token: z.string().min(1) }),
  async ({ ticketId, token }, desk) => {
    const ticket = atWork(await theTicket(desk, ticketId));
    const entered = await moveTicket(desk, ticket, { type: 'enterPhase', phase: 'execution' });
    await moveTicket(desk, entered, { type: 'execute', token });
    return { ticketId };
  },
);

/**
 * One look at the whole graph: makes ready, blocks, offers what may start, and answers the execution's token when all
 * is settled. What is offered starts when it gets a slot (claim.ts).
 */
const schedule = step(z.looseObject({ ticketId: TicketId }), async ({ ticketId }, desk) => {
  const { tx, at } = desk;
  await tx.tasks.hold(ticketId);
  const ticket = await theTicket(desk, ticketId);
  const idle = isOver(ticket.status) || ticket.status === 'paused' || ticket.executionToken === null;
  if (idle) {
    await tx.tasks.offer(ticketId, [], at);
    return { offered: 0, finished: false };
  }
  const { parallelTasks } = await theProject(desk, ticket);
  await letGoOn(desk, ticket, parallelTasks);
  const { ready, block } = plan(await tx.tasks.list(ticketId), { parallel: parallelTasks }, overlap);
  for (const task of ready) await makeReady(desk, ticket, task);
  for (const { task, by } of block) await blockTask(desk, ticket, task, by);
  // What was blocked just now may be what another task waits for.
  if (block.length > 0) await letGoOn(desk, ticket, parallelTasks);
  const tasks = await tx.tasks.list(ticketId);
  const { start, finished } = plan(tasks, { parallel: parallelTasks }, overlap);
  const held = slotsHeld(tasks);
  const offered = start.map(({ id }, index) => ({ id, ahead: held + index }));
  await tx.tasks.offer(ticketId, offered, at);
  const over = finished && !(await proposalsOpen(desk, ticket));
  if (over) await finish(desk, ticket);
  return { offered: offered.length, finished: over };
});

async function makeReady(desk: Desk, ticket: Ticket, task: Task): Promise<void> {
  await moveTask(desk, task, { type: 'makeReady' });
  await tell(desk, ticket, task.id, 'task.ready.v1', { taskId: task.id, key: task.key });
}

async function blockTask(desk: Desk, ticket: Ticket, task: Task, by: TaskKey): Promise<void> {
  const reason = `${by} failed, and this task needs its result.`;
  await moveTask(desk, task, { type: 'block', by, reason });
  await tell(desk, ticket, task.id, 'task.blocked.v1', { taskId: task.id, key: task.key, by, reason });
}

async function finish(desk: Desk, ticket: Ticket): Promise<void> {
  const tasks = await desk.tx.tasks.list(ticket.id);
  const done = tasks.filter(({ state }) => state.status === 'done').length;
  await moveTicket(desk, ticket, { type: 'finishExecution' }, { done, failed: tasks.length - done });
}

/** Called by the state machines. */
export const executionSteps = { 'execution.start': start } satisfies Record<string, Step>;

/** Called by the effects of events. */
export const executionActs = { 'execution.schedule': schedule } satisfies Record<string, Step>;
