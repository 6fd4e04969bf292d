/** From a task's check to what comes next: merge, another round, an integrator, or the check once more. */
import { IllegalTransition } from '#core/errors.ts';
import type { Run } from '#core/run/run.ts';
import { latestWork, thisGeneration } from '#core/run/work.ts';
import type { Task } from '#core/task/task.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import type { CheckResult } from '#core/verify/check.ts';
import { judge as judgeCheck } from '#core/verify/judge.ts';
import { type Answer, type Desk, moveTask, type Step, step, tell } from './desk.ts';
import { baselineOf, storeEvidence, testsRun } from './evidence.ts';
import { addRun, checkedRun, checkOutcome, checksExhausted, failure, RunAnswer } from './runs.ts';
import { oneTask, rework, workOn } from './task.ts';

/** A second integration fails only where two people would have to talk; a third would not help. */
const maxIntegrations = 2;

/** Runs of the task since it was last started. */
async function runsOf(desk: Desk, ticket: Ticket, task: Task): Promise<Run[]> {
  return thisGeneration(await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id }));
}

const judge = step(oneTask.extend({ outcome: RunAnswer }), async (input, desk): Promise<Answer> => {
  const { ticket, task } = await workOn(desk, input);
  const run = await checkedRun(desk, ticket, input.outcome);
  const result = checkOutcome(run);
  const answer = { ticketId: ticket.id, taskId: task.id };
  if (result.type === 'none') {
    const checks = (await runsOf(desk, ticket, task)).filter(({ kind }) => kind === 'check');
    if (!checksExhausted(checks)) return { ...answer, next: 'verify' };
    return failure('CheckFailed', `The work could not be checked: ${result.message}`);
  }
  return decide(desk, ticket, task, run, result);
});

async function decide(
  desk: Desk,
  ticket: Ticket,
  task: Task,
  run: Run,
  result: CheckResult,
): Promise<Answer> {
  const baseline = await baselineOf(desk, ticket);
  if (result.type === 'checked')
    await storeEvidence(desk, ticket, { run, result, task, criteria: task.criteria, baseline });
  const verdict = judgeCheck(result, baseline);
  const { id: taskId, key } = task;
  const answer = { ticketId: ticket.id, taskId };
  switch (verdict.type) {
    case 'passed': {
      if (result.type !== 'checked') throw new IllegalTransition('Nothing was checked.', { taskId });
      const tests = testsRun(result.commands);
      await tell(desk, ticket, taskId, 'task.verified.v1', { taskId, key, commit: result.commit, tests });
      return { ...answer, next: 'merge' };
    }
    case 'failed': {
      const words = `Verification failed: ${verdict.reason}.\n\n${verdict.log}`.trim();
      return rework(desk, ticket, task, words, 'VerificationFailed');
    }
    case 'conflict': {
      await tell(desk, ticket, taskId, 'task.conflicted.v1', { taskId, key, files: [...verdict.files] });
      const tries = (await runsOf(desk, ticket, task)).filter(({ role }) => role === 'integrator').length;
      if (tries < maxIntegrations) return { ...answer, next: 'integrate' };
      const files = verdict.files.join(', ');
      return failure(
        'MergeConflict',
        `The work conflicts with the ticket's branch after ${tries} tries to merge it: ${files}.`,
      );
    }
    default:
      return verdict satisfies never;
  }
}

/** An integrator merges both sides; its work takes the place of the builder's. */
const integrate = step(oneTask, async (input, desk) => {
  const { ticket, task } = await workOn(desk, input);
  const runs = await runsOf(desk, ticket, task);
  if (!latestWork(runs))
    throw new IllegalTransition(`${task.key} has no work to merge.`, { taskId: task.id });
  const feedback = conflictOf(runs);
  await moveTask(desk, task, { type: 'rework', feedback });
  const run = await addRun(desk, ticket, {
    kind: 'agent',
    role: 'integrator',
    round: runs.filter(({ role }) => role === 'integrator').length + 1,
    taskId: task.id,
    baseCommit: ticket.headCommit,
    feedback,
    check: null,
    token: null,
  });
  return { ticketId: ticket.id, taskId: task.id, runId: run.id };
});

function conflictOf(runs: readonly Run[]): string {
  const results = runs.filter(({ kind }) => kind === 'check').map(checkOutcome);
  const refused = results.flatMap((result) => (result.type === 'unmerged' ? result.refused : []));
  const last = refused.findLast(({ reason }) => reason === 'conflict');
  if (last?.reason !== 'conflict') return 'The work does not merge cleanly.';
  return `These files conflict: ${last.files.join(', ')}.\n\n${last.detail}`.trim();
}

/** Called by the state machines. */
export const judgeSteps = { 'task.judge': judge, 'task.integrate': integrate } satisfies Record<string, Step>;
