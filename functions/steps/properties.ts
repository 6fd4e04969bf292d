/**
 * Which tasks want tests by another run, what a verifier left, and what a check is to do with it. Whatever
 * becomes of a verifier, the work goes on: the check says of each criterion what was shown, or why nothing was.
 */
import { ownCriteria } from '#core/discovery/work.ts';
import { endOf } from '#core/run/end.ts';
import type { Run } from '#core/run/run.ts';
import {
  isVerifier,
  latestTests,
  latestWork,
  provedWork,
  thisGeneration,
  wasLookedAt,
} from '#core/run/work.ts';
import { DocumentBody } from '#core/spec/document.ts';
import type { Task } from '#core/task/task.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { askedOfOthers, type PropertyPlan } from '#core/verify/properties/independent.ts';
import { type Desk, tell, theProject } from './desk.ts';

/** The ids of a task's criteria for whose sake another run is asked for tests. `runs`: the task's, in this generation. */
async function askedCriteria(
  desk: Desk,
  ticket: Ticket,
  task: Task,
  runs: readonly Run[],
): Promise<string[]> {
  const approved = ticket.approved.requirements;
  const row = approved ? await desk.tx.documents.get(approved.documentId) : null;
  const document = row && DocumentBody.parse({ kind: row.kind, body: row.body });
  const planned =
    document?.kind === 'requirements' ? document.body.requirements.flatMap(({ criteria }) => criteria) : [];
  const own = ownCriteria(task, await desk.tx.discoveries.list(ticket.id));
  const criteria = [...planned, ...own].filter(({ id }) => task.criteria.includes(id));
  const { independent } = await theProject(desk, ticket);
  const usual = askedOfOthers(independent, criteria);
  if (!ticket.nameless) return usual;
  // Where tests have no names, those of other runs alone can tell of a criterion; a document is shown by its command.
  const claims = latestWork(runs)?.submission.claims ?? [];
  const shown = new Set(
    claims.flatMap(({ criterion, command }) => (command === undefined ? [] : [criterion])),
  );
  return askedOfOthers('criteria', criteria).filter((id) => usual.includes(id) || !shown.has(id));
}

/** Whether a verifier is to look at the task's work first: where one is asked for, tests can run, and none has yet. */
export async function mayProve(desk: Desk, ticket: Ticket, task: Task): Promise<boolean> {
  if (ticket.verification !== 'verified') return false;
  const runs = thisGeneration(await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id }));
  if (wasLookedAt(runs) || latestWork(runs)?.submission.blind === undefined) return false;
  return (await askedCriteria(desk, ticket, task, runs)).length > 0;
}

/** Notes what a verifier left. A run without tests costs the task nothing but the tests. */
export async function noteTests(desk: Desk, ticket: Ticket, task: Task, run: Run): Promise<void> {
  if (run.state.status === 'ended' && run.state.outcome.type === 'tests') return;
  const { id: taskId, key } = task;
  const runs = thisGeneration(await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id }));
  const criteria = await askedCriteria(desk, ticket, task, runs);
  await tell(desk, ticket, taskId, 'task.unproved.v1', { taskId, key, criteria, reason: missingOf(run) });
}

/** Why a verifier left no tests, in a line. */
function missingOf(run: Run): string {
  return (endOf(run)?.words ?? 'The run before handed in no tests.')
    .replace('The run before', 'the verifier')
    .replace(/\s+/gu, ' ')
    .slice(0, 500);
}

/** What a check is to do about the task's criteria that another run tests; null where it has none. */
export async function propertyPlan(desk: Desk, ticket: Ticket, task: Task): Promise<PropertyPlan | null> {
  const runs = thisGeneration(await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id }));
  const about = { taskId: task.id, task: task.key };
  const left = latestTests(runs);
  if (left) {
    const { summary: _said, ...tests } = left;
    return { type: 'written', ...about, tests, of: provedWork(runs)?.submission.tip ?? null };
  }
  const run = runs.findLast(isVerifier);
  const criteria = await askedCriteria(desk, ticket, task, runs);
  if (criteria.length === 0) return null;
  const reason = run ? missingOf(run) : 'no other run was asked to write one';
  return { type: 'missing', ...about, criteria: criteria.slice(0, 50), reason };
}
