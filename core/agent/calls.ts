/** The registry read from afar: the API asks the function that has the table. */
import { z } from 'zod';
import { Instant } from '../id.ts';
import { Agent } from './agent.ts';
import type { Agents } from './ports.ts';

/** What is asked. */
export const AgentCall = z.object({ step: z.literal('agents.list'), at: Instant });
export type AgentCall = z.infer<typeof AgentCall>;

/** The list, where `call` reaches that function. */
export function agentsThrough(call: (input: AgentCall) => Promise<unknown>): Pick<Agents, 'list'> {
  return { list: async (at) => z.array(Agent).parse(await call({ step: 'agents.list', at })) };
}
