/** How long each role may work. Generous enough for real repositories, small enough that a lost agent is noticed. */
import { modelOf } from '../agent/models.ts';
import type { Limits } from './protocol.ts';
import type { Role } from './run.ts';

const turns: Record<Role, number> = {
  explorer: 40,
  analyst: 30,
  architect: 40,
  planner: 30,
  builder: 150,
  verifier: 80,
  integrator: 80,
};

/**
 * The limits of a run by role and model. A context restarts at two thirds of the window (past that, answers get worse
 * before they get refused) and at 180,000 tokens at the latest: each turn pays for what it carries.
 */
export function limitsFor(role: Role, model: string): Limits {
  const { window, maxOutput } = modelOf(model);
  return {
    turns: turns[role],
    minutes: role === 'builder' || role === 'integrator' ? 120 : 60,
    contextTokens: Math.min(180_000, Math.floor((window * 2) / 3)),
    maxOutputTokens: maxOutput,
    commandSeconds: role === 'builder' || role === 'integrator' ? 1200 : 300,
    checkSeconds: 1800,
  };
}
