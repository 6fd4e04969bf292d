/**
 * A check: the platform's own run of a project's commands on one commit, in a clean checkout, without model access.
 */
import { z } from 'zod';
import { Digest, Sha, TaskId } from '../id.ts';
import { Commands } from '../project/project.ts';
import { TaskKey } from '../task/task.ts';
import { ProofPlan, ProofReport } from './report.ts';
import { Finding } from './tamper/finding.ts';

/** What a check is for. Only `baseline` may write the setup cache. */
export const CheckPurpose = z.enum(['baseline', 'batch', 'final']);
export type CheckPurpose = z.infer<typeof CheckPurpose>;

/** The work of one task, and the one clean commit that it becomes on the head. */
export const CheckWork = z.object({
  taskId: TaskId,
  key: TaskKey,
  merge: z.object({
    tip: Sha,
    bundle: z.string(),
    message: z.string(),
    authorName: z.string(),
    authorEmail: z.string(),
    date: z.string(),
    /** Its commit gets this one as a second parent: the work joins another branch, and `tip` may be that branch itself. */
    joins: z.object({ commit: Sha, bundle: z.string() }).optional(),
    /** Its task was merged before, and began anew: that nothing had to change for it is no mistake, and is checked like any work. */
    stands: z.literal(true).optional(),
  }),
});
export type CheckWork = z.infer<typeof CheckWork>;

/** What a check is to do. */
export const CheckPlan = z.object({
  purpose: CheckPurpose,
  /** The commit to check, or the head that the works are merged onto. */
  head: Sha,
  /** For `batch`: what to merge, in this order, one commit each; the commands run once, on the last. */
  works: z.array(CheckWork).max(100),
  commands: Commands,
  /** Left out where only the commands matter. */
  proof: ProofPlan.optional(),
});
export type CheckPlan = z.infer<typeof CheckPlan>;

/** Tests as the runner reported them; `unknown` when no known runner spoke (the exit code alone counts then, and is shown so). */
export const TestCounts = z.discriminatedUnion('framework', [
  z.object({ framework: z.literal('unknown') }),
  z.object({
    framework: z.enum([
      'node:test',
      'tap',
      'vitest',
      'jest',
      'mocha',
      'pytest',
      'unittest',
      'go',
      'cargo',
      'nextest',
      'gtest',
      'ctest',
      'junit',
      'several',
    ]),
    run: z.number().int().nonnegative(),
    failed: z.number().int().nonnegative(),
    skipped: z.number().int().nonnegative(),
    failures: z.array(z.string().max(500)).max(50),
    /** How many different names of tests were told; of the project's own test command. */
    named: z.number().int().nonnegative().optional(),
  }),
]);
export type TestCounts = z.infer<typeof TestCounts>;

/** The commands of a project, in the order in which a check runs them. */
export const CommandName = z.enum(['setup', 'build', 'lint', 'test']);
export type CommandName = z.infer<typeof CommandName>;

/** What a check runs: the project's commands, and then the property tests of each task by themselves. */
export const CheckedName = z.enum([...CommandName.options, 'property']);
export type CheckedName = z.infer<typeof CheckedName>;

/** One run of a command, as it went. */
export const CommandRun = z.object({
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
});
export type CommandRun = z.infer<typeof CommandRun>;

/** A test that failed in one run of a command and passed in a later one, on the same files. */
export const FlakyTest = z.object({
  name: z.string().max(500),
  /** Whether the work brought it. */
  own: z.boolean(),
});
export type FlakyTest = z.infer<typeof FlakyTest>;

/** One command with its last run, which counts. */
export const CommandResult = CommandRun.extend({
  name: CheckedName,
  /** Whose property tests it runs; only for `property`. */
  taskId: TaskId.optional(),
  command: z.string(),
  /** Whether setup came from the cache. */
  cached: z.boolean(),
  /** The runs before, oldest first; left out where there was but one. */
  earlier: z.array(CommandRun).max(2).optional(),
  flaky: z.array(FlakyTest).max(100).optional(),
});
export type CommandResult = z.infer<typeof CommandResult>;

/**
 * What one run of a command means: `pre-existing` failed on the base commit too, `flaky` failed and passed when it ran
 * again on the same commit.
 */
export const CommandVerdict = z.enum(['passed', 'failed', 'pre-existing', 'flaky']);
export type CommandVerdict = z.infer<typeof CommandVerdict>;

/** Lines of a file as a commit leaves them, first and last, counted from 1; none where lines were only removed, or the file is binary. */
export const ChangedLines = z.object({
  path: z.string(),
  ranges: z.array(z.tuple([z.number().int().positive(), z.number().int().positive()])).max(1000),
});
export type ChangedLines = z.infer<typeof ChangedLines>;

/** One work as it was merged: its own commit, the paths that it changed, and for the first of them where. */
export const MergedWork = z.object({
  taskId: TaskId,
  commit: Sha,
  changed: z.array(z.string()).max(10_000),
  lines: z.array(ChangedLines).max(500).default([]),
});
export type MergedWork = z.infer<typeof MergedWork>;

/** One place of a conflict. */
export const Place = z.object({
  path: z.string(),
  kind: z.enum(['content', 'deleted', 'renamed', 'binary', 'submodule', 'lfs', 'other']),
  /** What the branch says there, and what the work says; null where it cannot be shown. */
  ours: z.string().max(4000).nullable(),
  theirs: z.string().max(4000).nullable(),
});
export type Place = z.infer<typeof Place>;

/** Whether it is so on the head itself, and not only because of works merged before it. */
const onHead = z.boolean();

/** A work that was left out of the check, and why. */
export const RefusedWork = z.discriminatedUnion('reason', [
  /** It does not merge cleanly. */
  z.object({
    reason: z.literal('conflict'),
    taskId: TaskId,
    files: z.array(z.string()).max(1000),
    detail: z.string().max(20_000),
    /** Both sides of each place, as far as they can be shown. */
    places: z.array(Place).max(100),
    onHead,
  }),
  /** It would bring conflict markers that were nowhere before. */
  z.object({ reason: z.literal('markers'), taskId: TaskId, files: z.array(z.string()).max(1000), onHead }),
  /** It changes nothing. */
  z.object({ reason: z.literal('empty'), taskId: TaskId, onHead }),
  /** It takes a check away, and no person has accepted that yet. */
  z.object({ reason: z.literal('tampered'), taskId: TaskId, findings: z.array(Finding).min(1).max(100) }),
]);
export type RefusedWork = z.infer<typeof RefusedWork>;

/** What a check measured. */
export const CheckResult = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('checked'),
    /** The checked commit: `head` itself, or the merge result. */
    commit: Sha,
    /** Its tree, which two runs of the same work share even where dates differ. */
    tree: Sha,
    /** Blob key of a bundle base..commit; null when nothing was merged. */
    bundle: z.string().nullable(),
    /** The merged works, in their order. */
    works: z.array(MergedWork).max(100),
    refused: z.array(RefusedWork).max(100),
    /** In order; stops after the first of setup and build that fails. */
    commands: z.array(CommandResult).max(510),
    /** Left out where none was asked for. */
    proof: ProofReport.optional(),
    /** Of a base commit: what the commands left in the checkout and git neither tracks nor ignores; folders end in `/`. */
    leaves: z.array(z.string()).max(1000).optional(),
  }),
  /** None of the works could be merged, so no command was run. */
  z.object({ type: z.literal('unmerged'), refused: z.array(RefusedWork).min(1).max(100) }),
]);
export type CheckResult = z.infer<typeof CheckResult>;
