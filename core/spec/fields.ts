import { z } from 'zod';

/**
 * The fields that documents are made of.
 *
 * The same schemas become the JSON schema of the model's `submit_<document>` tools, so each limit is one a model can
 * read, and whatever a limit cannot say stands in `describe`. Rules that span fields (a dependency that names nothing,
 * an empty write set) are not here but in the evaluators: they are answered with all findings at once, not one by one.
 */

/** Postgres keeps neither NUL nor half a surrogate pair in `jsonb`; refused here, where the writer can still mend it. */
function storable(text: string): boolean {
  return !text.includes('\u0000') && !/\p{Surrogate}/u.test(text);
}

function text(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .regex(/\S/, 'must not be blank')
    .refine(storable, 'must not hold NUL or unpaired surrogates');
}

/** A name or title. 200 characters fit one row of the console. */
export const Line = text(200);

/** One sentence or short paragraph. 2,000 characters are about 300 words: more is not one statement. */
export const Sentence = text(2_000);

/** Several paragraphs, or a diagram's source. 20,000 characters keep a whole document under a tenth of a context window. */
export const Prose = text(20_000);

/** Prose that may be missing: the evaluator says so with its weight, instead of a refusal. */
export const MaybeProse = z.string().max(20_000).refine(storable, 'must not hold NUL or unpaired surrogates');

/** A shell command line, as a person would type it at the root of the repository. */
export const Command = text(2_000).describe('Shell command line, run at the root of the repository');

/** Relative to the root of the repository, with forward slashes; never above it. */
function insideRepository(path: string): boolean {
  return !path.startsWith('/') && !path.includes('\\') && !path.split('/').includes('..');
}

const inside = 'must be relative to the root of the repository, with forward slashes and no ".."';

/** 1,024 is what most tools accept as the length of a path. */
export const Path = text(1_024)
  .refine(insideRepository, inside)
  .describe('Path relative to the root of the repository');

/** A set of paths; two tasks whose globs overlap are never run at the same time. */
export const Glob = text(1_024)
  .refine(insideRepository, inside)
  .describe('Glob relative to the root of the repository, for example src/cart/** or test/cart.test.ts');

/** `REQ-3`. At most four digits, so that ids stay short enough to say. */
export const RequirementId = z
  .string()
  .regex(/^REQ-[1-9]\d{0,3}$/, 'must look like REQ-3')
  .brand<'requirement'>();
export type RequirementId = z.infer<typeof RequirementId>;

/** `REQ-3.2`: the second criterion of `REQ-3`. */
export const CriterionId = z
  .string()
  .regex(/^REQ-[1-9]\d{0,3}\.[1-9]\d{0,2}$/, 'must look like REQ-3.2')
  .brand<'criterion'>();
export type CriterionId = z.infer<typeof CriterionId>;

/** `T4`: unique within one ticket's plan. */
export const TaskKey = z
  .string()
  .regex(/^T[1-9]\d{0,3}$/, 'must look like T4')
  .brand<'task-key'>();
export type TaskKey = z.infer<typeof TaskKey>;

/** `example`: one case shows it. `property`: it holds for all inputs of a kind, and is tested with generated ones. */
export const CriterionKind = z
  .enum(['example', 'property'])
  .describe('example: one concrete case shows it; property: it holds for every input of a kind');
export type CriterionKind = z.infer<typeof CriterionKind>;

/** How to check a criterion; shown to the builder and the verifier. */
export const Hint = Sentence.describe('How to check it: the inputs, the expected result, where to look');
