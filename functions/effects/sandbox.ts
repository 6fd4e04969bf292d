/** The consumer `sandbox`: launches what was requested, stops what is over, and finds what died without a word. */
import { z } from 'zod';
import type { EventData, LoggedEvent } from '#core/events/catalogue.ts';
import type { Instant, RunId } from '#core/id.ts';
import type { Run } from '#core/run/run.ts';
import type { EffectDeps } from './deps.ts';

/** Longer than any attempt may take (two hours for a builder, and its setup); the fence ends a token long before. */
const tokenHours = 12;

/** A sandbox that was launched and has not spoken for so long never will: pulling an image takes a minute or two. */
const silentMinutes = 5;

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
  const { network } = project;
  const handle = await sandboxes.launch({ runId, attempt, gatewayUrl: deps.gatewayUrl(), token, network });
  const noted = await steps({ step: 'run.launched', key: `${key}/${handle}`, runId, attempt, handle });
  const { current } = Launched.parse(noted);
  if (!current) await sandboxes.stop(handle);
  // It may have died before its handle was known to anybody who watches.
  else if ((await sandboxes.status(handle)) === 'gone') await lose(deps, run);
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
    case 'run.ended.v1':
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

/** Gives the run another attempt, or ends it when too many died in a row. Harmless when the attempt is over. */
async function lose({ steps }: EffectDeps, { id: runId, attempt }: Run): Promise<void> {
  await steps({ step: 'run.lose', key: `lose/${runId}/${attempt}`, runId, attempt });
}

/** The host saw the sandbox of this handle end. One whose run is over, held or at another attempt is no loss. */
export async function sandboxExited(deps: EffectDeps, handle: string): Promise<void> {
  const live = await deps.store.view.runs.list({ live: true });
  for (const run of live) {
    if (run.sandbox === handle) await lose(deps, run);
  }
}

/** Why a live run's sandbox counts as dead, or null. A run without a handle is about to be launched by its event. */
async function deathOf({ sandboxes, clock }: EffectDeps, run: Run): Promise<string | null> {
  if (run.sandbox === null) return null;
  if ((await sandboxes.status(run.sandbox)) === 'gone') return 'its sandbox is gone';
  const { state } = run;
  if (state.status === 'running' && state.leaseUntil < clock()) return 'its lease expired';
  if (state.status === 'requested' && later(state.at, silentMinutes) < clock()) return 'it never spoke';
  return null;
}

/** Looks at every live run once. Returns how many there are: with none there is no reason to look again. */
export async function reconcileRuns(deps: EffectDeps): Promise<number> {
  const live = await deps.store.view.runs.list({ live: true });
  for (const run of live) {
    const death = await deathOf(deps, run);
    if (death === null) continue;
    deps.log(`A run is started again: ${death}.`, { runId: run.id, attempt: run.attempt });
    if (run.sandbox !== null) await deps.sandboxes.stop(run.sandbox);
    await lose(deps, run);
  }
  return live.length;
}
