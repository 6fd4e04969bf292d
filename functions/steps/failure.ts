/** How an execution's failure becomes a sentence on the ticket, and what is closed with it. */
import { z } from 'zod';
import { decideGate, subjectOf } from '#core/gate/gate.ts';
import { decideTask, isSettled } from '#core/task/task.ts';
import { isOver, type Ticket } from '#core/ticket/ticket.ts';
import { type Desk, moveTicket, tell } from './desk.ts';
import { cancelRun } from './runs.ts';

/** What `Fail` states hand over: Step Functions' own shape. */
export const Failure = z.looseObject({ Error: z.string().optional(), Cause: z.string().optional() });
export type Failure = z.infer<typeof Failure>;

/** Errors of the engine itself that come without a sentence. */
const sentences: Readonly<Record<string, string>> = {
  'States.Timeout': 'It took longer than it may.',
  'States.HeartbeatTimeout': 'Nothing was heard from its sandbox for too long.',
  'States.QueryEvaluationError': 'A state machine met a value that it does not know.',
};

/** Of a function that threw, as Lambda tells it. */
const Thrown = z.looseObject({ errorType: z.string(), errorMessage: z.string() });

/** A child execution's failure arrives as JSON that holds the child's own error and cause; a function's, its sentence. */
function unwrap(failure: Failure): Failure {
  if (!failure.Cause?.trimStart().startsWith('{')) return failure;
  try {
    const cause: unknown = JSON.parse(failure.Cause);
    const thrown = Thrown.safeParse(cause);
    if (thrown.success) return { ...failure, Cause: thrown.data.errorMessage };
    const inner = Failure.safeParse(cause);
    return inner.success && inner.data.Error !== undefined ? unwrap(inner.data) : failure;
  } catch (error) {
    if (error instanceof SyntaxError) return failure;
    throw error;
  }
}

/** Error name and sentence, whatever came. */
export function explain(raw: Failure): { readonly error: string; readonly cause: string } {
  const { Error: error = 'Failed', Cause: cause } = unwrap(raw);
  const sentence = sentences[error] ?? 'It failed without saying why.';
  // The ticket's column holds 4,000 characters; the journal and the logs have the rest.
  return { error, cause: (cause?.trim() || sentence).slice(0, 4000) };
}

/** Fails the ticket, unless it is over already (a phase told first). */
export async function failTicket(desk: Desk, ticket: Ticket, reason: string): Promise<void> {
  if (isOver(ticket.status)) return;
  const failed = await moveTicket(desk, ticket, { type: 'fail', reason });
  await closeTicket(desk, failed);
}

/** Ends everything that still lives under a ticket that is over. May be called again. */
export async function closeTicket(desk: Desk, ticket: Ticket): Promise<void> {
  const { tx, at } = desk;
  for (const task of await tx.tasks.list(ticket.id)) {
    if (isSettled(task)) continue;
    await tx.tasks.update(decideTask(task, { type: 'cancel' }, at));
    await tell(desk, ticket, task.id, 'task.cancelled.v1', { taskId: task.id, key: task.key });
  }
  for (const run of await tx.runs.list({ ticketId: ticket.id })) {
    await cancelRun(desk, ticket, run, `The ticket was ${ticket.status}.`);
  }
  for (const gate of await tx.gates.list(ticket.id)) {
    if (gate.state.status !== 'open') continue;
    await tx.gates.update({ ...gate, state: decideGate(gate, { type: 'supersede' }, at) });
    await tell(desk, ticket, gate.id, 'gate.decided.v1', {
      gateId: gate.id,
      phase: gate.phase,
      about: subjectOf(gate),
      decision: 'superseded',
      by: 'platform',
      comment: `The ticket was ${ticket.status}.`,
      token: gate.token,
    });
  }
}
