/** Asks for property tests by another run: one verifier a task, for all its property criteria, before its work is queued. */
import { IllegalTransition } from '#core/errors.ts';
import { latestWork } from '#core/run/work.ts';
import { type Step, step, tell } from './desk.ts';
import { addRun } from './runs.ts';
import { oneTask, workOn } from './task.ts';

const prove = step(oneTask, async (input, desk) => {
  const { ticket, task } = await workOn(desk, input);
  const { id: taskId, key } = task;
  const work = latestWork(await desk.tx.runs.list({ ticketId: ticket.id, taskId }));
  if (!work) throw new IllegalTransition(`${key} has no work to prove.`, { taskId });
  const run = await addRun(desk, ticket, {
    kind: 'agent',
    role: 'verifier',
    round: 1,
    taskId,
    // Where the work starts from: there its files and its base are told apart.
    baseCommit: work.run.baseCommit,
    feedback: null,
    check: null,
    token: null,
  });
  await tell(desk, ticket, taskId, 'task.proving.v1', { taskId, key, runId: run.id });
  return { ticketId: ticket.id, taskId, runId: run.id };
});

/** Called by the state machines. */
export const proveSteps = { 'task.prove': prove } satisfies Record<string, Step>;
