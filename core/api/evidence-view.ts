/** What was measured, and what it says of each criterion. */
import { z } from 'zod';
import { Digest, EvidenceId, Instant, RunId, Sha, TaskId, TicketId } from '../id.ts';
import { TestCase } from '../verify/cases/case.ts';
import { ChangedLines, CheckedName, CheckPurpose, CommandVerdict, TestCounts } from '../verify/check.ts';
import { ProofState } from '../verify/proof.ts';
import { IndependentProof } from '../verify/properties/independent.ts';
import { ProofReport } from '../verify/report.ts';

/** One command that the platform ran on one commit. */
export const EvidenceView = z.object({
  id: EvidenceId,
  ticketId: TicketId,
  taskId: TaskId.nullable(),
  taskKey: z.string().nullable(),
  runId: RunId,
  attempt: z.number().int(),
  purpose: CheckPurpose,
  criteria: z.array(z.string()),
  commit: Sha,
  name: CheckedName,
  command: z.string(),
  exitCode: z.number().int().nullable(),
  durationMs: z.number(),
  tests: TestCounts.nullable(),
  logDigest: Digest,
  verdict: CommandVerdict,
  /** Named tests, tampering, mutations and the sandbox; with the last command of a check only. */
  proof: ProofReport.nullable(),
  at: Instant,
});
export type EvidenceView = z.infer<typeof EvidenceView>;

const TracedWork = z.object({
  commit: z.string(),
  /** Per file the first and last of the lines that the commit wrote. */
  lines: z.array(ChangedLines),
});

/** A task by which no criterion is met, why it exists, and what is on the branch of it. */
export const UnaskedView = z.object({
  task: z.object({ key: z.string(), title: z.string() }),
  why: z.string(),
  works: z.array(TracedWork),
});
export type UnaskedView = z.infer<typeof UnaskedView>;

/** One criterion from its requirement to the lines that meet it and the checks that say so. */
export const TraceView = z.object({
  requirement: z.object({ id: z.string(), title: z.string() }),
  criterion: z.object({ id: z.string(), text: z.string() }),
  state: ProofState,
  task: z.object({ key: z.string(), title: z.string() }).nullable(),
  commit: z.string().nullable(),
  /** Per file the first and last of the lines that the commit wrote. */
  lines: z.array(ChangedLines),
  /** What its task's work became before it began anew, oldest first. */
  earlier: z.array(TracedWork),
  /** The tests that its claim names, as they ran in the newest check that looked for them. */
  tests: z.array(TestCase),
  /** What its builder took it to mean, where it cannot hold as it is written. */
  interpretation: z.string().nullable(),
  /** What property tests by another run said of it; null where it asks for none, or nobody has looked yet. */
  independent: IndependentProof.nullable(),
  checks: z.array(EvidenceView),
  /** Files that it rests on and that the default branch has changed since: it may no longer say what is wanted. */
  stale: z.array(z.string()),
});
export type TraceView = z.infer<typeof TraceView>;
