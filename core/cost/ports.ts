import type { Instant, Micros, RunId, TicketId } from '../id.ts';
import type { Balance, Usage } from './ledger.ts';

/** One ledger a ticket; every model call reserves its worst case first. Keys make each verb idempotent. */
export interface Ledger {
  /** Opens the ticket's ledger with a limit; harmless when it is open. */
  open(ticketId: TicketId, limit: Micros): Promise<void>;
  /** Raises (or lowers, not below what is spent) the limit. */
  setLimit(ticketId: TicketId, limit: Micros): Promise<void>;
  balance(ticketId: TicketId): Promise<Balance>;
  /**
   * Reserves. The same key again changes nothing while the reservation stands or after it was settled; a released key
   * reserves anew. Throws `BudgetExhausted` when it does not fit.
   */
  reserve(ticketId: TicketId, key: string, amount: Micros, runId: RunId, at: Instant): Promise<void>;
  /** Turns a reservation (one that was released, too: the money is gone) into money spent; the same key again changes nothing. */
  settle(key: string, amount: Micros, at: Instant): Promise<void>;
  /** Gives a reservation back; harmless when it was settled or released. */
  release(key: string, at: Instant): Promise<void>;
  /** Gives back every reservation that still stands for a run: called when it has ended. */
  releaseRun(runId: RunId, at: Instant): Promise<void>;
  /** What each run has spent, in micro-USD. */
  spentByRun(ticketId: TicketId): Promise<ReadonlyMap<RunId, Micros>>;
}

/** A model call that was answered in full: kept so that the same call again gets the same answer and is not charged. */
export interface ModelCall {
  readonly runId: RunId;
  /** The number of the call in its run, or a digest of the body. */
  readonly key: string;
  /** SHA-256 of the request body. */
  readonly requestDigest: string;
  readonly status: number;
  readonly contentType: string;
  /** The answer as it went over the wire. */
  readonly body: string;
  readonly model: string;
  readonly usage: Usage;
  readonly costMicros: Micros;
  readonly at: Instant;
}

/** Storing model calls. */
export interface ModelCallRows {
  get(runId: RunId, key: string): Promise<ModelCall | null>;
  /** Adds; the same key again changes nothing. */
  insert(call: ModelCall): Promise<void>;
  /** How many were made in a ticket, and their usage summed. */
  totals(
    ticketId: TicketId,
  ): Promise<{ readonly calls: number; readonly usage: Usage; readonly costMicros: Micros }>;
}
