/** The agent registry in the table: one item a run, removed by TTL when nobody forgot it before. */
import { z } from 'zod';
import { Agent } from '#core/agent/agent.ts';
import { type Agents, atWork } from '#core/agent/ports.ts';
import { seconds, type Table } from './table.ts';

const pk = 'agent';

const Rows = z.array(Agent);

/** An older attempt than the item's changes nothing; a second call does no harm. */
const notOlder = (attempt: number) => ({
  expression: 'attribute_not_exists(pk) or #attempt <= :attempt',
  names: { '#attempt': 'attempt' },
  values: { ':attempt': attempt },
});

/** All under one key: an installation runs tens of agents at once. */
export function createAgents(table: Table): Agents {
  return {
    async beat(agent) {
      // TTL counts whole seconds: the next one, since the exact end is compared when reading.
      const item = { ...agent, expiresAt: seconds(agent.until) + 1 };
      await table.put(pk, agent.runId, item, notOlder(agent.attempt));
    },
    async leave(runId, attempt) {
      await table.remove(pk, runId, notOlder(attempt));
    },
    async list(at) {
      return atWork(Rows.parse(await table.list(pk, seconds(at))), at);
    },
  };
}
