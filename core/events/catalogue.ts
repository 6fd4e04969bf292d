/**
 * The catalogue: one schema an event, with its consumers. A test fails on an event that nobody reads.
 *
 * Consumers: `workflow` answers task tokens and starts or stops executions · `sandbox` launches and stops sandboxes ·
 * `scheduler` rings the doorbell of a ticket's execution · `queue` that of its merge queue · `console` shows it live · `audit` marks what is only kept.
 */
import { z } from 'zod';
import { GateSubject } from '../gate/gate.ts';
import {
  DocumentId,
  EventId,
  EvidenceId,
  GateId,
  Instant,
  MemoryId,
  Micros,
  ProjectId,
  QuestionId,
  RunId,
  Sha,
  TaskId,
  TicketId,
} from '../id.ts';
import { Next } from '../merge/entry.ts';
import { EndReason, HoldReason, Role } from '../run/run.ts';
import { DocumentKind, DocumentPhase, Phase, WaitReason } from '../ticket/ticket.ts';
import { CommandVerdict } from '../verify/check.ts';
import { type Consumer, event } from './consumer.ts';
import { discoveryEvents } from './discoveries.ts';
import { pullEvents } from './pulls.ts';

export { Consumer } from './consumer.ts';

const task = { taskId: TaskId, key: z.string() };
/** Events of earlier versions, which knew no other gates, do not say it. */
const about = GateSubject.default('document');
const run = {
  runId: RunId,
  taskId: TaskId.nullable(),
  /** Whether an agent works or the platform checks: both can be of the role `verifier`. Events of before did not say it. */
  kind: z.enum(['agent', 'check']).default('agent'),
  role: Role,
  attempt: z.number().int(),
};

/** Every event there is. The number is the version of its data; a change that breaks a reader gets a new one. */
export const catalogue = {
  'project.connected.v1': event(z.object({ name: z.string() }), 'console'),
  'project.updated.v1': event(z.object({ name: z.string() }), 'scheduler', 'console'),

  'ticket.submitted.v1': event(
    z.object({ number: z.number().int(), title: z.string() }),
    'workflow',
    'console',
  ),
  'ticket.mirrored.v1': event(z.object({ commit: Sha }), 'console'),
  'ticket.phase_entered.v1': event(z.object({ phase: Phase }), 'console'),
  'ticket.waiting.v1': event(z.object({ reason: WaitReason }), 'console'),
  'ticket.proceeded.v1': event(z.object({}), 'console'),
  'ticket.ceremony_set.v1': event(z.object({ ceremony: z.string() }), 'console'),
  /** `nameless`: its tests are told by no name, so that other runs test every criterion. */
  'ticket.commands_proven.v1': event(
    z.object({ verified: z.boolean(), nameless: z.boolean().optional() }),
    'console',
  ),
  'ticket.execution_started.v1': event(z.object({}), 'scheduler', 'console'),
  'ticket.execution_finished.v1': event(
    z.object({ token: z.string(), done: z.number().int(), failed: z.number().int() }),
    'workflow',
    'console',
  ),
  'ticket.advanced.v1': event(z.object({ from: Sha, to: Sha }), 'console'),
  /** Sandboxes hear of it in the answer to their next heartbeat. */
  'ticket.paused.v1': event(z.object({ by: z.string() }), 'scheduler', 'console'),
  'ticket.resumed.v1': event(
    z.object({ by: z.string(), tokens: z.array(z.string()) }),
    'workflow',
    'scheduler',
    'queue',
    'console',
  ),
  'ticket.budget_extended.v1': event(
    z.object({ limitMicros: Micros, by: z.string(), tokens: z.array(z.string()) }),
    'workflow',
    'console',
  ),
  'ticket.requirement_changed.v1': event(
    z.object({ requirement: z.string(), reopened: z.array(z.string()), by: z.string() }),
    'scheduler',
    'console',
  ),
  /** Its pull request came back with work; `execution` does it, null when one is at it already. */
  'ticket.reworked.v1': event(
    z.object({
      why: z.string(),
      by: z.string(),
      tasks: z.array(z.string()),
      execution: z.string().nullable(),
    }),
    'workflow',
    'scheduler',
    'console',
  ),
  'ticket.completed.v1': event(z.object({ branch: z.string(), commit: Sha }), 'console'),
  'ticket.failed.v1': event(z.object({ reason: z.string() }), 'workflow', 'sandbox', 'scheduler', 'console'),
  'ticket.cancelled.v1': event(z.object({ by: z.string() }), 'workflow', 'sandbox', 'scheduler', 'console'),

  'document.written.v1': event(
    z.object({ documentId: DocumentId, kind: DocumentKind, version: z.number().int(), hash: z.string() }),
    'console',
  ),
  'document.evaluated.v1': event(
    z.object({ documentId: DocumentId, score: z.number(), pass: z.boolean(), blockers: z.array(z.string()) }),
    'console',
  ),
  'document.approved.v1': event(
    z.object({ documentId: DocumentId, kind: DocumentKind, hash: z.string(), by: z.string() }),
    'console',
  ),

  'gate.opened.v1': event(
    z.object({ gateId: GateId, phase: DocumentPhase, documentId: DocumentId, about }),
    // One about a task's work frees the slot of its queue.
    'scheduler',
    'console',
  ),
  'gate.decided.v1': event(
    z.object({
      gateId: GateId,
      phase: DocumentPhase,
      about,
      decision: z.enum(['approved', 'rejected', 'superseded', 'expired']),
      by: z.string(),
      comment: z.string().nullable(),
      /** Null for a discovery's gate: no state waits, a step acts on it. */
      token: z.string().nullable(),
    }),
    'workflow',
    'console',
  ),

  'task.planned.v1': event(z.object({ ...task, title: z.string() }), 'console'),
  'task.ready.v1': event(z.object(task), 'console'),
  'task.started.v1': event(z.object({ ...task, execution: z.string() }), 'workflow', 'console'),
  'task.waiting.v1': event(z.object({ ...task, waitsFor: z.string() }), 'console'),
  'task.resumed.v1': event(z.object(task), 'console'),
  'task.building.v1': event(z.object({ ...task, round: z.number().int() }), 'console'),
  /** Another run writes tests for it. */
  'task.proving.v1': event(z.object({ ...task, runId: RunId }), 'console'),
  /** There will be none; `reason` says why. Its property criteria rest on the author's tests alone. */
  'task.unproved.v1': event(
    z.object({ ...task, criteria: z.array(z.string()), reason: z.string() }),
    'console',
  ),
  /** A check found an input for which a criterion does not hold. */
  'property.refuted.v1': event(
    z.object({
      key: z.string(),
      runId: RunId,
      criterion: z.string(),
      name: z.string(),
      counterexample: z.string().nullable(),
      seed: z.string().nullable(),
      cases: z.number().int().nullable(),
    }),
    'console',
  ),
  'task.queued.v1': event(z.object({ ...task, place: z.number().int() }), 'queue', 'console'),
  /** Its work left the merge queue; `token` gets the answer. */
  'task.dequeued.v1': event(
    z.object({
      ...task,
      next: Next,
      why: z.string(),
      with: z.string().nullable(),
      error: z.string().nullable(),
      cause: z.string().nullable(),
      token: z.string(),
    }),
    'workflow',
    'console',
  ),
  /** `alone`: once more and by itself, on the commit that it was built on; what was merged since may be to blame. */
  'task.verifying.v1': event(z.object({ ...task, runId: RunId, alone: z.boolean().optional() }), 'console'),
  'task.verified.v1': event(
    z.object({ ...task, commit: Sha, tests: z.number().int().nullable() }),
    'console',
  ),
  'task.refused.v1': event(z.object({ ...task, round: z.number().int(), reason: z.string() }), 'console'),
  'task.conflicted.v1': event(z.object({ ...task, files: z.array(z.string()) }), 'console'),
  /** `unchanged`: nothing had to change, and the commit is where the branch stood. */
  'task.done.v1': event(
    z.object({ ...task, commit: Sha, unchanged: z.literal(true).optional() }),
    'scheduler',
    'console',
  ),
  'task.blocked.v1': event(z.object({ ...task, by: z.string(), reason: z.string() }), 'console'),
  'task.failed.v1': event(z.object({ ...task, reason: z.string() }), 'scheduler', 'console'),
  'task.cancelled.v1': event(z.object(task), 'console'),
  /** `execution` is the one that worked on the task until now and is to be stopped. */
  'task.reopened.v1': event(
    z.object({ ...task, why: z.string(), execution: z.string().nullable() }),
    'workflow',
    'scheduler',
    'console',
  ),

  'run.requested.v1': event(z.object({ ...run, round: z.number().int() }), 'sandbox', 'console'),
  'run.started.v1': event(z.object(run), 'console'),
  'run.stepped.v1': event(z.object({ runId: RunId, seq: z.number().int(), kind: z.string() }), 'console'),
  'run.planned.v1': event(
    z.object({ runId: RunId, items: z.array(z.object({ text: z.string(), status: z.string() })) }),
    'console',
  ),
  'run.held.v1': event(
    z.object({ ...run, reason: HoldReason, token: z.string().nullable() }),
    'workflow',
    'sandbox',
    'scheduler',
    'console',
  ),
  'run.released.v1': event(z.object({ runId: RunId, tokens: z.array(z.string()) }), 'workflow', 'console'),
  'run.lost.v1': event(z.object(run), 'console'),
  'run.ended.v1': event(
    z.object({
      ...run,
      outcome: z.enum(['document', 'work', 'tests', 'check', 'diagnosis', 'failed']),
      reason: EndReason,
      message: z.string(),
      token: z.string().nullable(),
    }),
    'workflow',
    'sandbox',
    'queue',
    'console',
  ),
  'run.steered.v1': event(z.object({ runId: RunId, text: z.string(), by: z.string() }), 'console'),
  'checkpoint.taken.v1': event(z.object({ runId: RunId, seq: z.number().int(), commit: Sha }), 'audit'),

  'question.asked.v1': event(z.object({ questionId: QuestionId, runId: RunId, text: z.string() }), 'console'),
  'question.answered.v1': event(
    z.object({ questionId: QuestionId, runId: RunId, by: z.string(), tokens: z.array(z.string()) }),
    'workflow',
    'console',
  ),
  ...discoveryEvents,
  'memory.stored.v1': event(z.object({ memoryId: MemoryId, kind: z.string() }), 'audit'),
  'memory.forgotten.v1': event(z.object({ memoryId: MemoryId, kind: z.string(), by: z.string() }), 'audit'),
  'evidence.stored.v1': event(
    z.object({
      evidenceId: EvidenceId,
      runId: RunId,
      name: z.string(),
      verdict: CommandVerdict,
    }),
    'console',
  ),
  'cost.settled.v1': event(
    z.object({ runId: RunId, costMicros: Micros, spentMicros: Micros, limitMicros: Micros }),
    'console',
  ),
  'budget.exhausted.v1': event(
    z.object({ runId: RunId, neededMicros: Micros, remainingMicros: Micros }),
    'console',
  ),

  ...pullEvents,
} as const;

/** The name of an event with its version. */
export type EventType = keyof typeof catalogue;
export type EventData<T extends EventType> = z.infer<(typeof catalogue)[T]['data']>;

/** What every event carries beside its data. `actor` is a person, or `platform`, or `run:<id>`. */
export const Envelope = z.object({
  id: EventId,
  type: z.string(),
  projectId: ProjectId,
  ticketId: TicketId.nullable(),
  subject: z.string(),
  occurredAt: Instant,
  actor: z.string(),
  correlationId: z.string(),
  causationId: z.string().nullable(),
});

/** A fact, written in the same transaction as the state it tells of. */
export type DomainEvent = {
  [T in EventType]: z.infer<typeof Envelope> & { readonly type: T; readonly data: EventData<T> };
}[EventType];

/** An event with its place in the log; `cursor` grows, and is what `after` takes. */
export type LoggedEvent = DomainEvent & { readonly cursor: number };

const isType = (type: string): type is EventType => Object.hasOwn(catalogue, type);

/** Parses an event of any type. Throws a ZodError on an unknown type or data that does not fit. */
export function parseEvent(value: unknown): DomainEvent {
  const envelope = Envelope.extend({ data: z.unknown() }).parse(value);
  if (!isType(envelope.type))
    throw new z.ZodError([
      { code: 'custom', path: ['type'], message: `unknown event ${envelope.type}`, input: value },
    ]);
  const data = catalogue[envelope.type].data.parse(envelope.data);
  return { ...envelope, type: envelope.type, data } as DomainEvent;
}

/** Who reads an event. */
export function consumersOf(type: EventType): readonly Consumer[] {
  return catalogue[type].consumers;
}

/** Data that only consumers inside the platform may see: it never leaves through the API, a WebSocket or the CLI. */
const secretFields: ReadonlySet<string> = new Set(['token', 'tokens']);

/** The event as people may see it. */
export function publicEvent<E extends { readonly data: object }>(event: E): E {
  const data = Object.fromEntries(Object.entries(event.data).filter(([field]) => !secretFields.has(field)));
  return { ...event, data };
}
