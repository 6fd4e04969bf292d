/**
 * The evaluators: pure judgements of a document, made before any person sees it.
 *
 * `evaluate` takes any kind; each kind's own evaluator and its rules are in `rules/`.
 */
import type { Evaluation } from './evaluation.ts';
import { type DesignInput, evaluateDesign } from './rules/design.ts';
import { type ExplorationInput, evaluateExploration } from './rules/exploration.ts';
import { evaluatePlan, type PlanInput } from './rules/plan.ts';
import { evaluateRequirements, type RequirementsInput } from './rules/requirements.ts';

export { Blocker, Evaluation, Finding, PASS_SCORE, type Provenance, type TicketText } from './evaluation.ts';
export { type DesignInput, evaluateDesign } from './rules/design.ts';
export { type ExplorationInput, evaluateExploration } from './rules/exploration.ts';
export { evaluatePlan, MAX_TASKS, type PlanInput } from './rules/plan.ts';
export { evaluateRequirements, type RequirementsInput } from './rules/requirements.ts';

/** A document of some kind with all that it is measured by. */
export type EvaluationInput =
  | ({ readonly kind: 'exploration' } & ExplorationInput)
  | ({ readonly kind: 'requirements' } & RequirementsInput)
  | ({ readonly kind: 'design' } & DesignInput)
  | ({ readonly kind: 'plan' } & PlanInput);

/** Judges a document of any kind. */
export function evaluate(input: EvaluationInput): Evaluation {
  switch (input.kind) {
    case 'exploration':
      return evaluateExploration(input);
    case 'requirements':
      return evaluateRequirements(input);
    case 'design':
      return evaluateDesign(input);
    case 'plan':
      return evaluatePlan(input);
  }
}
