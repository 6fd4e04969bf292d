/**
 * Grave findings of the tamper report, and changes of protected paths: a person decides before the work may be merged.
 * Accepted, it waits in the queue again, and the same findings stop it no more; rejected, it goes back to its builder with the person's words.
 */
import { z } from 'zod';
import { IllegalTransition } from '#core/errors.ts';
import { checkOutcome } from '#core/run/checked.ts';
import { latestWork } from '#core/run/work.ts';
import type { Task } from '#core/task/task.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { onlyProtected, type TamperedWork } from '#core/verify/report.ts';
import type { Finding } from '#core/verify/tamper/finding.ts';
import { type Answer, type Desk, moveTask, type Step, step, tell } from './desk.ts';
import { openTamperGate } from './gate.ts';
import { failure } from './runs.ts';
import { oneTask, rework, workOn } from './task.ts';

/** What the newest check that left this task's work out for tampering had found. */
async function findingsOf(desk: Desk, ticket: Ticket, task: Task): Promise<TamperedWork> {
  for (const run of await desk.tx.runs.list({ ticketId: ticket.id })) {
    const result = run.check?.purpose === 'batch' ? checkOutcome(run) : null;
    if (result === null || result.type === 'none') continue;
    const mine = result.refused.find(({ taskId }) => taskId === task.id);
    if (mine?.reason === 'tampered') return { taskId: task.id, findings: mine.findings };
  }
  throw new IllegalTransition(`Nothing was found in the work of ${task.key}.`, { taskId: task.id });
}

const ask = step(oneTask.extend({ token: z.string().min(1) }), async (input, desk) => {
  const { ticket, task } = await workOn(desk, input);
  await moveTask(desk, task, { type: 'ask' });
  const work = latestWork(await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id }));
  const found = await findingsOf(desk, ticket, task);
  const about = { ...found, ...(work && { said: work.submission.summary }) };
  const gate = await openTamperGate(desk, ticket, about, input.token);
  return { gateId: gate.id };
});

const Decision = z.looseObject({
  decision: z.enum(['approved', 'rejected', 'superseded', 'expired']),
  comment: z.string().nullable(),
});

const answered = step(oneTask.extend({ outcome: Decision }), async (input, desk): Promise<Answer> => {
  const { ticket, task } = await workOn(desk, input);
  const { decision, comment } = input.outcome;
  switch (decision) {
    case 'approved':
      await waitAgain(desk, ticket, task);
      return { next: 'queue', ticketId: ticket.id, taskId: task.id };
    case 'rejected': {
      const { findings } = await findingsOf(desk, ticket, task);
      const what = onlyProtected(findings)
        ? 'The change of protected paths was refused'
        : 'What the work does to its checks was refused';
      const words = `${what}: ${comment ?? ''}\n\n${inWords(findings)}`;
      return rework(desk, ticket, task, words, 'Tampered');
    }
    case 'superseded':
      return { next: 'ask', ticketId: ticket.id, taskId: task.id };
    case 'expired':
      return failure('Tampered', 'Nobody decided about what the work changes.');
    default:
      return decision satisfies never;
  }
});

/** Its place is the last one now; the state that comes next brings the token. */
async function waitAgain(desk: Desk, ticket: Ticket, task: Task): Promise<void> {
  const { id: taskId, key } = task;
  const work = latestWork(await desk.tx.runs.list({ ticketId: ticket.id, taskId }));
  const entry = work && (await desk.tx.merges.get(work.run.id));
  if (!entry) throw new IllegalTransition(`${key} has no work in the queue.`, { taskId });
  const place = ((await desk.tx.merges.list(ticket.id)).at(-1)?.place ?? 0) + 1;
  await desk.tx.merges.update({ ...entry, state: { status: 'waiting' }, place, since: desk.at });
  await moveTask(desk, task, { type: 'verify', runId: null });
  await tell(desk, ticket, taskId, 'task.queued.v1', { taskId, key, place });
}

/** The findings as a builder can act on them. */
function inWords(findings: readonly Finding[]): string {
  return findings
    .map(({ file, line, kind, message, hunk }) => `${file}:${line} (${kind}): ${message}\n${hunk}`)
    .join('\n\n');
}

/** Called by the state machines. */
export const askSteps = { 'task.ask': ask, 'task.answered': answered } satisfies Record<string, Step>;
