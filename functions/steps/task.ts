/** One task: its build rounds, and its end. In between its work is in the merge queue. */
import { z } from 'zod';
import type { Discovery } from '#core/discovery/discovery.ts';
import { subjectOf } from '#core/discovery/work.ts';
import { StaleAttempt } from '#core/errors.ts';
import { isRework } from '#core/forge/rework.ts';
import { RunId, TaskId, TicketId } from '#core/id.ts';
import { isUpstream } from '#core/merge/upstream.ts';
import { endOf } from '#core/run/end.ts';
import { carriesWork, thisGeneration } from '#core/run/work.ts';
import { isWorkedOnBy } from '#core/task/execution.ts';
import { maxRounds, type Task } from '#core/task/task.ts';
import { type Ticket, ticketName } from '#core/ticket/ticket.ts';
import {
  type Answer,
  type Desk,
  goOn,
  moveTask,
  type Step,
  step,
  tell,
  theRun,
  theTask,
  theTicket,
} from './desk.ts';
import { explain, Failure } from './failure.ts';
import { mayProve, noteTests } from './properties.ts';
import { addRun, atWork, cancelRun, failure } from './runs.ts';
import { bringUpstream } from './upstream.ts';

/** Every state of a task's execution says which one it is: one of an earlier generation changes nothing any more. */
export const oneTask = z.looseObject({ ticketId: TicketId, taskId: TaskId, execution: z.string() });

/** The ticket and its task, for the execution that works on it now. Throws `StaleAttempt` for any other. */
export async function workOn(desk: Desk, input: z.infer<typeof oneTask>) {
  const ticket = atWork(await theTicket(desk, input.ticketId));
  const task = await theTask(desk, input.taskId);
  if (!isWorkedOnBy(task, input.execution))
    throw new StaleAttempt(`${task.key} is ${task.state.status}; this execution is over.`, {
      taskId: task.id,
    });
  return { ticket, task };
}

/** The next build round, with feedback from the one before. */
const prepare = step(oneTask, async (input, desk) => {
  const { ticket, task } = await workOn(desk, input);
  const built = await moveTask(desk, task, { type: 'build' });
  if (isUpstream(task) && built.round === 1)
    return { ...(await bringUpstream(desk, ticket, built)), next: 'queue' };
  const run = await addRun(desk, ticket, {
    kind: 'agent',
    // The branch that moved is not built again: what does not go together is joined.
    role: isUpstream(task) ? 'integrator' : 'builder',
    round: built.round,
    taskId: task.id,
    baseCommit: ticket.headCommit,
    feedback: built.feedback,
    check: null,
    token: null,
  });
  const { id: taskId, key, round } = built;
  await tell(desk, ticket, taskId, 'task.building.v1', { taskId, key, round });
  return { next: 'run', ticketId: ticket.id, taskId, runId: run.id };
});

/** Takes the submission, or decides on another round; takes what a verifier left, whatever it is. */
const built = step(oneTask.extend({ runId: RunId }), async (input, desk) => {
  const { ticket, task } = await workOn(desk, input);
  const run = await theRun(desk, input.runId);
  if (run.role === 'verifier') {
    await noteTests(desk, ticket, task, run);
    return { next: 'queue', ticketId: ticket.id, taskId: task.id };
  }
  const end = endOf(run);
  if (end?.hopeless) return failure('BuildFailed', end.words);
  if (end) return rework(desk, ticket, task, end.words, 'BuildFailed');
  const submission =
    run.state.status === 'ended' && run.state.outcome.type === 'work' ? run.state.outcome.submission : null;
  if (submission?.unchanged === true && isRework(task.origin)) return answered(desk, ticket, task);
  if (submission === null || !carriesWork(run, submission))
    return rework(desk, ticket, task, 'The submitted work is empty: it changes no file.', 'BuildFailed');
  const next = (await mayProve(desk, ticket, task)) ? 'prove' : 'queue';
  return { next, ticketId: ticket.id, taskId: task.id };
});

/** Nothing had to change: who asked reads the answer in the pull request. */
async function answered(desk: Desk, ticket: ReturnType<typeof atWork>, task: Task): Promise<Answer> {
  const { id: taskId, key } = task;
  const { headCommit: commit } = ticket;
  await moveTask(desk, task, { type: 'answer', commit });
  await tell(desk, ticket, taskId, 'task.done.v1', { taskId, key, commit, unchanged: true });
  return { next: 'done', ticketId: ticket.id, taskId };
}

/** Another round with what went wrong, as long as there are rounds left. */
export async function rework(
  desk: Desk,
  ticket: Ticket,
  task: Task,
  feedback: string,
  error: string,
): Promise<Answer> {
  const { id: taskId, key, round } = task;
  // The event shows the first line; the builder gets it all.
  const reason = feedback.split('\n', 1)[0] ?? feedback;
  await tell(desk, ticket, taskId, 'task.refused.v1', { taskId, key, round, reason });
  if (round >= maxRounds) return failure(error, `${round} rounds were not enough. The last one: ${feedback}`);
  await moveTask(desk, task, { type: 'rework', feedback });
  return { next: 'again', ticketId: ticket.id, taskId };
}

/** The one clean commit of a task: what its builder says was done, then trailers that name what it belongs to. */
export function commitMessage(
  ticket: Pick<Ticket, 'number'>,
  task: Task,
  summary: string,
  discoveries: readonly Discovery[],
): string {
  const trailers = [
    `Ticket: ${ticketName(ticket.number)}`,
    `Task: ${task.key}`,
    ...(task.criteria.length > 0 ? [`Criteria: ${task.criteria.join(', ')}`] : []),
  ];
  const paragraphs = summary
    .split(/\n\s*\n/u)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
  return [subjectOf(task, discoveries), ...paragraphs, trailers.join('\n')].join('\n\n').concat('\n');
}

/** Records why the task failed. An execution of an earlier generation records nothing, nor one whose task began anew. */
const fail = step(oneTask.extend({ error: Failure }), async (input, desk) => {
  const told = explain(input.error);
  const ticket = await theTicket(desk, input.ticketId);
  const task = await theTask(desk, input.taskId);
  if (!isWorkedOnBy(task, input.execution)) return told;
  const runs = await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id });
  for (const run of thisGeneration(runs)) await cancelRun(desk, ticket, run, 'Its task failed.');
  // What they had asked needs no answer any more.
  await goOn(desk, ticket, 'question', 'budget');
  await moveTask(desk, task, { type: 'fail', reason: told.cause });
  const { id: taskId, key } = task;
  await tell(desk, ticket, taskId, 'task.failed.v1', { taskId, key, reason: told.cause });
  return told;
});

/** Called by the state machines. */
export const taskSteps = {
  'task.prepare': prepare,
  'task.built': built,
  'task.fail': fail,
} satisfies Record<string, Step>;
