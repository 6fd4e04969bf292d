import type { UseQueryResult } from '@tanstack/react-query';
import type { RouteAnswer } from '#core/api/routes.ts';
import type { DocumentDiffView } from '#core/api/views.ts';
import type { CallFailed } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useRead } from '../../../api/query.ts';

export const useDocuments = (ticketId: string): UseQueryResult<RouteAnswer<'listDocuments'>, CallFailed> =>
  useRead('listDocuments', { params: { ticket: ticketId } }, keys.part(ticketId, 'documents'));

/** Against the version before. Both versions are immutable, so the answer is too. */
export const useDocumentDiff = (id: string): UseQueryResult<DocumentDiffView, CallFailed> =>
  useRead('diffDocument', { params: { id } }, ['document', id, 'diff'], { immutable: true });
