/**
 * A check: the platform's own run of a project's commands on one commit, in a clean checkout, without model access.
 */
import { z } from 'zod';
import { Digest, Sha } from '../id.ts';
import { Commands } from '../project/project.ts';

/** What a check is for. Only `baseline` may write the setup cache. */
export const CheckPurpose = z.enum(['baseline', 'task', 'final']);
export type CheckPurpose = z.infer<typeof CheckPurpose>;

/** What a check is to do. */
export const CheckPlan = z.object({
  purpose: CheckPurpose,
  /** The commit to check, or the head that `merge.tip` is merged onto. */
  head: Sha,
  /** For `task`: the work to merge, and the message of the one clean commit that it becomes. */
  merge: z
    .object({
      tip: Sha,
      bundle: z.string(),
      message: z.string(),
      authorName: z.string(),
      authorEmail: z.string(),
      date: z.string(),
    })
    .nullable(),
  commands: Commands,
});
export type CheckPlan = z.infer<typeof CheckPlan>;

/** Tests as the runner reported them; `unknown` when no known runner spoke (the exit code alone counts then, and is shown so). */
export const TestCounts = z.discriminatedUnion('framework', [
  z.object({ framework: z.literal('unknown') }),
  z.object({
    framework: z.enum([
      'node:test',
      'vitest',
      'jest',
      'mocha',
      'pytest',
      'unittest',
      'go',
      'cargo',
      'nextest',
      'junit',
      'several',
    ]),
    run: z.number().int().nonnegative(),
    failed: z.number().int().nonnegative(),
    skipped: z.number().int().nonnegative(),
    failures: z.array(z.string().max(500)).max(50),
  }),
]);
export type TestCounts = z.infer<typeof TestCounts>;

/** The commands of a project, in the order in which a check runs them. */
export const CommandName = z.enum(['setup', 'build', 'lint', 'test']);
export type CommandName = z.infer<typeof CommandName>;

/** One command as it went. */
export const CommandResult = z.object({
  name: CommandName,
  command: z.string(),
  /** Null when a signal or the time limit ended it. */
  exitCode: z.number().int().nullable(),
  timedOut: z.boolean(),
  durationMs: z.number().nonnegative(),
  /** Only for `test`. */
  tests: TestCounts.nullable(),
  /** Head and tail of the output, for people and for the builder. */
  excerpt: z.string().max(20_000),
  /** The full output: blob key, SHA-256 and size. */
  log: z.object({ blob: z.string(), digest: Digest, bytes: z.number().int().nonnegative() }),
  /** Whether setup came from the cache. */
  cached: z.boolean(),
});
export type CommandResult = z.infer<typeof CommandResult>;

/** What a check measured. */
export const CheckResult = z.discriminatedUnion('type', [
  /** The work does not merge cleanly onto the head. */
  z.object({
    type: z.literal('conflict'),
    files: z.array(z.string()).max(1000),
    detail: z.string().max(20_000),
  }),
  z.object({
    type: z.literal('checked'),
    /** The checked commit: `head` itself, or the merge result. */
    commit: Sha,
    /** Its tree, which two runs of the same work share even where dates differ. */
    tree: Sha,
    /** Blob key of a bundle base..commit; null when nothing was merged. */
    bundle: z.string().nullable(),
    /** Paths that the work changed. */
    changed: z.array(z.string()).max(10_000),
    /** In order; stops after the first of setup and build that fails. */
    commands: z.array(CommandResult).max(10),
  }),
  /** The work is the same as the head: nothing was done. */
  z.object({ type: z.literal('empty') }),
]);
export type CheckResult = z.infer<typeof CheckResult>;
