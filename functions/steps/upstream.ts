/** The default branch as the forge has it now: where it moved past what the ticket has, a task of our own brings it in. */
import { z } from 'zod';
import { IllegalTransition } from '#core/errors.ts';
import { TicketId } from '#core/id.ts';
import { decideUpdate, isUpstream, maxUpdates, upstreamOrigin, upstreamWork } from '#core/merge/upstream.ts';
import type { Run, Submission } from '#core/run/run.ts';
import { newTask, nextNumber } from '#core/task/plan.ts';
import type { Task } from '#core/task/task.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { type Answer, type Desk, moveTask, type Step, step, tell, theTicket } from './desk.ts';
import { follow, Mirrored } from './follow.ts';
import { addRun, atWork } from './runs.ts';

const update = step(
  z.looseObject({ ticketId: TicketId, mirrored: Mirrored }),
  async ({ ticketId, mirrored }, desk): Promise<Answer> => {
    const ticket = atWork(await theTicket(desk, ticketId));
    await follow(desk, ticket, mirrored);
    const tasks = await desk.tx.tasks.list(ticketId);
    const earlier = await Promise.all(
      tasks.filter(isUpstream).map(async (task) => {
        const work = upstreamWork(task, await desk.tx.runs.list({ ticketId, taskId: task.id }));
        return work ? [{ commit: work.submission.tip, origin: task.origin }] : [];
      }),
    );
    const { baseCommit: base, reopened } = ticket;
    const decided = decideUpdate({ commit: mirrored.commit, base, reopened }, earlier.flat());
    if (decided === 'none') return { next: 'check', ticketId };
    const task = await addTask(desk, ticket, tasks, mirrored);
    if (decided === 'merge') return { next: 'execute', ticketId };
    await giveUp(desk, ticket, task, mirrored);
    return { next: 'check', ticketId };
  },
);

async function addTask(
  desk: Desk,
  ticket: ReturnType<typeof atWork>,
  there: readonly Task[],
  { defaultBranch, commit, bundle }: Mirrored,
): Promise<Task> {
  const at = commit.slice(0, 12);
  const wanted = {
    key: `T${nextNumber(there)}`,
    title: `Bring the branch up to date with ${defaultBranch}`.slice(0, 200),
    goal:
      `${defaultBranch} moved to ${at} while this ticket was at work. Join it with the ticket's branch, so that both ` +
      'keep what they promise. Where only one can hold, the requirements decide what they speak of, and what came from ' +
      `${defaultBranch} stays in all else.`,
    doneWhen: `${defaultBranch} at ${at} is part of the ticket's branch, and all checks pass.`,
    dependsOn: [],
    criteria: [],
    // It may touch anything, so nothing runs beside it.
    writes: ['**'],
    // Mostly it is one check.
    estimateMinutes: 15,
    priority: 1,
  };
  const origin = upstreamOrigin(ticket.reopened);
  const task = newTask(wanted, { id: desk.newId('task'), ticketId: ticket.id, origin, at: desk.at });
  await desk.tx.tasks.insert(task);
  const { id: taskId, key, title } = task;
  await tell(desk, ticket, taskId, 'task.planned.v1', { taskId, key, title });
  const summary = `${defaultBranch} at ${at}, as it came while this ticket was at work.`;
  await handIn(desk, ticket, task, { tip: commit, bundle, summary, claims: [] });
  return task;
}

/** The work of the task's first round, which no agent did: the branch's commit as it is. */
async function handIn(
  desk: Desk,
  ticket: ReturnType<typeof atWork>,
  { id: taskId }: Task,
  submission: Submission,
): Promise<Run> {
  const run = await addRun(desk, ticket, {
    ...{ kind: 'agent', role: 'builder', round: 1, taskId, baseCommit: ticket.headCommit },
    ...{ feedback: null, check: null, token: null },
  });
  const outcome = { type: 'work', submission } as const;
  return desk.tx.runs.update({ ...run, state: { status: 'ended', outcome, at: desk.at, startedAt: null } });
}

/** The first round of the task: the branch's commit, which waits there already; anew when the task began anew. */
export async function bringUpstream(
  desk: Desk,
  ticket: ReturnType<typeof atWork>,
  task: Task,
): Promise<{ readonly ticketId: TicketId; readonly taskId: Task['id']; readonly runId: Run['id'] }> {
  const work = upstreamWork(task, await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id }));
  if (!work) throw new IllegalTransition(`${task.key} has no work to merge.`, { taskId: task.id });
  const run = task.generation === 1 ? work.run : await handIn(desk, ticket, task, work.submission);
  return { ticketId: ticket.id, taskId: task.id, runId: run.id };
}

/** Nothing is tried any more; people see what the branch does not have. */
async function giveUp(
  desk: Desk,
  ticket: Ticket,
  task: Task,
  { defaultBranch, commit }: Mirrored,
): Promise<void> {
  const reason = `${defaultBranch} moved on to ${commit.slice(0, 12)} after it was brought in ${maxUpdates} times; this is delivered without it.`;
  await moveTask(desk, task, { type: 'fail', reason });
  const { id: taskId, key } = task;
  await tell(desk, ticket, taskId, 'task.failed.v1', { taskId, key, reason });
}

/** Called by the state machines. */
export const upstreamSteps = { 'delivery.update': update } satisfies Record<string, Step>;
