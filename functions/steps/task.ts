/** One task: build rounds, verification on the merge result, the merge as a compare-and-set of the branch's head. */
import { z } from 'zod';
import { IllegalTransition, StaleAttempt } from '#core/errors.ts';
import { RunId, TaskId, TicketId } from '#core/id.ts';
import { latestWork, thisGeneration, type Work } from '#core/run/work.ts';
import { taskExecution } from '#core/task/execution.ts';
import { isSettled, maxRounds, type Task } from '#core/task/task.ts';
import { type Ticket, ticketName } from '#core/ticket/ticket.ts';
import type { CheckPlan, CheckWork } from '#core/verify/check.ts';
import {
  type Answer,
  type Desk,
  moveTask,
  moveTicket,
  type Step,
  step,
  tell,
  theRun,
  theTask,
  theTicket,
} from './desk.ts';
import { endOf } from './evaluate.ts';
import { explain, Failure } from './failure.ts';
import { addRun, atWork, cancelRun, checkOutcome, failure, startCheck } from './runs.ts';

/** Every state of a task's execution says which one it is: one of an earlier generation changes nothing any more. */
export const oneTask = z.looseObject({ ticketId: TicketId, taskId: TaskId, execution: z.string() });

/** The ticket and its task, for the execution that works on it now. Throws `StaleAttempt` for any other. */
export async function workOn(desk: Desk, input: z.infer<typeof oneTask>) {
  const ticket = atWork(await theTicket(desk, input.ticketId));
  const task = await theTask(desk, input.taskId);
  if (isSettled(task) || input.execution !== taskExecution(task))
    throw new StaleAttempt(`${task.key} is ${task.state.status}; this execution is over.`, {
      taskId: task.id,
    });
  return { ticket, task };
}

/** The next build round, with feedback from the one before. */
const prepare = step(oneTask, async (input, desk) => {
  const { ticket, task } = await workOn(desk, input);
  const built = await moveTask(desk, task, { type: 'build' });
  const run = await addRun(desk, ticket, {
    kind: 'agent',
    role: 'builder',
    round: built.round,
    taskId: task.id,
    baseCommit: ticket.headCommit,
    feedback: built.feedback,
    check: null,
    token: null,
  });
  const { id: taskId, key, round } = built;
  await tell(desk, ticket, taskId, 'task.building.v1', { taskId, key, round });
  return { ticketId: ticket.id, taskId, runId: run.id };
});

/** Takes the submission, or decides on another round. */
const built = step(oneTask.extend({ runId: RunId }), async (input, desk) => {
  const { ticket, task } = await workOn(desk, input);
  const run = await theRun(desk, input.runId);
  const end = endOf(run);
  if (end?.hopeless) return failure('BuildFailed', end.words);
  if (end) return rework(desk, ticket, task, end.words, 'BuildFailed');
  const submission =
    run.state.status === 'ended' && run.state.outcome.type === 'work' ? run.state.outcome.submission : null;
  if (submission === null || submission.tip === run.baseCommit)
    return rework(desk, ticket, task, 'The submitted work is empty: it changes no file.', 'BuildFailed');
  return { next: 'verify', ticketId: ticket.id, taskId: task.id };
});

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

/** Asks for a clean checkout of the merge result. */
const verify = step(oneTask.extend({ token: z.string().min(1) }), async (input, desk) => {
  const { ticket, task } = await workOn(desk, input);
  const work = latestWork(await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id }));
  if (!work) throw new IllegalTransition(`${task.key} has no work to verify.`, { taskId: task.id });
  const run = await startCheck(desk, ticket, {
    purpose: 'batch',
    task,
    head: ticket.headCommit,
    works: [checkWork(desk, ticket, task, work)],
    commands: ticket.commands ?? {},
    token: input.token,
  });
  await moveTask(desk, task, { type: 'verify', runId: run.id });
  const { id: taskId, key } = task;
  await tell(desk, ticket, taskId, 'task.verifying.v1', { taskId, key, runId: run.id });
  return { runId: run.id };
});

function checkWork(desk: Desk, ticket: Ticket, task: Task, { run, submission }: Work): CheckWork {
  const merge = {
    tip: submission.tip,
    bundle: submission.bundle,
    message: commitMessage(ticket, task, submission.summary),
    authorName: desk.author.name,
    authorEmail: desk.author.email,
    // Not the time of this check: the same work on the same head is the same commit.
    date: run.createdAt,
  };
  return { taskId: task.id, key: task.key, merge };
}

/** The one clean commit of a task: what its builder says was done, then trailers that name what it belongs to. */
export function commitMessage(ticket: Pick<Ticket, 'number'>, task: Task, summary: string): string {
  const trailers = [
    `Ticket: ${ticketName(ticket.number)}`,
    `Task: ${task.key}`,
    ...(task.criteria.length > 0 ? [`Criteria: ${task.criteria.join(', ')}`] : []),
  ];
  const line = (text: string) => text.replace(/\s+/gu, ' ').trim();
  const paragraphs = summary
    .split(/\n\s*\n/u)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
  return [line(task.title), ...paragraphs, trailers.join('\n')].join('\n\n').concat('\n');
}

/** Moves the branch's head to the verified merge result, if it still is where the check began. */
const merge = step(oneTask, async (input, desk) => {
  const { ticket, task } = await workOn(desk, input);
  const { check, result } = await verified(desk, task);
  if (ticket.headCommit !== check.head) return { merged: false, ticketId: ticket.id, taskId: task.id };
  const { commit, bundle } = result;
  await moveTicket(desk, ticket, { type: 'advance', from: check.head, to: commit, bundle });
  await moveTask(desk, task, { type: 'finish', commit });
  const { id: taskId, key } = task;
  await tell(desk, ticket, taskId, 'task.done.v1', { taskId, key, commit });
  return { merged: true, ticketId: ticket.id, taskId };
});

async function verified(desk: Desk, task: Task) {
  const run = task.state.status === 'verifying' ? await theRun(desk, task.state.runId) : null;
  const result = run && checkOutcome(run);
  if (!run?.check || result?.type !== 'checked' || result.bundle === null)
    throw new IllegalTransition(`${task.key} was not verified.`, { taskId: task.id });
  const check: CheckPlan = run.check;
  return { check, result: { ...result, bundle: result.bundle } };
}

/** Records why the task failed. An execution of an earlier generation records nothing. */
const fail = step(oneTask.extend({ error: Failure }), async (input, desk) => {
  const told = explain(input.error);
  const ticket = await theTicket(desk, input.ticketId);
  const task = await theTask(desk, input.taskId);
  if (isSettled(task) || input.execution !== taskExecution(task)) return told;
  const runs = await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id });
  for (const run of thisGeneration(runs)) await cancelRun(desk, ticket, run, 'Its task failed.');
  await moveTask(desk, task, { type: 'fail', reason: told.cause });
  const { id: taskId, key } = task;
  await tell(desk, ticket, taskId, 'task.failed.v1', { taskId, key, reason: told.cause });
  return told;
});

/** Called by the state machines. */
export const taskSteps = {
  'task.prepare': prepare,
  'task.built': built,
  'task.verify': verify,
  'task.merge': merge,
  'task.fail': fail,
} satisfies Record<string, Step>;
