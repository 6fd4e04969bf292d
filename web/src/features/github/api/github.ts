import type { UseQueryResult } from '@tanstack/react-query';
import type { GitHubView, ProjectAccessView } from '#core/api/views.ts';
import type { CallFailed } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useRead } from '../../../api/query.ts';

export const useGitHub = (): UseQueryResult<GitHubView, CallFailed> => useRead('getGitHub', {}, keys.github);

/** Whether a project's repository is within reach now. */
export const useAccess = (projectId: string): UseQueryResult<ProjectAccessView, CallFailed> =>
  useRead('checkProject', { params: { id: projectId } }, keys.access(projectId));
