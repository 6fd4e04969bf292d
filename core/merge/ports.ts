import type { RunId, TicketId } from '../id.ts';
import type { MergeEntry } from './entry.ts';

/** Reading merge queues. */
export interface MergeReads {
  /** All entries of a ticket in order of their places, those that left too: they are the branch's history. */
  list(ticketId: TicketId): Promise<MergeEntry[]>;
}

/** Writing merge queues. */
export interface MergeRows extends MergeReads {
  /** The entry of the work that a run handed in, or null. */
  get(runId: RunId): Promise<MergeEntry | null>;
  /** Throws `VersionConflict` when the run or the place has an entry. */
  insert(entry: MergeEntry): Promise<void>;
  /** Compare-and-set on `version`, as for tickets. */
  update(entry: MergeEntry): Promise<MergeEntry>;
}
