/**
 * The store: all state of the product behind one port.
 *
 * One transaction writes rows (compare-and-set by version), the events that tell of them, and any ledger change. A
 * `Tx` has no way to open another transaction, so nesting does not type-check.
 */
import type { Ledger, ModelCallRows } from './cost/ports.ts';
import type { DiscoveryRows } from './discovery/ports.ts';
import type { EventReads, Outbox } from './events/ports.ts';
import type { PullRows } from './forge/ports.ts';
import type { GateReads, GateRows } from './gate/ports.ts';
import type { Instant, TaskId } from './id.ts';
import type { MergeReads, MergeRows } from './merge/ports.ts';
import type { ProjectReads, ProjectRows } from './project/ports.ts';
import type {
  JournalReads,
  JournalRows,
  MemoryRows,
  RunNotes,
  RunReads,
  RunRows,
  SetupCacheRows,
} from './run/ports.ts';
import type { SlotClaim, TaskReads, TaskRows } from './task/ports.ts';
import type { DocumentReads, DocumentRows, TicketReads, TicketRows } from './ticket/ports.ts';
import type { EvidenceRows } from './verify/ports.ts';

/** The stored answer of a request or step that must not happen twice. */
export interface Answered {
  /** Digest of the request, to tell a repetition from a reuse of the key. */
  readonly digest: string;
  readonly answer: unknown;
}

/** Answers by idempotency key. */
export interface AnswerRows {
  get(scope: string, key: string): Promise<Answered | null>;
  /** Adds; throws `VersionConflict` when the key is taken (a concurrent twin won). */
  put(scope: string, key: string, answered: Answered, at: Instant): Promise<void>;
}

/** Everything a transaction can read and write. */
export interface Tx {
  readonly projects: ProjectRows;
  readonly tickets: TicketRows;
  readonly documents: DocumentRows;
  readonly gates: GateRows;
  readonly tasks: TaskRows;
  readonly runs: RunRows;
  readonly journal: JournalRows;
  readonly notes: RunNotes;
  readonly discoveries: DiscoveryRows;
  readonly memories: MemoryRows;
  readonly setups: SetupCacheRows;
  readonly evidence: EvidenceRows;
  readonly merges: MergeRows;
  readonly pulls: PullRows;
  readonly ledger: Ledger;
  readonly calls: ModelCallRows;
  readonly answers: AnswerRows;
  readonly outbox: Outbox;
}

/** What can be read without a transaction. */
export interface View {
  readonly projects: ProjectReads;
  readonly tickets: TicketReads;
  readonly documents: DocumentReads;
  readonly gates: GateReads;
  readonly tasks: TaskReads;
  readonly runs: RunReads;
  readonly journal: JournalReads;
  readonly notes: Pick<RunNotes, 'latestCheckpoint' | 'getQuestion' | 'questions' | 'steering'>;
  readonly discoveries: Pick<DiscoveryRows, 'list'>;
  readonly memories: Pick<MemoryRows, 'search' | 'list'>;
  readonly setups: Pick<SetupCacheRows, 'get'>;
  readonly evidence: Pick<EvidenceRows, 'list'>;
  readonly merges: MergeReads;
  readonly pulls: Pick<PullRows, 'byTicket' | 'ofProject' | 'list'>;
  readonly ledger: Pick<Ledger, 'balance' | 'spentByRun'>;
  readonly calls: Pick<ModelCallRows, 'get' | 'totals'>;
  readonly answers: Pick<AnswerRows, 'get'>;
  readonly outbox: EventReads;
}

/** The store. */
export interface Store {
  /**
   * Runs `fn` in one transaction (read committed; compare-and-set guards what matters): all of it is written, or, when
   * it throws, nothing. A serialization failure or deadlock is tried again, so `fn` must have no effect of its own.
   */
  transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Starts offered tasks while slots are free, in the order of graph/share.ts, and tells it; returns which, in that
   * order. A transaction of its own: however many claim at once, no limit is passed and no task is started twice. It
   * passes by tickets that somebody looks at (`tasks.hold`), so every look is followed by a claim.
   */
  claim(claim: SlotClaim): Promise<TaskId[]>;
  /** For reading; each query sees what is committed when it runs. */
  readonly view: View;
  close(): Promise<void>;
}
