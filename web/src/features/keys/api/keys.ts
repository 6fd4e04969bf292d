import type { UseQueryResult } from '@tanstack/react-query';
import type { RouteAnswer } from '#core/api/routes.ts';
import type { CallFailed } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useRead } from '../../../api/query.ts';

export const useKeys = (): UseQueryResult<RouteAnswer<'listKeys'>, CallFailed> =>
  useRead('listKeys', {}, keys.keys);
