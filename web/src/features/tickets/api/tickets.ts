import type { UseQueryResult } from '@tanstack/react-query';
import type { RouteAnswer } from '#core/api/routes.ts';
import type { TicketView } from '#core/api/views.ts';
import type { CallFailed } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useRead } from '../../../api/query.ts';

/** As many as a board can show; older ones are found by their name in the palette's address. */
const listed = 200;

export const useTickets = (): UseQueryResult<RouteAnswer<'listTickets'>, CallFailed> =>
  useRead('listTickets', { query: { limit: listed } }, keys.tickets);

/** By id or name (`TKT-12`). */
export const useTicket = (ref: string): UseQueryResult<TicketView, CallFailed> =>
  useRead('getTicket', { params: { ticket: ref } }, keys.oneTicket(ref));
