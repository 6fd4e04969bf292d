import { z } from 'zod';
import { Instant, ProjectId, PullRequestId, Sha, TicketId } from '../id.ts';

/** The pull request of a ticket. */
export const PullView = z.object({
  id: PullRequestId,
  ticketId: TicketId,
  ticketName: z.string(),
  projectId: ProjectId,
  number: z.number().int(),
  /** Where the forge shows it; null where pull requests live only here. */
  url: z.string().nullable(),
  title: z.string(),
  /** Markdown: the traceability and evidence tables. */
  body: z.string(),
  branch: z.string(),
  into: z.string(),
  baseCommit: Sha,
  headCommit: Sha,
  state: z.enum(['open', 'merged', 'closed']),
  mergeCommit: Sha.nullable(),
  draft: z.boolean(),
  /** Why it is a draft, or why it is none although not everything is proven. */
  draftNote: z.string().nullable(),
  /** The person who made it ready or a draft. */
  draftBy: z.string().nullable(),
  openedAt: Instant,
});
export type PullView = z.infer<typeof PullView>;

/** A unified diff; `cut` says that it was too long to show whole. */
export const DiffView = z.object({ text: z.string(), cut: z.boolean() });
export type DiffView = z.infer<typeof DiffView>;
