import type { UseQueryResult } from '@tanstack/react-query';
import type { RouteAnswer } from '#core/api/routes.ts';
import type { CallFailed } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useRead } from '../../../api/query.ts';

export const useTasks = (ticketId: string): UseQueryResult<RouteAnswer<'listTasks'>, CallFailed> =>
  useRead('listTasks', { params: { ticket: ticketId } }, keys.part(ticketId, 'tasks'));

export const useDiscoveries = (
  ticketId: string,
): UseQueryResult<RouteAnswer<'listDiscoveries'>, CallFailed> =>
  useRead('listDiscoveries', { params: { ticket: ticketId } }, keys.part(ticketId, 'discoveries'));
