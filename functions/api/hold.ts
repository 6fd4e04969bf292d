/** Tickets that stand still, going on after something was mended: at the forge, or in what sandboxes need. */
import type { ProjectId } from '#core/id.ts';
import type { HoldReason } from '#core/run/run.ts';
import type { Tx } from '#core/store.ts';
import { decideTicket, evolveTicket, type TicketCommand } from '#core/ticket/decide.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { type ApiDeps, type Call, tell } from './request.ts';
import { moveOn } from './waiting.ts';

type Deps = Pick<ApiDeps, 'newId'>;
type Who = Pick<Call<'getTicket'>, 'actor' | 'at'>;

/** Decides and writes; the row as it is then. */
export async function apply(tx: Tx, ticket: Ticket, command: TicketCommand, at: string): Promise<Ticket> {
  const facts = decideTicket(ticket, command);
  if (facts.length === 0) return ticket;
  return tx.tickets.update(facts.reduce((state, fact) => evolveTicket(state, fact, at), ticket));
}

/** Workflow tokens of the ticket's runs that are held for this reason, so that answering them goes on. */
export async function heldTokens(tx: Tx, ticket: Ticket, reason: HoldReason): Promise<string[]> {
  const held = await tx.runs.list({ ticketId: ticket.id, status: 'held' });
  return held.flatMap(({ state, token }) =>
    state.status === 'held' && state.reason === reason && token ? [token] : [],
  );
}

const tokenOf = ({ hold }: Ticket): string[] => (hold?.token ? [hold.token] : []);

/** Of one project, or of all. A paused one goes on with its resumption. May be called again. */
export async function releaseHeld(
  tx: Tx,
  deps: Deps,
  who: Who,
  of: { readonly projectId?: ProjectId } = {},
): Promise<void> {
  for (const ticket of await tx.tickets.list({ ...of, held: true, status: ['waiting'], limit: 200 })) {
    const released = await apply(tx, ticket, { type: 'release' }, who.at);
    const tokens = tokenOf(ticket);
    const scope = { projectId: ticket.projectId, ticketId: ticket.id };
    if (released.status === 'running') await tell(tx, deps, who, scope, ticket.id, 'ticket.proceeded.v1', {});
    await tell(tx, deps, who, scope, ticket.id, 'ticket.resumed.v1', { by: who.actor, tokens });
  }
}

/** The ticket goes on, whatever it stood still for; what the forge or a sandbox lacked is tried again. */
export async function resume(tx: Tx, deps: Deps, who: Who, ticket: Ticket): Promise<Ticket> {
  // A run that registers its token at this moment does it before, and is answered, or after, and sees for itself.
  await tx.tasks.hold(ticket.id);
  const resumed = await apply(tx, ticket, { type: 'resume' }, who.at);
  const tokens = [...tokenOf(ticket), ...(await heldTokens(tx, ticket, 'paused'))];
  const scope = { projectId: ticket.projectId, ticketId: ticket.id };
  if (ticket.waitingFor === 'forge') await tell(tx, deps, who, scope, ticket.id, 'ticket.proceeded.v1', {});
  await tell(tx, deps, who, scope, ticket.id, 'ticket.resumed.v1', { by: who.actor, tokens });
  return moveOn(tx, deps, who, resumed);
}

/** Tickets of a project that the platform paused because no sandbox of theirs could start. */
export async function resumeWithheld(tx: Tx, deps: Deps, who: Who, projectId: ProjectId): Promise<void> {
  for (const ticket of await tx.tickets.list({ projectId, held: true, status: ['paused'], limit: 200 }))
    if (ticket.hold?.token === null) await resume(tx, deps, who, ticket);
}
