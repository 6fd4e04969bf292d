/**
 * The merge queue of a ticket: work goes in with the token of its execution, and leaves merged or given back.
 *
 * What to do is decided in `core/merge/queue.ts` from rows alone. A ring of the doorbell does whatever is due, in one
 * transaction; a ring too many does nothing, a lost one is made up for by the next.
 */
import { z } from 'zod';
import { IllegalTransition } from '#core/errors.ts';
import { TicketId } from '#core/id.ts';
import type { MergeEntry } from '#core/merge/entry.ts';
import { mergedBefore } from '#core/merge/landed.ts';
import { type Move, nextMove } from '#core/merge/queue.ts';
import { upstreamWork } from '#core/merge/upstream.ts';
import { checkOutcome } from '#core/run/checked.ts';
import { latestWork, testFiles } from '#core/run/work.ts';
import { isSettled, type Task } from '#core/task/task.ts';
import { isOver, type Ticket } from '#core/ticket/ticket.ts';
import type { CheckResult } from '#core/verify/check.ts';
import {
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
import { storeEvidence, testsRun } from './evidence.ts';
import { giveBack } from './give-back.ts';
import { leave, tellLeft } from './leave.ts';
import { type Known, queueOf } from './measured.ts';
import { proofPlan } from './proof.ts';
import { addRun, atWork, cancelRun, tellRequested } from './runs.ts';
import { commitMessage, oneTask, workOn } from './task.ts';

/** The task's work goes to the end of its ticket's queue; what comes of it answers the token. */
const enqueue = step(oneTask.extend({ token: z.string().min(1) }), async (input, desk) => {
  const { ticketId, taskId, token } = input;
  const work = latestWork(await desk.tx.runs.list({ ticketId, taskId }));
  const known = work && (await desk.tx.merges.get(work.run.id));
  if (known) {
    // The state was entered again: only its token is new, and it may be that the work has left already.
    const entry = await desk.tx.merges.update({ ...known, token });
    await tellLeft(desk, await theTicket(desk, ticketId), entry);
    return { runId: known.runId };
  }
  const { ticket, task } = await workOn(desk, input);
  if (!work) throw new IllegalTransition(`${task.key} has no work to merge.`, { taskId });
  const { run, submission } = work;
  const before = await desk.tx.merges.list(ticketId);
  const joined = upstreamWork(task, await desk.tx.runs.list({ ticketId, taskId }))?.submission;
  const merge = {
    ...(joined && { joins: { commit: joined.tip, bundle: joined.bundle } }),
    ...(mergedBefore(before, taskId) !== null && { stands: true as const }),
    tip: submission.tip,
    bundle: submission.bundle,
    message: commitMessage(ticket, task, submission.summary, await desk.tx.discoveries.list(ticket.id)),
    authorName: desk.author.name,
    authorEmail: desk.author.email,
    // Not the time of a check: the same work on the same head is the same commit.
    date: run.createdAt,
  };
  const { key, generation } = task;
  const place = (before.at(-1)?.place ?? 0) + 1;
  await desk.tx.merges.insert({
    ...{ runId: run.id, ticketId: ticket.id, taskId, key, generation, place, base: run.baseCommit, merge },
    ...{ token, state: { status: 'waiting' }, since: desk.at, version: 0 },
  });
  await moveTask(desk, task, { type: 'verify', runId: null });
  await tell(desk, ticket, taskId, 'task.queued.v1', { taskId, key, place });
  return { runId: run.id };
});

/** Does what is due, until a check is under way or nobody waits. */
const ring = step(z.looseObject({ ticketId: TicketId }), async ({ ticketId }, desk) => {
  const first = await theTicket(desk, ticketId);
  // A paused ticket starts no check; resuming it rings again.
  if (isOver(first.status) || first.status === 'paused' || first.baseCommit === null) return { moves: 0 };
  if ((await desk.tx.merges.list(ticketId)).length === 0) return { moves: 0 };
  await withdraw(desk, first);
  for (let moves = 0; ; moves += 1) {
    const ticket = atWork(await theTicket(desk, ticketId));
    const known = await queueOf(desk, ticket);
    for (const measured of known.fresh) await keepEvidence(desk, ticket, known, measured);
    const move = nextMove(known.queue);
    if (move.type === 'wait') return { moves };
    if (move.type === 'merge') await merge(desk, ticket, known, move);
    if (move.type === 'giveBack') await giveBack(desk, ticket, known, move);
    if (move.type === 'check') {
      await check(desk, ticket, known, move);
      return { moves: moves + 1 };
    }
  }
});

/** Work of tasks that were stopped or began anew waits no more; nor does a check that somebody holds go on. */
async function withdraw(desk: Desk, ticket: Ticket): Promise<void> {
  for (const run of await desk.tx.runs.list({ ticketId: ticket.id, kind: 'check', status: 'held' })) {
    if (run.check?.purpose === 'batch') await cancelRun(desk, ticket, run, 'The check was interrupted.');
  }
  for (const entry of await desk.tx.merges.list(ticket.id)) {
    if (entry.state.status !== 'waiting') continue;
    const task = await theTask(desk, entry.taskId);
    if (!isSettled(task) && task.state.status === 'verifying' && task.generation === entry.generation)
      continue;
    await desk.tx.merges.update({ ...entry, state: { status: 'withdrawn', at: desk.at } });
  }
}

async function check(
  desk: Desk,
  ticket: Ticket,
  { entries, checks }: Known,
  { head, works }: Move & { type: 'check' },
): Promise<void> {
  const chosen = works.map(({ runId }) => find(entries, runId));
  const [only] = chosen;
  const asked = chosen.map(({ taskId, key, merge }) => ({ taskId, key, merge }));
  const run = await addRun(desk, ticket, {
    kind: 'check',
    role: 'verifier',
    round: checks.length + 1,
    taskId: chosen.length === 1 && only ? only.taskId : null,
    baseCommit: head,
    feedback: null,
    check: {
      purpose: 'batch',
      head,
      works: asked,
      commands: ticket.commands ?? {},
      proof: await proofPlan(desk, ticket, { purpose: 'batch', works: asked }),
    },
    token: null,
  });
  await tellRequested(desk, ticket, run);
  for (const entry of chosen) {
    // Two rings at once must not start two checks: the second one finds the entries changed.
    await desk.tx.merges.update(entry);
    const { id: taskId, key } = await moveTask(desk, await theTask(desk, entry.taskId), {
      type: 'verify',
      runId: run.id,
    });
    const alone = head !== ticket.headCommit;
    const about = { taskId, key, runId: run.id, ...(alone && { alone }) };
    await tell(desk, ticket, taskId, 'task.verifying.v1', about);
  }
}

/** Moves the branch's head to the verified merge result; each work is done with its own commit. */
async function merge(
  desk: Desk,
  ticket: ReturnType<typeof atWork>,
  { entries }: Known,
  { by, works }: Move & { type: 'merge' },
): Promise<void> {
  const run = await theRun(desk, by);
  const result = checkOutcome(run);
  const last = works.at(-1);
  if (result.type !== 'checked' || last?.commit !== result.commit)
    throw new IllegalTransition('Only what was verified is merged.', { runId: by });
  const { commit: to, bundle } = result;
  const from = ticket.headCommit;
  // Where all of them stand as they are, the branch stays where it is.
  if (bundle !== null) await moveTicket(desk, ticket, { type: 'advance', from, to, bundle });
  else if (to !== from) throw new IllegalTransition('What was verified was not handed in.', { runId: by });
  const ran = testsRun(result.commands);
  for (const { work, onto, commit } of works) {
    const { taskId, key } = work;
    await tell(desk, ticket, taskId, 'task.verified.v1', { taskId, key, commit, tests: ran });
    const task = await theTask(desk, taskId);
    const changed = result.works.find((one) => one.taskId === taskId)?.changed ?? [];
    const entry = find(entries, work.runId);
    // What stands as it was merged before is where it was, also where tests by another run came with it.
    const tests = new Set(testFiles(await desk.tx.runs.list({ ticketId: ticket.id, taskId })));
    const stands =
      entry.merge.stands === true && !entry.merge.joins && changed.every((path) => tests.has(path));
    const own = (stands ? mergedBefore(entries, taskId) : null) ?? commit;
    await moveTask(desk, task, { type: 'finish', commit: own, checked: to });
    await tell(desk, ticket, taskId, 'task.done.v1', { taskId, key, commit: own });
    const merged = { status: 'merged' as const, onto, commit, changed, at: desk.at };
    await leave(desk, ticket, entry, merged);
  }
}

function find(entries: readonly MergeEntry[], runId: MergeEntry['runId']): MergeEntry {
  const entry = entries.find((one) => one.runId === runId);
  if (!entry) throw new IllegalTransition('This work is not in the queue.', { runId });
  return entry;
}

/**
 * A check speaks for the criteria of each work in it, when all passed or when there is but one; a red batch speaks for
 * none of them.
 */
async function keepEvidence(
  desk: Desk,
  ticket: Ticket,
  { baseline }: Known,
  { run, result, green }: Known['fresh'][number],
): Promise<void> {
  const tasks: Task[] = [];
  for (const { taskId } of result.works) tasks.push(await theTask(desk, taskId));
  const [only = null] = tasks;
  const keep = (task: Task | null, measured: CheckResult & { type: 'checked' }) =>
    storeEvidence(desk, ticket, { run, result: measured, task, criteria: task?.criteria ?? [], baseline });
  if (!green && tasks.length > 1) return keep(null, result);
  if (tasks.length <= 1) return keep(only, result);
  for (const task of tasks) await keep(task, result);
}

/** Called by the state machines. */
export const queueSteps = { 'task.enqueue': enqueue } satisfies Record<string, Step>;

/** Called by the effects of events. */
export const queueActs = { 'queue.ring': ring } satisfies Record<string, Step>;
