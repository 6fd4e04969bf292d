/** The consumer `sandbox`: launches what was requested, and stops what is over. */
import { z } from 'zod';
import type { EventData, LoggedEvent } from '#core/events/catalogue.ts';
import type { Instant, RunId } from '#core/id.ts';
import { networkObstacles } from '#core/project/networks.ts';
import type { Run } from '#core/run/run.ts';
import type { EffectDeps } from './deps.ts';

/** Longer than any attempt may take (two hours for a builder, and its setup); the fence ends a token long before. */
const tokenHours = 12;

const Launched = z.looseObject({ current: z.boolean() });

const isLive = ({ state }: Run) => state.status === 'requested' || state.status === 'running';

function later(at: Instant, minutes: number): Instant {
  return new Date(Date.parse(at) + minutes * 60_000).toISOString();
}

async function launch(
  deps: EffectDeps,
  { runId, attempt }: EventData<'run.requested.v1'>,
  key: string,
): Promise<void> {
  const { store, sandboxes, steps, tokens, clock } = deps;
  const run = await store.view.runs.get(runId);
  // Another attempt is at work, or this event comes a second time: its sandbox is noted already.
  if (!run || !isLive(run) || run.attempt !== attempt || run.sandbox !== null) return;
  const ticket = await store.view.tickets.get(run.ticketId);
  const project = ticket && (await store.view.projects.get(ticket.projectId));
  if (!project) return;
  const token = await tokens.sign({ runId, attempt, expiresAt: later(clock(), tokenHours * 60) });
  const [lacking] = networkObstacles(project, sandboxes.networks);
  if (lacking !== undefined) {
    // The network was taken away under the ticket. Launching would fail as often as it is tried.
    const why = `${lacking} Nothing is lost: what is under way goes on with another policy, or when the ticket is resumed.`;
    await steps({ step: 'run.withhold', key: `${key}/withheld`, runId, attempt, why });
    return;
  }
  const { network } = project;
  const handle = await sandboxes.launch({ runId, attempt, gatewayUrl: deps.gatewayUrl(), token, network });
  const noted = await steps({ step: 'run.launched', key: `${key}/${handle}`, runId, attempt, handle });
  const { current } = Launched.parse(noted);
  if (!current) await sandboxes.stop(handle);
  // It may have died before its handle was known to anybody who watches.
  else if ((await sandboxes.status(handle)) === 'gone')
    await steps({ step: 'run.lose', key: `lose/${runId}/${attempt}`, runId, attempt });
}

async function stopRun({ store, sandboxes }: EffectDeps, runId: RunId): Promise<void> {
  const run = await store.view.runs.get(runId);
  if (run?.sandbox) await sandboxes.stop(run.sandbox);
}

/** The effect of one event; events that mean nothing to sandboxes are passed by. A pause reaches them by their heartbeat. */
export async function sandboxEffect(deps: EffectDeps, event: LoggedEvent): Promise<void> {
  switch (event.type) {
    case 'run.requested.v1':
      return launch(deps, event.data, `${event.id}/launched`);
    case 'run.held.v1':
      // It ends by itself, with its last word said.
      return deps.agents.leave(event.data.runId, event.data.attempt);
    case 'run.ended.v1':
      await deps.agents.leave(event.data.runId, event.data.attempt);
      return stopRun(deps, event.data.runId);
    case 'ticket.cancelled.v1':
    case 'ticket.failed.v1':
      // Ends the runs; the event of each stops its sandbox.
      await deps.steps({ step: 'ticket.close', key: `${event.id}/close`, ticketId: event.ticketId });
      return;
    default:
      return;
  }
}
