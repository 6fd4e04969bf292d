/** Live runs whose sandbox died without a word, and gates that nobody decided in time. */
import type { Instant } from '#core/id.ts';
import type { Run } from '#core/run/run.ts';
import type { RunKeeperDeps } from './deps.ts';

/** A sandbox that was launched and has not spoken for so long never will: pulling an image takes a minute or two. */
const silentMinutes = 5;

export interface RunKeeper {
  /**
   * Finds live runs whose sandbox is gone, gates that nobody decided in time, and executions that stand still as if a
   * doorbell had been lost. For the start of a host, and every
   * 20 seconds or so while it returns live runs: nothing needs it while there are none.
   */
  look(): Promise<{ readonly live: number }>;
  /** For a host that sees its sandboxes end: the same without waiting for a lease. */
  exited(handle: string): Promise<void>;
}

export function createRunKeeper(deps: RunKeeperDeps): RunKeeper {
  return {
    async look() {
      for (const gate of await deps.store.view.gates.due(deps.clock()))
        await deps.steps({ step: 'gate.expire', key: `expire/${gate.id}`, gateId: gate.id });
      const live = await reconcileRuns(deps);
      await ringStalled(deps);
      return { live };
    },
    async exited(handle) {
      // One whose run is over, held or at another attempt is no loss.
      for (const run of await deps.store.view.runs.list({ live: true })) {
        if (run.sandbox === handle) await lose(deps, run);
      }
    },
  };
}

function later(at: Instant, seconds: number): Instant {
  return new Date(Date.parse(at) + seconds * 1000).toISOString();
}

/** Gives the run another attempt, or ends it when too many died in a row. Harmless when the attempt is over. */
async function lose({ steps }: RunKeeperDeps, { id: runId, attempt }: Run): Promise<void> {
  await steps({ step: 'run.lose', key: `lose/${runId}/${attempt}`, runId, attempt });
}

/** The attempts whose lease holds, by the registry. */
type Leases = ReadonlyMap<Run['id'], number>;

/** Why a live run's sandbox counts as dead, or null. */
async function deathOf(
  deps: RunKeeperDeps,
  { id, attempt, sandbox, state }: Run,
  leases: Leases,
): Promise<string | null> {
  const now = deps.clock();
  if (sandbox === null) {
    const { launchSeconds } = deps;
    const waits = launchSeconds === undefined || state.status !== 'requested';
    return waits || later(state.at, launchSeconds) > now ? null : 'it never got a sandbox';
  }
  if ((await deps.sandboxes.status(sandbox)) === 'gone') return 'its sandbox is gone';
  // The store knows the lease of the claim; heartbeats renew it in the registry.
  const leased = leases.get(id) === attempt;
  if (state.status === 'running' && state.leaseUntil < now && !leased) return 'its lease expired';
  if (state.status === 'requested' && later(state.at, silentMinutes * 60) < now) return 'it never spoke';
  return null;
}

async function reconcileRuns(deps: RunKeeperDeps): Promise<number> {
  const live = await deps.store.view.runs.list({ live: true });
  if (live.length === 0) return 0;
  const agents = await deps.agents.list(deps.clock());
  const leases: Leases = new Map(agents.map(({ runId, attempt }) => [runId, attempt]));
  for (const run of live) {
    const death = await deathOf(deps, run, leases);
    if (death === null) continue;
    deps.log(`A run is started again: ${death}.`, { runId: run.id, attempt: run.attempt });
    if (run.sandbox !== null) await deps.sandboxes.stop(run.sandbox);
    await lose(deps, run);
  }
  return live.length;
}

/** Looks at the graphs of tickets for which no run is live: nothing else would ever ring for them. */
async function ringStalled({ store, steps, clock }: RunKeeperDeps): Promise<void> {
  const live = new Set((await store.view.runs.list({ live: true })).map(({ ticketId }) => ticketId));
  // The newest 200: more do not fit any installation's limits.
  const tickets = await store.view.tickets.list({ status: ['running', 'waiting'], limit: 200 });
  for (const { id: ticketId, executionToken } of tickets) {
    if (executionToken === null || live.has(ticketId)) continue;
    await steps({ step: 'execution.schedule', key: `stalled/${ticketId}/${clock()}`, ticketId });
  }
}
