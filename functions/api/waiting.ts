/** What a ticket waits for, looked up from the rows: one ticket can wait for several people at once. */
import type { Question } from '#core/run/ports.ts';
import type { Tx, View } from '#core/store.ts';
import { decideTicket, evolveTicket } from '#core/ticket/decide.ts';
import type { Ticket, WaitReason } from '#core/ticket/ticket.ts';
import { type ApiDeps, type Call, tell } from './request.ts';

type Lookups = Pick<View, 'gates' | 'runs' | 'notes'>;

async function waitsFor(
  view: Lookups,
  ticket: Ticket,
  settled: WaitReason | null,
): Promise<WaitReason | null> {
  if ((await view.gates.list(ticket.id)).some(({ state }) => state.status === 'open')) return 'gate';
  const runs = (await view.runs.list({ ticketId: ticket.id })).filter(
    ({ state }) => state.status !== 'ended',
  );
  if ((await openQuestions(view, ticket)).length > 0) return 'question';
  if (settled !== 'budget' && runs.some(({ state }) => state.status === 'held' && state.reason === 'budget'))
    return 'budget';
  return ticket.hold === null ? null : 'forge';
}

/** Questions without an answer; a run that was ended meanwhile asks nothing any more. */
export async function openQuestions(
  view: Pick<View, 'notes' | 'runs'>,
  { id: ticketId }: Ticket,
): Promise<Question[]> {
  const unanswered = (await view.notes.questions({ ticketId })).filter(({ answer }) => answer === null);
  if (unanswered.length === 0) return [];
  const runs = await view.runs.list({ ticketId });
  const over = new Set(runs.filter(({ state }) => state.status === 'ended').map(({ id }) => id));
  return unanswered.filter(({ runId }) => !over.has(runId));
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
  const reason = await waitsFor(tx, ticket, settled);
  const facts = decideTicket(ticket, reason === null ? { type: 'proceed' } : { type: 'wait', reason });
  if (facts.length === 0) return ticket;
  const moved = await tx.tickets.update(
    facts.reduce((state, fact) => evolveTicket(state, fact, call.at), ticket),
  );
  const scope = { projectId: ticket.projectId, ticketId: ticket.id };
  if (reason === null) await tell(tx, deps, call, scope, ticket.id, 'ticket.proceeded.v1', {});
  else await tell(tx, deps, call, scope, ticket.id, 'ticket.waiting.v1', { reason });
  return moved;
}
