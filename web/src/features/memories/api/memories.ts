import type { UseQueryResult } from '@tanstack/react-query';
import type { RouteAnswer } from '#core/api/routes.ts';
import type { CallFailed } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useRead } from '../../../api/query.ts';

/** The newest of a project, as many as a person reads through. */
export const useMemories = (projectId: string): UseQueryResult<RouteAnswer<'listMemories'>, CallFailed> =>
  useRead('listMemories', { params: { id: projectId }, query: { limit: 200 } }, keys.memories(projectId));
