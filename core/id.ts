import { z } from 'zod';

/**
 * Identifiers: TypeIDs (`ticket_01h…`), time-ordered, branded so that one kind is never taken for another.
 * They are made outside the core (a port) and parsed here.
 */
function typeId<const P extends string>(prefix: P) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), `must be a ${prefix} id`)
    .brand<P>();
}

/** One schema and type a kind of thing. */
export const ProjectId = typeId('project');
export type ProjectId = z.infer<typeof ProjectId>;
export const TicketId = typeId('ticket');
export type TicketId = z.infer<typeof TicketId>;
export const DocumentId = typeId('document');
export type DocumentId = z.infer<typeof DocumentId>;
export const GateId = typeId('gate');
export type GateId = z.infer<typeof GateId>;
export const TaskId = typeId('task');
export type TaskId = z.infer<typeof TaskId>;
export const RunId = typeId('run');
export type RunId = z.infer<typeof RunId>;
export const QuestionId = typeId('question');
export type QuestionId = z.infer<typeof QuestionId>;
export const DiscoveryId = typeId('discovery');
export type DiscoveryId = z.infer<typeof DiscoveryId>;
export const EvidenceId = typeId('evidence');
export type EvidenceId = z.infer<typeof EvidenceId>;
export const PullRequestId = typeId('pull');
export type PullRequestId = z.infer<typeof PullRequestId>;
export const MemoryId = typeId('memory');
export type MemoryId = z.infer<typeof MemoryId>;
export const EventId = typeId('event');
export type EventId = z.infer<typeof EventId>;

/** The kinds of id, by prefix; what an id generator can make. */
export const ids = {
  project: ProjectId,
  ticket: TicketId,
  document: DocumentId,
  gate: GateId,
  task: TaskId,
  run: RunId,
  question: QuestionId,
  discovery: DiscoveryId,
  evidence: EvidenceId,
  pull: PullRequestId,
  memory: MemoryId,
  event: EventId,
} as const;
export type IdKind = keyof typeof ids;
export type IdOf<K extends IdKind> = z.infer<(typeof ids)[K]>;

/** Makes ids; time-ordered, unique. A port: the core itself knows no randomness. */
export type NewId = <K extends IdKind>(kind: K) => IdOf<K>;

/** An instant as ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const Instant = z.iso.datetime({ precision: 3 });
export type Instant = z.infer<typeof Instant>;

/** Tells the time. A port: the core itself has no clock. */
export type Clock = () => Instant;

/** A git commit: 40 (SHA-1) or 64 (SHA-256) lowercase hex digits. */
export const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a full commit id');
export type Sha = z.infer<typeof Sha>;

/** SHA-256 of some bytes, lowercase hex. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha-256 digest');
export type Digest = z.infer<typeof Digest>;

/** Money as whole micro-dollars (1 USD = 1,000,000), so that sums are exact. */
export const Micros = z.number().int().nonnegative();
export type Micros = z.infer<typeof Micros>;
