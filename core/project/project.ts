import { z } from 'zod';
import { Instant, Micros, ProjectId } from '../id.ts';

/** How a gate is decided: by a person, by the evaluator alone, or not held at all. */
export const GateMode = z.enum(['human', 'auto', 'off']);
export type GateMode = z.infer<typeof GateMode>;

/** One mode for each phase that ends in a gate. Delivery is not here: its gate is the review of the pull request. */
export const GatePolicy = z.object({
  explore: GateMode,
  requirements: GateMode,
  design: GateMode,
  tasks: GateMode,
});
export type GatePolicy = z.infer<typeof GatePolicy>;

/** People look at what will be built and how; the plan is a matter the evaluator can judge. */
export const defaultGates: GatePolicy = {
  explore: 'off',
  requirements: 'human',
  design: 'human',
  tasks: 'auto',
};

/** How much writing comes before the code: one task with criteria, requirements and tasks, or all phases. */
export const Ceremony = z.enum(['direct', 'short', 'full']);
export type Ceremony = z.infer<typeof Ceremony>;

/** The project's shell commands; each runs at the root of a checkout. An absent one is skipped. */
export const Commands = z.object({
  setup: z.string().min(1).max(2000).optional(),
  build: z.string().min(1).max(2000).optional(),
  lint: z.string().min(1).max(2000).optional(),
  test: z.string().min(1).max(2000).optional(),
});
export type Commands = z.infer<typeof Commands>;

/** What a sandbox may reach: the gateway and named package registries, anything, or the gateway alone. */
export const NetworkPolicy = z.enum(['registries', 'open', 'none']);
export type NetworkPolicy = z.infer<typeof NetworkPolicy>;

/** Whether a pull request is a draft while a criterion is not proven on the delivered commit. */
export const DraftPolicy = z.enum(['unproven', 'never']);
export type DraftPolicy = z.infer<typeof DraftPolicy>;

/**
 * A draft asks no code owner for a review and nobody merges it by mistake: reviewers' hours go to work that carries its
 * proof, and what lacks it stays visible without being in anybody's queue. `never` is for repositories without tests,
 * where every pull request would be a draft, and for teams whose own rules start from open ones.
 */
export const defaultDraftPolicy: DraftPolicy = 'unproven';

/**
 * Which criteria another run than the author's tests: those of every task that has a property (its examples go along),
 * or those of every task.
 */
export const IndependentPolicy = z.enum(['properties', 'criteria']);
export type IndependentPolicy = z.infer<typeof IndependentPolicy>;

/** A property is what an author's own examples show least of. A run more for every other task is a choice. */
export const defaultIndependentPolicy: IndependentPolicy = 'properties';

/** A connected repository with its policy. */
export const Project = z.object({
  id: ProjectId,
  name: z.string().min(1).max(100),
  /** A path on this machine, the web address of a repository on GitHub, or a URL that git can reach. */
  repo: z.string().min(1).max(1000),
  /** Null until the forge has looked: then the branch that HEAD names. */
  defaultBranch: z.string().max(255).nullable(),
  /** What people fixed; what is absent here the explorer proposes and the platform proves. */
  commands: Commands,
  gates: GatePolicy,
  /** `auto` takes what the explorer proposes. */
  ceremony: z.union([Ceremony, z.literal('auto')]),
  /** The ceiling of a new ticket. */
  budgetMicros: Micros,
  network: NetworkPolicy,
  draft: DraftPolicy,
  independent: IndependentPolicy,
  /** Globs that always stop at a gate when changed. */
  protectedPaths: z.array(z.string().max(300)).max(100),
  /** Most tasks of one ticket at work at once. */
  parallelTasks: z.number().int().min(1).max(32),
  /** Most tasks of all its tickets at work at once. */
  parallelProject: z.number().int().min(1).max(256),
  /** Why no ticket can be started on it now, for example that the GitHub App lost access; null while all is well. */
  trouble: z.string().max(1000).nullable(),
  version: z.number().int().nonnegative(),
  createdAt: Instant,
});
export type Project = z.infer<typeof Project>;

/** 10 USD: what a feature of several tasks has cost in trials, with room; a person extends it in one click. */
export const defaultBudgetMicros: Micros = 10_000_000;
/** Four sandboxes fit the memory of a laptop; more is a choice. */
export const defaultParallelTasks = 4;
/** Four tickets at their own limit; the installation's limit is mostly smaller, and then divides among projects. */
export const defaultParallelProject = 16;
/** Changes here alter who may do what, so a person always looks. */
export const defaultProtectedPaths: readonly string[] = [
  '.github/**',
  'CODEOWNERS',
  '**/CODEOWNERS',
  '.gitlab-ci.yml',
];

/** What a project protects: its own globs, and always those that alter who may do what. */
export function protectedPaths(project: Pick<Project, 'protectedPaths'>): string[] {
  return [...new Set([...defaultProtectedPaths, ...project.protectedPaths])];
}
