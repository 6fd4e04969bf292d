import { z } from 'zod';
import { Instant, MemoryId, ProjectId, RunId } from '#core/id.ts';
import type { Memory } from '#core/run/ports.ts';
import { MemoryRequest } from '#core/run/protocol.ts';
import { columnsOf } from '../../columns.ts';

/** A memory as stored, without its vector. */
export const memoryRow = z.object({
  id: MemoryId,
  projectId: ProjectId,
  kind: MemoryRequest.shape.kind,
  text: z.string(),
  runId: RunId.nullable(),
  at: Instant,
}) satisfies z.ZodType<Memory>;

/** The columns of `memories` without vector and model. */
export const columns = columnsOf(memoryRow);

/** A vector as pgvector reads it. */
export const vectorText = (vector: readonly number[]): string => `[${vector.join(',')}]`;
