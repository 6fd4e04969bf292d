import { z } from 'zod';
import { Digest, EvidenceId, Instant, RunId, Sha, TaskId, TicketId } from '#core/id.ts';
import { CheckedName, CheckPurpose, CommandVerdict, TestCounts } from '#core/verify/check.ts';
import type { Evidence } from '#core/verify/ports.ts';
import { ProofReport } from '#core/verify/report.ts';
import { columnsOf } from '../../columns.ts';

/** A piece of evidence as stored. */
export const evidenceRow = z.object({
  id: EvidenceId,
  ticketId: TicketId,
  taskId: TaskId.nullable(),
  runId: RunId,
  attempt: z.number(),
  purpose: CheckPurpose,
  criteria: z.array(z.string()).readonly(),
  commit: Sha,
  name: CheckedName,
  command: z.string(),
  exitCode: z.number().nullable(),
  durationMs: z.number(),
  tests: TestCounts.nullable(),
  logBlob: z.string(),
  logDigest: Digest,
  verdict: CommandVerdict,
  proof: ProofReport.nullable(),
  at: Instant,
}) satisfies z.ZodType<Evidence>;

/** The columns of `evidence`. */
export const columns = columnsOf(evidenceRow);
