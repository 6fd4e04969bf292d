import { NotFound } from '#core/errors.ts';
import { TicketId } from '#core/id.ts';
import type { View } from '#core/store.ts';
import type { Ticket } from '#core/ticket/ticket.ts';

/** The ticket that an id, a name (`TKT-12`, any case) or a number means. Throws `NotFound`. */
export async function findTicket(view: Pick<View, 'tickets'>, ref: string): Promise<Ticket> {
  const number = /^(?:tkt-)?(\d{1,9})$/i.exec(ref)?.[1];
  const id = TicketId.safeParse(ref);
  const ticket = number
    ? await view.tickets.byNumber(Number(number))
    : id.success
      ? await view.tickets.get(id.data)
      : null;
  return found(ticket, `There is no ticket ${ref}.`);
}

/** The thing itself, or `NotFound` with the sentence. */
export function found<T>(thing: T | null | undefined, sentence: string): T {
  if (thing === null || thing === undefined) throw new NotFound(sentence);
  return thing;
}
