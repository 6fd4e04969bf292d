import type {
  Digest,
  Instant,
  MemoryId,
  ProjectId,
  QuestionId,
  RunId,
  Sha,
  TaskId,
  TicketId,
} from '../id.ts';
import type { NetworkPolicy } from '../project/project.ts';
import type { Run } from './run.ts';
import type { Step } from './step.ts';

/** Which runs to list; newest first. */
export interface RunFilter {
  readonly ticketId?: TicketId;
  readonly taskId?: TaskId;
  /** Only runs that are requested or running. */
  readonly live?: boolean;
  readonly kind?: Run['kind'];
  readonly status?: Run['state']['status'];
}

/** Reading runs. */
export interface RunReads {
  get(id: RunId): Promise<Run | null>;
  list(filter: RunFilter): Promise<Run[]>;
}

/** Writing runs. */
export interface RunRows extends RunReads {
  insert(run: Run): Promise<void>;
  /** Compare-and-set on `version`, as for tickets. */
  update(run: Run): Promise<Run>;
}

/** Reading the journal. */
export interface JournalReads {
  /** Steps with a larger `seq`, in order. */
  list(runId: RunId, after: number, limit: number): Promise<Step[]>;
  /** The newest seq, 0 when there is none. */
  last(runId: RunId): Promise<number>;
}

/** Writing the journal. */
export interface JournalRows extends JournalReads {
  /** Appends; the same step again is `already` and changes nothing; another body under a taken seq throws `KeyReused`. */
  append(runId: RunId, step: Step): Promise<'appended' | 'already'>;
}

/** The state of a run's working tree after a step: a commit on a hidden ref, uploaded as an incremental bundle. */
export interface Checkpoint {
  readonly runId: RunId;
  /** The journal seq that it belongs to. */
  readonly seq: number;
  readonly commit: Sha;
  /** Blob key of a bundle from the run's base commit to `commit`. */
  readonly bundle: string;
  readonly at: Instant;
}

/** A question to a person; the run that asked is held until it is answered. */
export interface Question {
  readonly id: QuestionId;
  readonly runId: RunId;
  readonly ticketId: TicketId;
  readonly text: string;
  readonly options: readonly string[];
  readonly answer: { readonly text: string; readonly by: string; readonly at: Instant } | null;
  readonly askedAt: Instant;
}

/** Rows that belong to a run but are not its journal. */
export interface RunNotes {
  putCheckpoint(checkpoint: Checkpoint): Promise<void>;
  latestCheckpoint(runId: RunId): Promise<Checkpoint | null>;
  insertQuestion(question: Question): Promise<void>;
  getQuestion(id: QuestionId): Promise<Question | null>;
  /** Compare-and-set from unanswered; throws `VersionConflict` when it was answered already. */
  answerQuestion(id: QuestionId, answer: NonNullable<Question['answer']>): Promise<void>;
  /** Questions of a run or ticket, oldest first. */
  questions(filter: { readonly runId?: RunId; readonly ticketId?: TicketId }): Promise<Question[]>;
  /** Queues a message of a person for the run's next turn. */
  steer(runId: RunId, id: string, text: string, at: Instant): Promise<void>;
  /** Messages queued for the run, oldest first; they stay until a step that carries them is journaled (`delivered`). */
  steering(runId: RunId): Promise<{ readonly id: string; readonly text: string }[]>;
  /** Marks messages as carried by the step `seq`; unknown and delivered ids are harmless. Call it with the append of that step. */
  delivered(runId: RunId, ids: readonly string[], seq: number): Promise<void>;
}

/** What a run learned, kept for the project's later runs. */
export interface Memory {
  readonly id: MemoryId;
  readonly projectId: ProjectId;
  readonly kind: 'error_fix' | 'decision' | 'learning' | 'warning' | 'codebase' | 'discovery';
  readonly text: string;
  readonly runId: RunId | null;
  readonly at: Instant;
}

/** A memory with the number of the ticket whose run it comes from. */
export type ListedMemory = Memory & { readonly ticketNumber: number | null };

/** Storing and finding memories; `vector` has 384 dimensions and names its model. */
export interface MemoryRows {
  insert(memory: Memory, vector: readonly number[], model: string): Promise<void>;
  /** Hybrid search (vector + full text, reciprocal rank fusion with k = 60), best first. */
  search(
    projectId: ProjectId,
    text: string,
    vector: readonly number[],
    model: string,
    limit: number,
  ): Promise<Memory[]>;
  /** Newest first; those before one, where it is given. */
  list(projectId: ProjectId, limit: number, before: MemoryId | null): Promise<ListedMemory[]>;
  /** What it said; null when there is none. Found by nobody any more. */
  remove(id: MemoryId): Promise<Memory | null>;
}

/** A finished setup of a project's base commit, by the digest of what it read. Only platform checks on a base commit write it. */
export interface SetupCacheRows {
  get(projectId: ProjectId, digest: Digest): Promise<{ readonly blob: string } | null>;
  put(projectId: ProjectId, digest: Digest, blob: string, at: Instant): Promise<void>;
}

/** What the sandbox adapter needs to start one. Nothing else enters the sandbox's environment. */
export interface SandboxSpec {
  readonly runId: RunId;
  readonly attempt: number;
  readonly gatewayUrl: string;
  readonly token: string;
  readonly network: NetworkPolicy;
}

/** How a sandbox stands, as far as its host can tell. */
export type SandboxStatus = 'starting' | 'running' | 'gone';

/** Starts, finds and stops sandboxes. */
export interface Sandboxes {
  /** Policies of projects that it has networks for; of another one it can launch nothing. */
  readonly networks: readonly NetworkPolicy[];
  /** Starts the sandbox of this run and attempt and returns its handle; the second call for the same pair returns the first one's. */
  launch(spec: SandboxSpec): Promise<string>;
  status(handle: string): Promise<SandboxStatus>;
  /** Stops it and everything that it started; harmless when it is gone. */
  stop(handle: string): Promise<void>;
}
