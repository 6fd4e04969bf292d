import type { UseQueryResult } from '@tanstack/react-query';
import type { RouteAnswer } from '#core/api/routes.ts';
import type { RunView, StepView } from '#core/api/views.ts';
import { type CallFailed, call } from '../../../api/call.ts';
import { keys } from '../../../api/keys.ts';
import { useGrowing, useRead } from '../../../api/query.ts';

const pageSize = 200;

export const useRuns = (ticketId: string): UseQueryResult<RouteAnswer<'listRuns'>, CallFailed> =>
  useRead('listRuns', { params: { ticket: ticketId } }, keys.part(ticketId, 'runs'));

/** Who is at work, by heartbeats; asked for again when a run tells something. */
export const useAgents = (): UseQueryResult<RouteAnswer<'listAgents'>, CallFailed> =>
  useRead('listAgents', {}, keys.agents);

export const useRun = (id: string): UseQueryResult<RunView, CallFailed> =>
  useRead('getRun', { params: { id } }, keys.run(id));

/** The journal so far; new steps are added as events tell of them. */
export const useSteps = (id: string): UseQueryResult<readonly StepView[], CallFailed> =>
  useGrowing<StepView>(
    keys.steps(id),
    ({ seq }) => seq,
    (after, signal) => call('listSteps', { params: { id }, query: { after, limit: pageSize } }, signal),
  );
