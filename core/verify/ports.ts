import type { Digest, EvidenceId, Instant, RunId, Sha, TaskId, TicketId } from '../id.ts';
import type { CheckedName, CheckPurpose, CommandVerdict, TestCounts } from './check.ts';
import type { ProofReport } from './report.ts';

/** One command that the platform ran on one commit: what was measured. Never changed. */
export interface Evidence {
  readonly id: EvidenceId;
  readonly ticketId: TicketId;
  readonly taskId: TaskId | null;
  readonly runId: RunId;
  /** Which sandbox of the run measured it. */
  readonly attempt: number;
  readonly purpose: CheckPurpose;
  /** The criteria that this check speaks for (those of the task; all for the final check). */
  readonly criteria: readonly string[];
  readonly commit: Sha;
  readonly name: CheckedName;
  readonly command: string;
  readonly exitCode: number | null;
  readonly durationMs: number;
  readonly tests: TestCounts | null;
  readonly logBlob: string;
  readonly logDigest: Digest;
  readonly verdict: CommandVerdict;
  /** What the check found beside its commands; with its last command only. */
  readonly proof: ProofReport | null;
  readonly at: Instant;
}

/** Storing evidence. */
export interface EvidenceRows {
  insert(evidence: Evidence): Promise<void>;
  list(ticketId: TicketId): Promise<Evidence[]>;
  /** The runs that it is of, each once: far less than the evidence itself. */
  runs(ticketId: TicketId): Promise<RunId[]>;
}

/** The bytes of bundles, logs and setup caches, by key. Keys are paths of `[A-Za-z0-9._-]` segments. */
export interface Blobs {
  /** Writes at once or not at all; the same key again replaces. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Throws `NotFound`. */
  get(key: string): Promise<Uint8Array>;
  /** Size in bytes, or null when there is none. */
  size(key: string): Promise<number | null>;
  /** A URL that allows exactly one verb on exactly this key until it expires. */
  presign(verb: 'GET' | 'PUT', key: string, expiresInSeconds: number): Promise<string>;
}
