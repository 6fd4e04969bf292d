import type { UseQueryResult } from '@tanstack/react-query';
import type { EventView } from '#core/api/views.ts';
import { type CallFailed, call } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useGrowing } from '../../../api/query.ts';

const pageSize = 500;

/** All events of a ticket, oldest first. */
export const useTicketEvents = (ticketId: string): UseQueryResult<readonly EventView[], CallFailed> =>
  useGrowing<EventView>(
    keys.part(ticketId, 'events'),
    ({ cursor }) => cursor,
    (after, signal) => call('listEvents', { query: { ticket: ticketId, after, limit: pageSize } }, signal),
  );
