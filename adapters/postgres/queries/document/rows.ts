import { z } from 'zod';
import { Digest, DocumentId, Instant, RunId, TicketId } from '#core/id.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import { DocumentKind } from '#core/ticket/ticket.ts';
import { columnsOf } from '../../columns.ts';

/** A document as stored; its body fits the schema of its kind and is parsed by who reads it. */
export const documentRow = z.object({
  id: DocumentId,
  ticketId: TicketId,
  kind: DocumentKind,
  version: z.number(),
  hash: Digest,
  body: z.unknown(),
  upstream: z.partialRecord(DocumentKind, Digest),
  runId: RunId.nullable(),
  createdAt: Instant,
}) satisfies z.ZodType<DocumentRow>;

/** The columns of `documents`. */
export const columns = columnsOf(documentRow);
