/** A delivered pull request that a person has brought up to date with the branch that it goes into. */
import { type Ticket, ticketName } from '../ticket/ticket.ts';

/** Why the ticket goes back to work without a task; the delivery joins the branch, whatever moved, and verifies anew. */
export const updateWhy = (by: string, into: string): string => `${by} brings it up to date with ${into}.`;

/** Why nothing has to be done: a ticket that is at work takes in what moved before it delivers. */
export const atWorkAlready = ({ number }: Pick<Ticket, 'number'>): string =>
  `${ticketName(number)} is at work already, and brings its branch up to date before it delivers.`;

/** Whether the words behind `/omoi` in a comment wish for it and for nothing else. */
export const wishesUpdate = (wish: string): boolean =>
  /^(?:update|rebase|bring (?:it|this) up to date)[.!]?$/i.test(wish.trim());
