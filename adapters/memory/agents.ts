/** The agent registry of one machine: its sandboxes end with the process, and so may what is known of them. */
import type { Agent } from '#core/agent/agent.ts';
import { type Agents, atWork } from '#core/agent/ports.ts';
import type { RunId } from '#core/id.ts';

/** An empty registry. */
export function memoryAgents(): Agents {
  const rows = new Map<RunId, Agent>();
  const newest = (runId: RunId) => rows.get(runId)?.attempt ?? 0;
  return {
    async beat(agent) {
      // What expired is of no use to anybody; so the map holds live runs only.
      for (const { runId, until } of rows.values()) if (until <= agent.at) rows.delete(runId);
      if (newest(agent.runId) <= agent.attempt) rows.set(agent.runId, agent);
    },
    async leave(runId, attempt) {
      if (newest(runId) <= attempt) rows.delete(runId);
    },
    async list(at) {
      return atWork([...rows.values()], at);
    },
  };
}
