import type { UseQueryResult } from '@tanstack/react-query';
import type { RouteAnswer } from '#core/api/routes.ts';
import type { CallFailed } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { addressOf, paths } from '../../../api/paths.ts';
import { useRead } from '../../../api/query.ts';

export const useEvidence = (ticketId: string): UseQueryResult<RouteAnswer<'listEvidence'>, CallFailed> =>
  useRead('listEvidence', { params: { ticket: ticketId } }, keys.part(ticketId, 'evidence'));

/** `of` keeps what concerns one requirement, criterion, task, file or commit. */
export const useTrace = (
  ticketId: string,
  of: string | null,
): UseQueryResult<RouteAnswer<'getTrace'>, CallFailed> =>
  useRead('getTrace', { params: { ticket: ticketId }, query: of === null ? {} : { of } }, [
    ...keys.part(ticketId, 'trace'),
    of,
  ]);

/** Where the full log stands as plain text; it may be many megabytes, so the browser shows it, not the page. */
export const logAddress = (ticketId: string, id: string): string =>
  addressOf(paths.getEvidenceLog[1], { ticket: ticketId, id }, {});
