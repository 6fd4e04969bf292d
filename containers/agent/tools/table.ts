/** Which role has which tools: a table, so that what an agent may do can be read at a glance. */
import type { Role } from '#core/run/run.ts';
import type { Tool } from './tool.ts';

const looking = ['read', 'search', 'bash'] as const;
const notes = ['plan', 'ask', 'remember', 'recall', 'discover'] as const;
const working = ['edit', 'write'] as const;

/** In the order in which the model sees them; the order is part of the cached prefix. */
export const toolsOfRole = {
  explorer: [...looking, ...notes, 'amend', 'submit_exploration'],
  analyst: [...looking, ...notes, 'amend', 'submit_requirements'],
  architect: [...looking, ...notes, 'amend', 'submit_design'],
  planner: [...looking, ...notes, 'amend', 'submit_plan'],
  builder: [...looking, ...working, ...notes, 'submit_work'],
  // What its author has noted or remembered is nothing for a verifier, nor is it to wait for anybody.
  verifier: [...looking, ...working, 'plan', 'cannot_test', 'submit_tests'],
  integrator: [...looking, ...working, ...notes, 'submit_work'],
  diagnostician: [...looking, 'recall', 'submit_diagnosis'],
} as const satisfies Record<Role, readonly string[]>;

/** When the project's setup runs: an explorer finds the commands first, who only looks may never run one. */
export function setsUp(role: Role): 'before' | 'at the first command' | 'never' {
  if (mayWrite(role)) return 'before';
  return role === 'explorer' ? 'never' : 'at the first command';
}

/** Whether the role's commands may change the workspace. */
export function mayWrite(role: Role): boolean {
  return toolsOfRole[role].some((name) => name === 'write');
}

/** The role's tools, in order, out of all that can be made. */
export function toolsFor(role: Role, all: readonly Tool[]): Tool[] {
  return toolsOfRole[role].flatMap((name) => all.find((tool) => tool.name === name) ?? []);
}
