import { z } from 'zod';
import { Command, CriterionKind, Glob, Hint, Line, Path, Prose, Sentence } from './fields.ts';

/** How much ceremony a change needs: `direct` one task, `short` requirements and tasks, `full` all phases. */
export const TicketSize = z
  .enum(['direct', 'short', 'full'])
  .describe(
    'direct: one task with its criteria and nothing else; short: requirements and tasks, without a design; full: requirements, design and tasks',
  );
export type TicketSize = z.infer<typeof TicketSize>;

/** The project's commands, each optional: a repository without a runnable test makes its tickets 'unverified'. */
export const ProjectCommands = z.strictObject({
  setup: Command.describe('Installs dependencies, for example npm ci').optional(),
  build: Command.describe('Builds or type-checks').optional(),
  lint: Command.describe('Lints').optional(),
  test: Command.describe('Runs all tests once, not in watch mode').optional(),
});
export type ProjectCommands = z.infer<typeof ProjectCommands>;

/** What stands in for requirements and plan when the size is `direct`; see `direct.ts`. */
export const DirectWork = z.strictObject({
  criteria: z
    .array(
      z.strictObject({
        text: Sentence.describe('One checkable statement'),
        kind: CriterionKind,
        hint: Hint.optional(),
      }),
    )
    .max(50)
    .describe('What must be true when the change is done'),
  writes: z.array(Glob).max(100).describe('What the change is expected to touch, its tests included'),
});
export type DirectWork = z.infer<typeof DirectWork>;

/** What the explorer found out about the repository, and how big it takes the change to be. */
export const Exploration = z.strictObject({
  summary: Prose.describe('What the repository is and where the change belongs'),
  size: TicketSize,
  sizeReason: Sentence.describe('Why this size and not the next smaller one'),
  stack: z.array(Line).max(50).describe('Languages, frameworks and tools, with versions where they matter'),
  keyFiles: z
    .array(z.strictObject({ path: Path, purpose: Sentence.describe('What it does and why it matters here') }))
    .max(200)
    .describe('The files that the change builds on or touches'),
  conventions: z.array(Sentence).max(50).describe('Habits of this code base that new code must follow'),
  commands: ProjectCommands.describe('Proposed commands; the platform runs them itself to prove them'),
  risks: z.array(Sentence).max(50).describe('What could go wrong'),
  questions: z
    .array(Sentence)
    .max(20)
    .describe(
      'What the repository does not answer, each with your proposal: the analyst decides it, or, when size is direct, it is taken for granted',
    ),
  direct: DirectWork.describe('Required when size is direct, else left out').optional(),
});
export type Exploration = z.infer<typeof Exploration>;
