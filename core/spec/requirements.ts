import { z } from 'zod';
import { CriterionId, CriterionKind, Hint, Line, RequirementId, Sentence } from './fields.ts';

/** The five patterns of EARS (Mavin et al., 2009). A combination carries the name of its principal pattern, see `ears.ts`. */
export const EarsPattern = z
  .enum(['ubiquitous', 'event', 'state', 'optional', 'unwanted'])
  .describe(
    'ubiquitous: "The S shall R."; event: "When T, the S shall R."; state: "While C, the S shall R."; ' +
      'optional: "Where F, the S shall R."; unwanted: "If C, then the S shall R." ' +
      'A combination has the pattern of its strongest keyword: If, then When, then While, then Where',
  );
export type EarsPattern = z.infer<typeof EarsPattern>;

/** One checkable statement under a requirement; its id is the requirement's id, a dot and a number. */
export const Criterion = z.strictObject({
  id: CriterionId.describe(
    'The id of its requirement, a dot and a number: REQ-3.2. Never reused for something else',
  ),
  text: Sentence.describe('One statement that a check can answer with yes or no'),
  kind: CriterionKind,
  hint: Hint.optional(),
});
export type Criterion = z.infer<typeof Criterion>;

/** How much a requirement matters to the ticket. */
export const Priority = z.enum(['must', 'should', 'could']);
export type Priority = z.infer<typeof Priority>;

/** One EARS sentence with the criteria that make it checkable. */
export const Requirement = z.strictObject({
  id: RequirementId.describe('REQ-1, REQ-2 … Stable across versions, never reused for something else'),
  title: Line,
  ears: EarsPattern,
  text: Sentence.describe('One EARS sentence with exactly one "shall"'),
  priority: Priority,
  criteria: z.array(Criterion).max(50).describe('At least one; more than four are mostly two requirements'),
});
export type Requirement = z.infer<typeof Requirement>;

/** What the ticket asks for, as sentences that can be checked. */
export const Requirements = z.strictObject({
  requirements: z.array(Requirement).max(200),
  outOfScope: z.array(Sentence).max(50).describe('What a reader might expect but is not built'),
  assumptions: z.array(Sentence).max(50).describe('What was taken for granted because nobody was asked'),
});
export type Requirements = z.infer<typeof Requirements>;

/** What is to be proven: of requirements as they are written, and of what was found on the way. */
export interface Asked {
  readonly requirements: readonly {
    readonly id: string;
    readonly title: string;
    readonly criteria: readonly Readonly<Pick<Criterion, 'text'> & { id: string }>[];
  }[];
}

/** The ids of all criteria, in their order. */
export function criterionIds({ requirements }: Asked): string[] {
  return requirements.flatMap(({ criteria }) => criteria.map(({ id }) => id));
}
