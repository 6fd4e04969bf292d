import type { Digest, DocumentId, Instant, ProjectId, RunId, TicketId } from '../id.ts';
import type { DocumentKind, Ticket, TicketStatus } from './ticket.ts';

/** Which tickets to list; newest first. */
export interface TicketFilter {
  readonly projectId?: ProjectId;
  readonly status?: readonly TicketStatus[];
  /** Only tickets with a smaller number (the cursor of the page before). */
  readonly before?: number;
  /** Only tickets that the forge holds up. */
  readonly held?: true;
  /** At most this many; 50 unless told, 200 at most. */
  readonly limit?: number;
}

/** Reading tickets. */
export interface TicketReads {
  get(id: TicketId): Promise<Ticket | null>;
  byNumber(number: number): Promise<Ticket | null>;
  list(filter: TicketFilter): Promise<Ticket[]>;
  /** Those, not over, that wait for a person's decision, answer or money; newest first, a page like `list`. */
  waiting(filter: Pick<TicketFilter, 'before' | 'limit'>): Promise<Ticket[]>;
  /** How many gates, questions and budgets of all of them wait. */
  countWaits(): Promise<number>;
}

/** Writing tickets. */
export interface TicketRows extends TicketReads {
  /** A number that no ticket has had; gaps are possible. */
  nextNumber(): Promise<number>;
  insert(ticket: Ticket): Promise<void>;
  /** Compare-and-set: writes version + 1 if `ticket.version` is still current, else throws `VersionConflict`. Returns the row as written. */
  update(ticket: Ticket): Promise<Ticket>;
}

/** An immutable version of what a phase wrote. `body` fits the schema of its kind (core/spec). */
export interface DocumentRow {
  readonly id: DocumentId;
  readonly ticketId: TicketId;
  readonly kind: DocumentKind;
  /** 1, 2, … within ticket and kind. */
  readonly version: number;
  /** SHA-256 of the canonical JSON of `body`. */
  readonly hash: Digest;
  readonly body: unknown;
  /** The hashes of the approved documents that it was written from. */
  readonly upstream: Partial<Record<DocumentKind, Digest>>;
  /** The run that wrote it, or null when the platform or a person did. */
  readonly runId: RunId | null;
  readonly createdAt: Instant;
}

/** Reading documents. */
export interface DocumentReads {
  get(id: DocumentId): Promise<DocumentRow | null>;
  /** The newest version, approved or not; or null. */
  latest(ticketId: TicketId, kind: DocumentKind): Promise<DocumentRow | null>;
  /** All versions of all kinds, in order of creation. */
  list(ticketId: TicketId): Promise<DocumentRow[]>;
  /** The document that a run wrote; or null. */
  byRun(runId: RunId): Promise<DocumentRow | null>;
}

/** Writing documents: only ever adding versions. */
export interface DocumentRows extends DocumentReads {
  /** Adds a version. Throws `VersionConflict` when that version number exists. */
  insert(document: DocumentRow): Promise<void>;
}
