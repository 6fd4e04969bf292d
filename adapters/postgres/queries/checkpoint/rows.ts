import { z } from 'zod';
import { Instant, RunId, Sha } from '#core/id.ts';
import type { Checkpoint } from '#core/run/ports.ts';
import { columnsOf } from '../../columns.ts';

/** A checkpoint as stored. */
export const checkpointRow = z.object({
  runId: RunId,
  seq: z.number(),
  commit: Sha,
  bundle: z.string(),
  at: Instant,
}) satisfies z.ZodType<Checkpoint>;

/** The columns of `checkpoints`. */
export const columns = columnsOf(checkpointRow);
