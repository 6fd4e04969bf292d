/** The contract of the agent registry (core/agent/ports.ts), in memory and in DynamoDB. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAgents } from '#adapters/dynamodb/agents.ts';
import type { Table } from '#adapters/dynamodb/table.ts';
import { newId } from '#adapters/ids/ids.ts';
import { memoryAgents } from '#adapters/memory/agents.ts';
import type { Agent } from '#core/agent/agent.ts';
import { agentsThrough } from '#core/agent/calls.ts';
import type { Agents } from '#core/agent/ports.ts';
import { openTestTable } from '#test/support/table.ts';

let table: Table;
let close = () => {};
beforeAll(async () => {
  ({ table, close } = await openTestTable());
});
afterAll(() => close());

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();

function anAgent(over: Partial<Agent> = {}): Agent {
  return {
    ...{ runId: newId('run'), attempt: 1, kind: 'agent', role: 'builder' },
    ...{ ticketId: newId('ticket'), ticket: 'TKT-12', task: 'T4' },
    ...{ doing: 'npm test', turn: 7, since: at(0), at: at(20), until: at(80) },
    ...over,
  };
}

const registries: readonly [string, () => Agents][] = [
  ['in memory', memoryAgents],
  ['in DynamoDB', () => createAgents(table)],
];

describe.each(registries)('the agent registry %s', (_, open) => {
  let agents: Agents;
  beforeEach(async () => {
    agents = open();
    for (const { runId, attempt } of await agents.list(at(0))) await agents.leave(runId, attempt);
  });

  it('tells who is at work as the last beat said, the longest at work first', async () => {
    const one = anAgent({ since: at(5) });
    const other = anAgent({ since: at(1), task: null, kind: 'check', role: 'verifier' });
    for (const agent of [one, other]) await agents.beat(agent);
    const later = { ...one, turn: 8, doing: 'thinking', at: at(40), until: at(100) };
    await agents.beat(later);
    expect(await agents.list(at(41))).toEqual([other, later]);
  });

  it('does not tell what is past its time by a millisecond, though nobody removed it', async () => {
    const agent = anAgent({ until: at(80.5) });
    await agents.beat(agent);
    expect(await agents.list(at(80.499))).toEqual([agent]);
    expect(await agents.list(at(80.5))).toEqual([]);
  });

  it('keeps to the later attempt, whoever speaks last', async () => {
    const second = anAgent({ attempt: 2 });
    await agents.beat(second);
    await agents.beat({ ...second, attempt: 1, doing: 'what is over' });
    await agents.leave(second.runId, 1);
    expect(await agents.list(at(21))).toEqual([second]);
  });

  it('forgets who left, twice and unknown ones too', async () => {
    const agent = anAgent();
    await agents.beat(agent);
    for (const runId of [agent.runId, agent.runId, newId('run')]) await agents.leave(runId, 1);
    expect(await agents.list(at(21))).toEqual([]);
  });
});

it('is the same through the function that has the table', async () => {
  const agents = memoryAgents();
  const agent = anAgent();
  await agents.beat(agent);
  const afar = agentsThrough(async ({ at }) => JSON.parse(JSON.stringify(await agents.list(at))));
  expect(await afar.list(at(21))).toEqual([agent]);
});
