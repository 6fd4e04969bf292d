import { z } from 'zod';
import { Usage } from '#core/cost/ledger.ts';
import type { ModelCall } from '#core/cost/ports.ts';
import { Instant, Micros, RunId } from '#core/id.ts';
import { columnsOf } from '../../columns.ts';

/** A model call as stored. */
export const callRow = z.object({
  runId: RunId,
  key: z.string(),
  requestDigest: z.string(),
  status: z.number(),
  contentType: z.string(),
  body: z.string(),
  model: z.string(),
  usage: Usage,
  costMicros: Micros,
  at: Instant,
}) satisfies z.ZodType<ModelCall>;

/** The columns of `model_calls`. */
export const columns = columnsOf(callRow);
