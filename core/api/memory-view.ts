import { z } from 'zod';
import { Instant, MemoryId, RunId } from '../id.ts';
import { MemoryRequest } from '../run/protocol.ts';

/** What a run noted for those after it, and the ticket that it was at work on. */
export const MemoryView = z.object({
  id: MemoryId,
  kind: MemoryRequest.shape.kind,
  text: z.string(),
  runId: RunId.nullable(),
  ticket: z.string().nullable(),
  at: Instant,
});
export type MemoryView = z.infer<typeof MemoryView>;
