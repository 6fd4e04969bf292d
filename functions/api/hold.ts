/** Tickets that the forge holds up, tried again after something was mended there. */
import type { ProjectId } from '#core/id.ts';
import type { Tx } from '#core/store.ts';
import { decideTicket, evolveTicket } from '#core/ticket/decide.ts';
import { type ApiDeps, type Call, tell } from './request.ts';

/** Of one project, or of all. A paused one goes on with its resumption. May be called again. */
export async function releaseHeld(
  tx: Tx,
  deps: Pick<ApiDeps, 'newId'>,
  { actor, at }: Pick<Call<'getTicket'>, 'actor' | 'at'>,
  of: { readonly projectId?: ProjectId } = {},
): Promise<void> {
  for (const ticket of await tx.tickets.list({ ...of, held: true, status: ['waiting'], limit: 200 })) {
    const facts = decideTicket(ticket, { type: 'release' });
    const released = facts.reduce((state, fact) => evolveTicket(state, fact, at), ticket);
    await tx.tickets.update(released);
    const tokens = ticket.hold === null ? [] : [ticket.hold.token];
    const scope = { projectId: ticket.projectId, ticketId: ticket.id };
    if (released.status === 'running')
      await tell(tx, deps, { actor, at }, scope, ticket.id, 'ticket.proceeded.v1', {});
    await tell(tx, deps, { actor, at }, scope, ticket.id, 'ticket.resumed.v1', { by: actor, tokens });
  }
}
