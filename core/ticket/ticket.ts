/**
 * A ticket: one feature request on its way to a pull request.
 *
 * `phase` says where on the road it is, `status` whether it moves. The board column is derived from both (`column`).
 */
import { z } from 'zod';
import { Digest, DocumentId, Instant, ProjectId, Sha, TicketId } from '../id.ts';
import { Ceremony, Commands, GatePolicy } from '../project/project.ts';

/** The stations of the road, in order. */
export const Phase = z.enum(['explore', 'requirements', 'design', 'tasks', 'execution', 'delivery']);
export type Phase = z.infer<typeof Phase>;

/** The phases that end in a document. */
export const DocumentPhase = z.enum(['explore', 'requirements', 'design', 'tasks']);
export type DocumentPhase = z.infer<typeof DocumentPhase>;

/** What a phase writes; an immutable version each time. */
export const DocumentKind = z.enum(['exploration', 'requirements', 'design', 'plan']);
export type DocumentKind = z.infer<typeof DocumentKind>;

/** The document that each phase writes. */
export const kindOfPhase = {
  explore: 'exploration',
  requirements: 'requirements',
  design: 'design',
  tasks: 'plan',
} as const satisfies Record<DocumentPhase, DocumentKind>;

/** Whether a ticket moves; the last three are final. */
export const TicketStatus = z.enum(['running', 'waiting', 'paused', 'completed', 'failed', 'cancelled']);
export type TicketStatus = z.infer<typeof TicketStatus>;

/** Why a ticket waits for a person; `forge`: it refuses what the ticket needs of it, until somebody has mended that. */
export const WaitReason = z.enum(['gate', 'question', 'budget', 'forge']);
export type WaitReason = z.infer<typeof WaitReason>;

/** Which version of a document counts: the one that was approved. */
export const Approved = z.object({ documentId: DocumentId, hash: Digest });
export type Approved = z.infer<typeof Approved>;

/** Characters of `reason`: a paragraph and the end of a log. */
export const maxReason = 4000;

/** What stands in the way, at the forge or for its sandboxes, as a sentence that says what to do. */
export const TicketHold = z.object({
  why: z.string().max(maxReason),
  at: Instant,
  /**
   * The workflow token that waits until it is tried again; never shown. Null where the platform paused the ticket
   * because none of its sandboxes can start: there its runs wait, each with its own.
   */
  token: z.string().min(1).nullable(),
});
export type TicketHold = z.infer<typeof TicketHold>;

/** A ticket as it is stored. */
export const Ticket = z.object({
  id: TicketId,
  /** People see `TKT-<number>`; unique in one installation. */
  number: z.number().int().positive(),
  projectId: ProjectId,
  title: z.string().min(1).max(200),
  description: z.string().max(50_000),
  phase: Phase,
  status: TicketStatus,
  /** Set exactly while `status` is `waiting`. */
  waitingFor: WaitReason.nullable(),
  /** Null until the explorer has proposed a size (or the project forces one). */
  ceremony: Ceremony.nullable(),
  gates: GatePolicy,
  /** Text from outside the team: no gate is automatic. */
  tainted: z.boolean(),
  /** The branch that the work ends up on, `omoi/TKT-<n>-<slug>`. */
  branch: z.string().min(1).max(255),
  /** The commit of the default branch that the ticket started from; null until the repository was mirrored. */
  baseCommit: Sha.nullable(),
  /** The ticket branch's head; moves only by compare-and-set, from the head that a merge result was verified on. */
  headCommit: Sha.nullable(),
  /** Blob key of a git bundle with everything up to `baseCommit`. */
  baseBundle: z.string().nullable(),
  /** Blob key of a bundle `baseCommit..headCommit`; null while they are equal. */
  branchBundle: z.string().nullable(),
  /** The commands that were proven on the base commit; null before. */
  commands: Commands.nullable(),
  /** Whether the base commit has tests that run; `unverified` is shown wherever the ticket is. */
  verification: z.enum(['unknown', 'verified', 'unverified']),
  /** Whether the test command told no test by name there: then other runs test every criterion. */
  nameless: z.boolean().default(false),
  approved: z.partialRecord(DocumentKind, Approved),
  /** Why it failed or was cancelled; null otherwise. */
  reason: z.string().max(maxReason).nullable(),
  /** The workflow token that waits for the execution phase to finish; never shown. */
  executionToken: z.string().nullable(),
  /** Set while the forge is what it stands still for, also where it waits for something else besides. */
  hold: TicketHold.nullable(),
  /** The URL of the issue that it came from; null when a person wrote it here. */
  source: z.string().max(1000).nullable(),
  /** How often its pull request came back with work, by a review or a red build; names the execution that does it. */
  reopened: z.number().int().nonnegative(),
  version: z.number().int().nonnegative(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Ticket = z.infer<typeof Ticket>;

/** The name of a ticket for people. */
export function ticketName(number: number): string {
  return `TKT-${number}`;
}

/** Whether nothing will happen to the ticket any more. */
export function isOver(status: TicketStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** The branch for a ticket: ASCII words of the title, at most 40 characters, so that every tool can name it. */
export function branchName(number: number, title: string): string {
  const slug = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return `omoi/${ticketName(number)}${slug ? `-${slug}` : ''}`;
}

/** The board column, derived and never stored. */
export function column(
  ticket: Pick<Ticket, 'phase' | 'status'>,
): 'spec' | 'building' | 'needs you' | 'done' | 'stopped' {
  if (ticket.status === 'completed') return 'done';
  if (ticket.status === 'failed' || ticket.status === 'cancelled') return 'stopped';
  if (ticket.status === 'waiting' || ticket.status === 'paused') return 'needs you';
  return ticket.phase === 'execution' || ticket.phase === 'delivery' ? 'building' : 'spec';
}
