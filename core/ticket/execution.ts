import type { Ticket } from './ticket.ts';

/** The name of a ticket's execution: one for its road, and one more each time that its pull request came back. */
export function ticketExecution({ id, reopened }: Pick<Ticket, 'id' | 'reopened'>): string {
  return reopened === 0 ? `ticket-${id}` : `ticket-${id}-r${reopened}`;
}
