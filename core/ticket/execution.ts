import type { Ticket } from './ticket.ts';

/** The name of a ticket's execution. */
export function ticketExecution({ id }: Pick<Ticket, 'id'>): string {
  return `ticket-${id}`;
}
