import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { RouteAnswer } from '#core/api/routes.ts';
import type { TicketView } from '#core/api/views.ts';
import { type CallFailed, call } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useRead } from '../../../api/query.ts';

/** As many as a board can show; older ones are found by their name in the palette's address. */
const listed = 200;

export const useTickets = (): UseQueryResult<RouteAnswer<'listTickets'>, CallFailed> =>
  useRead('listTickets', { query: { limit: listed } }, keys.tickets);

/** By id or name (`TKT-12`). */
export const useTicket = (ref: string): UseQueryResult<TicketView, CallFailed> =>
  useRead('getTicket', { params: { ticket: ref } }, keys.oneTicket(ref));

/** What waits for a person in all tickets; its first page is also the count beside the sidebar's entry. */
export const useWaiting = (pages = 1): UseQueryResult<RouteAnswer<'listWaiting'>, CallFailed> =>
  useQuery<RouteAnswer<'listWaiting'>, CallFailed>({
    queryKey: [...keys.tickets, 'waiting', pages],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const items: TicketView[] = [];
      let before: { before?: number } = {};
      for (let page = 1; ; page += 1) {
        const query = { limit: waitingPage, ...before };
        const answer: RouteAnswer<'listWaiting'> = await call('listWaiting', { query }, signal);
        items.push(...answer.items);
        if (answer.next === null || page >= pages) return { ...answer, items };
        before = { before: Number(answer.next) };
      }
    },
  });

/** More than a person deals with in one sitting; the rest is one press away. */
const waitingPage = 50;

/** The newest tickets, and as many pages of older ones as were asked for. */
export const useTicketPages = (pages: number): UseQueryResult<RouteAnswer<'listTickets'>, CallFailed> =>
  useQuery<RouteAnswer<'listTickets'>, CallFailed>({
    queryKey: [...keys.tickets, 'pages', pages],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const items: TicketView[] = [];
      let next: string | null = null;
      for (let page = 0; page < pages; page += 1) {
        const before: { before?: number } = next === null ? {} : { before: Number(next) };
        const answer: RouteAnswer<'listTickets'> = await call(
          'listTickets',
          { query: { limit: listed, ...before } },
          signal,
        );
        items.push(...answer.items);
        next = answer.next;
        if (next === null) break;
      }
      return { items, next };
    },
  });
