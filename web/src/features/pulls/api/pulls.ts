import type { UseQueryResult } from '@tanstack/react-query';
import type { RouteAnswer } from '#core/api/routes.ts';
import type { DiffView, PullView } from '#core/api/views.ts';
import type { CallFailed } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useRead } from '../../../api/query.ts';

export const usePulls = (): UseQueryResult<RouteAnswer<'listPulls'>, CallFailed> =>
  useRead('listPulls', {}, keys.pulls);

export const usePull = (ticketId: string): UseQueryResult<PullView, CallFailed> =>
  useRead('getPull', { params: { ticket: ticketId } }, keys.part(ticketId, 'pull'));

/** The diff belongs to the head: another head is another diff. */
export const usePullDiff = (ticketId: string, headCommit: string): UseQueryResult<DiffView, CallFailed> =>
  useRead('getPullDiff', { params: { ticket: ticketId } }, ['diff', ticketId, headCommit], {
    immutable: true,
  });
