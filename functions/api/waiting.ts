/** What a ticket waits for, looked up from the rows: one ticket can wait for several people at once. */
import type { Question } from '#core/run/ports.ts';
import type { Tx, View } from '#core/store.ts';
import { decideTicket, evolveTicket } from '#core/ticket/decide.ts';
import type { Ticket, WaitReason } from '#core/ticket/ticket.ts';
import { moveOn as commandOf, openQuestions as openAmong, waitsOf } from '#core/ticket/waits.ts';
import { type ApiDeps, type Call, tell } from './request.ts';

/** Questions without an answer; a run that was ended meanwhile asks nothing any more. */
export async function openQuestions(
  view: Pick<View, 'notes' | 'runs'>,
  { id: ticketId }: Ticket,
): Promise<Question[]> {
  const questions = await view.notes.questions({ ticketId });
  if (questions.every(({ answer }) => answer !== null)) return [];
  return openAmong({ questions, runs: await view.runs.list({ ticketId }) });
}

/**
 * After a person settled something: the ticket moves, or waits for what is left. `settled: 'budget'` means that runs
 * held for money are being released now. Throws `IllegalTransition` when the ticket is over.
 */
export async function moveOn(
  tx: Tx,
  deps: Pick<ApiDeps, 'newId'>,
  call: Pick<Call<'getTicket'>, 'actor' | 'at'>,
  ticket: Ticket,
  settled: WaitReason | null = null,
): Promise<Ticket> {
  const command = commandOf(ticket, await waitsOf(tx, ticket.id), settled);
  const facts = decideTicket(ticket, command);
  if (facts.length === 0) return ticket;
  const moved = await tx.tickets.update(
    facts.reduce((state, fact) => evolveTicket(state, fact, call.at), ticket),
  );
  const scope = { projectId: ticket.projectId, ticketId: ticket.id };
  if (moved.waitingFor === null) await tell(tx, deps, call, scope, ticket.id, 'ticket.proceeded.v1', {});
  else await tell(tx, deps, call, scope, ticket.id, 'ticket.waiting.v1', { reason: moved.waitingFor });
  return moved;
}
