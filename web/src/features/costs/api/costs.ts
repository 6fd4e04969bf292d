import type { UseQueryResult } from '@tanstack/react-query';
import type { CostView } from '#core/api/views.ts';
import type { CallFailed } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useRead } from '../../../api/query.ts';

export const useCosts = (ticketId: string): UseQueryResult<CostView, CallFailed> =>
  useRead('getCosts', { params: { ticket: ticketId } }, keys.part(ticketId, 'costs'));
