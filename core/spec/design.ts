import { z } from 'zod';
import { Line, MaybeProse, Path, Prose, RequirementId, Sentence } from './fields.ts';

/** A part of the solution, with the requirements that it answers for. */
export const Component = z.strictObject({
  name: Line.describe('Unique within the design'),
  responsibility: Sentence.describe('What it does, in one sentence'),
  files: z.array(Path).max(100).describe('Files it lives in, existing or new'),
  requirements: z.array(RequirementId).max(200).describe('Ids of the requirements it helps to meet'),
});
export type Component = z.infer<typeof Component>;

/** A name with its definition in code: an interface, a data model. */
export const Definition = z.strictObject({
  name: Line,
  definition: Prose.describe(
    'Signature, type or schema, as code; it is shown as code, so words belong into its comments',
  ),
});
export type Definition = z.infer<typeof Definition>;

/** A picture in Mermaid. */
export const Diagram = z.strictObject({
  title: Line,
  mermaid: Prose.describe('Mermaid source without the code fence'),
});
export type Diagram = z.infer<typeof Diagram>;

/** A choice that several tasks rely on. */
export const Decision = z.strictObject({
  title: Line,
  choice: Sentence,
  why: Sentence.describe('What spoke for it, and what was turned down'),
});
export type Decision = z.infer<typeof Decision>;

/** How the requirements will be met. */
export const Design = z.strictObject({
  overview: Prose.describe('How the change works, for a reader who knows the repository'),
  components: z.array(Component).max(100),
  interfaces: z.array(Definition).max(100).describe('Functions, endpoints or commands that others call'),
  dataModels: z.array(Definition).max(100).describe('Types and tables that hold data'),
  diagrams: z.array(Diagram).max(20),
  errors: z.array(Sentence).max(100).describe('What can fail, and what happens then'),
  security: z.array(Sentence).max(100).describe('What must be guarded, and how'),
  testStrategy: MaybeProse.describe('What is tested at which level, and with what'),
  decisions: z.array(Decision).max(50),
});
export type Design = z.infer<typeof Design>;
