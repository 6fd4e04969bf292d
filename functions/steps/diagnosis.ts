/** No task was finished: one run reads the journals and proposes what to change, once a cause. */
import { z } from 'zod';
import { causesOf, costOfDiagnosis } from '#core/discovery/causes.ts';
import { TicketId } from '#core/id.ts';
import { remaining } from '#core/ticket/decide.ts';
import { type Answer, type Step, step, theTicket } from './desk.ts';
import { addRun, atWork } from './runs.ts';

const scope = 'diagnosis';

const prepare = step(z.looseObject({ ticketId: TicketId }), async ({ ticketId }, desk): Promise<Answer> => {
  const ticket = atWork(await theTicket(desk, ticketId));
  const none = { next: 'fail', ticketId, runId: null };
  const causes = causesOf(await desk.tx.tasks.list(ticketId), await desk.tx.runs.list({ ticketId }));
  if (causes === null || remaining(await desk.tx.ledger.balance(ticketId)) < costOfDiagnosis) return none;
  const key = `${ticketId}/${desk.digest(causes)}`;
  if (await desk.tx.answers.get(scope, key)) return none;
  const run = await addRun(desk, ticket, {
    ...{ kind: 'agent', role: 'diagnostician', round: 1, taskId: null, baseCommit: ticket.headCommit },
    ...{ feedback: null, check: null, token: null },
  });
  await desk.tx.answers.put(scope, key, { digest: desk.digest(causes), answer: { runId: run.id } }, desk.at);
  return { next: 'run', ticketId, runId: run.id };
});

/** Called by the state machines. */
export const diagnosisSteps = { 'diagnosis.prepare': prepare } satisfies Record<string, Step>;
