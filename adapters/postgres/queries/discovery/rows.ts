import { z } from 'zod';
import { DiscoveryId, Instant, RunId, TicketId } from '#core/id.ts';
import type { Discovery } from '#core/run/ports.ts';
import { DiscoveryRequest } from '#core/run/protocol.ts';
import { columnsOf } from '../../columns.ts';

/** A discovery as stored. */
export const discoveryRow = z.object({
  id: DiscoveryId,
  ticketId: TicketId,
  runId: RunId,
  kind: DiscoveryRequest.shape.kind,
  title: z.string(),
  detail: z.string(),
  blocking: z.boolean(),
  at: Instant,
}) satisfies z.ZodType<Discovery>;

/** The columns of `discoveries`. */
export const columns = columnsOf(discoveryRow);
