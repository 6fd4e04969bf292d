import { z } from 'zod';
import type { PullRequest } from '#core/forge/ports.ts';
import { Instant, PullRequestId, Sha, TicketId } from '#core/id.ts';
import { columnsOf } from '../../columns.ts';

/** A pull request as stored. */
export const pullRow = z.object({
  id: PullRequestId,
  ticketId: TicketId,
  number: z.number(),
  url: z.string().nullable(),
  title: z.string(),
  body: z.string(),
  branch: z.string(),
  into: z.string(),
  baseCommit: Sha,
  headCommit: Sha,
  state: z.enum(['open', 'merged', 'closed']),
  mergeCommit: Sha.nullable(),
  draft: z.boolean(),
  draftNote: z.string().nullable(),
  draftBy: z.string().nullable(),
  openedAt: Instant,
  version: z.number(),
}) satisfies z.ZodType<PullRequest>;

/** The columns of `pulls`. */
export const columns = columnsOf(pullRow);
/** Those columns without the number, which the database gives. */
export const unnumbered = columnsOf(pullRow.omit({ number: true }));
