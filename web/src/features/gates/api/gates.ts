import type { UseQueryResult } from '@tanstack/react-query';
import type { RouteAnswer } from '#core/api/routes.ts';
import type { CallFailed } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useRead } from '../../../api/query.ts';

export const useGates = (ticketId: string): UseQueryResult<RouteAnswer<'listGates'>, CallFailed> =>
  useRead('listGates', { params: { ticket: ticketId } }, keys.part(ticketId, 'gates'));

/** What the evaluator says of the version that waits; it belongs to the gates, which what is approved meanwhile makes stale. */
export const useEvaluation = (
  ticketId: string,
  documentId: string,
): UseQueryResult<RouteAnswer<'getEvaluation'>, CallFailed> =>
  useRead('getEvaluation', { params: { id: documentId } }, [
    ...keys.part(ticketId, 'gates'),
    'evaluation',
    documentId,
  ]);
