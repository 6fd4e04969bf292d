import type { UseQueryResult } from '@tanstack/react-query';
import type { HealthView } from '#core/api/views.ts';
import type { CallFailed } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useRead } from '../../../api/query.ts';

export const useHealth = (): UseQueryResult<HealthView, CallFailed> => useRead('health', {}, keys.health);
