/** How long each role may work. Generous enough for real repositories, small enough that a lost agent is noticed. */
import { modelOf, priceOf } from '../agent/models.ts';
import type { Micros } from '../id.ts';
import type { Limits } from './protocol.ts';
import type { Role } from './run.ts';

const turns: Record<Role, number> = {
  explorer: 40,
  analyst: 30,
  architect: 40,
  planner: 30,
  builder: 150,
  verifier: 40,
  integrator: 80,
  diagnostician: 20,
};

/**
 * The limits of a run by role and model. A context restarts at two thirds of the window (past that, answers get worse
 * before they get refused) and at 180,000 tokens at the latest: each turn pays for what it carries. What a call may answer
 * is reserved before it goes out, so a small budget (`free`, micro-USD) asks for shorter answers instead of none.
 */
export function limitsFor(role: Role, model: string, { limit, free }: Money): Limits {
  const { window, maxOutput } = modelOf(model);
  return {
    turns: turns[role],
    minutes: role === 'builder' || role === 'integrator' ? 120 : 60,
    contextTokens: Math.min(180_000, Math.floor((window * 2) / 3)),
    maxOutputTokens: Math.min(maxOutput, Math.max(shortest, affordable(model, free))),
    commandSeconds: role === 'builder' || role === 'integrator' || role === 'verifier' ? 1200 : 300,
    checkSeconds: 1800,
    ...(role === 'verifier' && { micros: Math.floor(limit * verifierShare) }),
  };
}

/** A ticket's ceiling, and what of it is free. */
interface Money {
  readonly limit: Micros;
  readonly free: Micros;
}

/** Of the ticket's ceiling for one task's property tests: a tenth, so that ten such tasks still leave money to build. */
const verifierShare = 0.1;

/** Tokens that an answer needs to carry a file of a few hundred lines; less helps nobody. */
const shortest = 4_000;

/** Output tokens that half of what is free pays for; the other half is for what the call reads. */
function affordable(model: string, free: Micros): number {
  const { output } = priceOf(modelOf(model), 0);
  // USD per million tokens is micro-USD per token.
  return Math.floor(free / 2 / output);
}
