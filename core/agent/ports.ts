import type { Instant, RunId } from '../id.ts';
import type { Agent } from './agent.ts';

/**
 * The agent registry: who is at work now, and for how long that is believed. Heartbeats write it instead of the store.
 *
 * A row is worth its lease and no more: what is past `until` is never told, however late it is removed, and whoever
 * forgets a row early makes a run start again from its checkpoint, nothing worse.
 */
export interface Agents {
  /** Notes a beat, in place of the run's last one. One of an older attempt than is known changes nothing. */
  beat(agent: Agent): Promise<void>;
  /** Forgets the run, unless a later attempt is at work. May be called twice, and for one that nobody knows. */
  leave(runId: RunId, attempt: number): Promise<void>;
  /** Those whose `until` is after `at`, the longest at work first. */
  list(at: Instant): Promise<Agent[]>;
}

/** Those of them that may be told, in the order of the port. */
export function atWork(agents: readonly Agent[], at: Instant): Agent[] {
  return agents
    .filter(({ until }) => until > at)
    .sort((a, b) => a.since.localeCompare(b.since) || a.runId.localeCompare(b.runId));
}
