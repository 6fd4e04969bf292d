import { Ticket } from '#core/ticket/ticket.ts';
import { columnsOf } from '../../columns.ts';

/** The columns of `tickets`. */
export const columns = columnsOf(Ticket);
