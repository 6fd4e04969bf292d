/**
 * A conflict: an integrator merges both sides. Where that is too hard, or was tried often enough, a person is asked
 * first, with both sides shown; the answer goes to the integrator.
 */
import { IllegalTransition } from '#core/errors.ts';
import { conflictInWords, isHard, questionOf } from '#core/merge/conflict.ts';
import { checkOutcome } from '#core/run/checked.ts';
import type { Run } from '#core/run/run.ts';
import { latestWork, thisGeneration } from '#core/run/work.ts';
import type { Task } from '#core/task/task.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import type { RefusedWork } from '#core/verify/check.ts';
import { type Desk, moveRun, moveTask, type Step, step, tell } from './desk.ts';
import { addRun } from './runs.ts';
import { oneTask, workOn } from './task.ts';

/** A second integration fails only where two people would have to talk; a third would not help without them. */
const unaided = 2;
/** One more with a person's answer. */
const maxIntegrations = unaided + 1;

const integrators = (runs: readonly Run[]) => runs.filter(({ role }) => role === 'integrator').length;

/** Whether there is another try left for a conflict; `runs` are those of the task's generation. */
export function mayIntegrate(runs: readonly Run[]): boolean {
  return integrators(runs) < maxIntegrations;
}

type Conflict = RefusedWork & { reason: 'conflict' };

/** The newest conflict that stopped this task's work. */
async function conflictOf(desk: Desk, ticket: Ticket, task: Task): Promise<Conflict> {
  for (const run of await desk.tx.runs.list({ ticketId: ticket.id })) {
    if (run.check?.purpose !== 'batch') continue;
    const result = checkOutcome(run);
    const mine = result.type === 'none' ? [] : result.refused.filter(({ taskId }) => taskId === task.id);
    for (const refused of mine) if (refused.reason === 'conflict') return refused;
  }
  throw new IllegalTransition(`${task.key} has no conflict to solve.`, { taskId: task.id });
}

const integrate = step(oneTask, async (input, desk) => {
  const { ticket, task } = await workOn(desk, input);
  const runs = thisGeneration(await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id }));
  if (!latestWork(runs))
    throw new IllegalTransition(`${task.key} has no work to merge.`, { taskId: task.id });
  const conflict = await conflictOf(desk, ticket, task);
  const feedback = conflictInWords(conflict);
  await moveTask(desk, task, { type: 'rework', feedback });
  const tries = integrators(runs);
  const run = await addRun(desk, ticket, {
    kind: 'agent',
    role: 'integrator',
    round: tries + 1,
    taskId: task.id,
    baseCommit: ticket.headCommit,
    feedback,
    check: null,
    token: null,
  });
  const answer = { ticketId: ticket.id, taskId: task.id, runId: run.id };
  const ask = tries >= unaided || (isHard(conflict) && tries === 0);
  if (!ask) return { ...answer, status: 'asked' };
  await askPerson(desk, ticket, task, run, conflict, tries);
  return { ...answer, status: 'held' };
});

/** The run waits for a person before it has begun, as one that asked by itself would. */
async function askPerson(
  desk: Desk,
  ticket: Ticket,
  task: Task,
  run: Run,
  conflict: Conflict,
  tries: number,
): Promise<void> {
  await moveRun(desk, run, { type: 'hold', reason: 'question' });
  const { text, options } = questionOf(task, conflict, tries);
  const questionId = desk.newId('question');
  await desk.tx.notes.insertQuestion({
    ...{ id: questionId, runId: run.id, ticketId: ticket.id, text, options, answer: null },
    askedAt: desk.at,
  });
  await tell(desk, ticket, questionId, 'question.asked.v1', { questionId, runId: run.id, text });
}

/** Called by the state machines. */
export const integrateSteps = { 'task.integrate': integrate } satisfies Record<string, Step>;
