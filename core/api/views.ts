/**
 * What the HTTP API answers: the resources as people and programs see them. No token, no lease, no internal version.
 * Money is in micro-USD (1 USD = 1,000,000), instants are ISO 8601 in UTC.
 */
import { z } from 'zod';
import { Diagnosis } from '../discovery/diagnosis.ts';
import { AskedAbout, Forecast, GateSubject } from '../gate/gate.ts';
import {
  Digest,
  DiscoveryId,
  DocumentId,
  GateId,
  Instant,
  Micros,
  ProjectId,
  QuestionId,
  RunId,
  Sha,
  TaskId,
  TicketId,
} from '../id.ts';
import { Ceremony, Commands, GatePolicy, NetworkPolicy, Project } from '../project/project.ts';
import { Role } from '../run/run.ts';
import { Step } from '../run/step.ts';
import { DocumentDiff } from '../spec/diff.ts';
import {
  DocumentKind,
  DocumentPhase,
  Phase,
  TicketHold,
  TicketStatus,
  WaitReason,
} from '../ticket/ticket.ts';

export { Agent as AgentView } from '../agent/agent.ts';
export { Evaluation as EvaluationView } from '../spec/evaluation.ts';
export { DiscoveryView } from './discovery-view.ts';
export { EvidenceView, TraceView, UnaskedView } from './evidence-view.ts';
export { GitHubView, ManifestView, ProjectAccessView } from './github-view.ts';
export { KeyView, NewKeyView } from './key-view.ts';
export { DiffView, PullView } from './pull-view.ts';

/** A connected repository with its policy. */
export const ProjectView = Project.omit({ version: true });
export type ProjectView = z.infer<typeof ProjectView>;

/** A gate with its decision, if there is one. */
export const GateView = z.object({
  id: GateId,
  ticketId: TicketId,
  phase: DocumentPhase,
  documentId: DocumentId,
  documentHash: Digest,
  /** What a task's work does to its checks; null for a gate on a document. */
  tamper: AskedAbout.nullable(),
  status: z.enum(['open', 'approved', 'rejected', 'superseded', 'expired']),
  by: z.string().nullable(),
  comment: z.string().nullable(),
  decidedAt: Instant.nullable(),
  forecast: Forecast,
  /** The discovery that proposes this version; null for a phase's own document. */
  discoveryId: DiscoveryId.nullable(),
  openedAt: Instant,
  expiresAt: Instant,
});
export type GateView = z.infer<typeof GateView>;

/** What an agent asked a person. */
export const QuestionView = z.object({
  id: QuestionId,
  runId: RunId,
  ticketId: TicketId,
  text: z.string(),
  options: z.array(z.string()),
  answer: z.object({ text: z.string(), by: z.string(), at: Instant }).nullable(),
  askedAt: Instant,
});
export type QuestionView = z.infer<typeof QuestionView>;

/** A ticket's money. */
export const BalanceView = z.object({ limitMicros: Micros, spentMicros: Micros, reservedMicros: Micros });
export type BalanceView = z.infer<typeof BalanceView>;

/** A ticket with what a person asks next about it; `diagnosis` says why no task was finished, and what to change. */
export const TicketView = z.object({
  id: TicketId,
  /** `TKT-12`. */
  name: z.string(),
  number: z.number().int(),
  projectId: ProjectId,
  projectName: z.string(),
  title: z.string(),
  description: z.string(),
  phase: Phase,
  status: TicketStatus,
  /** The board column, derived from phase and status. */
  column: z.enum(['spec', 'building', 'needs you', 'done', 'stopped']),
  waitingFor: WaitReason.nullable(),
  /** What stands in the way at the forge, and since when; null when nothing does. */
  hold: TicketHold.omit({ token: true }).nullable(),
  ceremony: Ceremony.nullable(),
  gates: GatePolicy,
  tainted: z.boolean(),
  branch: z.string(),
  baseCommit: Sha.nullable(),
  headCommit: Sha.nullable(),
  commands: Commands.nullable(),
  verification: z.enum(['unknown', 'verified', 'unverified']),
  reason: z.string().nullable(),
  cost: BalanceView,
  tasks: z.object({ total: z.number().int(), done: z.number().int(), failed: z.number().int() }),
  criteria: z.object({ total: z.number().int(), proven: z.number().int() }),
  openGates: z.array(GateView),
  openQuestions: z.array(QuestionView),
  diagnosis: Diagnosis.extend({ runId: RunId, at: Instant }).nullable(),
  pullRequest: z
    .object({
      number: z.number().int(),
      state: z.enum(['open', 'merged', 'closed']),
      draft: z.boolean(),
      /** Why it is a draft, or why it is none though it should be; null where there is nothing to say. */
      draftNote: z.string().nullable(),
    })
    .nullable(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type TicketView = z.infer<typeof TicketView>;

/** One version of a document, as data and for reading. */
export const DocumentView = z.object({
  id: DocumentId,
  ticketId: TicketId,
  kind: DocumentKind,
  version: z.number().int(),
  hash: Digest,
  /** The document itself; fits the schema of its kind. */
  body: z.unknown(),
  /** The same for reading. */
  markdown: z.string(),
  approved: z.boolean(),
  runId: RunId.nullable(),
  createdAt: Instant,
});
export type DocumentView = z.infer<typeof DocumentView>;

/** What changed between two versions, by the ids of items; `from` is null when there is nothing to compare with. */
export const DocumentDiffView = z.object({
  from: z.number().int().nullable(),
  to: z.number().int(),
  diff: DocumentDiff,
});
export type DocumentDiffView = z.infer<typeof DocumentDiffView>;

/** A task of the plan, with how it stands. */
export const TaskView = z.object({
  id: TaskId,
  key: z.string(),
  title: z.string(),
  goal: z.string(),
  dependsOn: z.array(z.string()),
  criteria: z.array(z.string()),
  writes: z.array(z.string()),
  estimateMinutes: z.number(),
  priority: z.number().int(),
  doneWhen: z.string(),
  status: z.enum(['pending', 'ready', 'running', 'verifying', 'done', 'blocked', 'failed', 'cancelled']),
  /** Why it failed or is blocked. */
  reason: z.string().nullable(),
  commit: Sha.nullable(),
  round: z.number().int(),
  origin: z.string(),
  /** Why it exists, in a sentence. */
  why: z.string(),
  /** The task whose run found it; null for one that was planned. */
  parent: z.string().nullable(),
  depth: z.number().int(),
  discoveryId: DiscoveryId.nullable(),
  /** The task that it waits for in the middle of its work. */
  waitsFor: z.string().nullable(),
  feedback: z.string().nullable(),
  /** Its place among the work that waits to be merged; null when it does not wait. */
  queue: z.object({ position: z.number().int(), batch: z.array(z.string()), why: z.string() }).nullable(),
});
export type TaskView = z.infer<typeof TaskView>;

/** A run: who worked on what, how it ended and what it cost. */
export const RunView = z.object({
  id: RunId,
  ticketId: TicketId,
  taskId: TaskId.nullable(),
  taskKey: z.string().nullable(),
  phase: Phase,
  kind: z.enum(['agent', 'check']),
  role: Role,
  round: z.number().int(),
  attempt: z.number().int(),
  status: z.enum(['requested', 'running', 'held', 'ended']),
  /** For `held`: question, paused or budget. For `ended`: the one reason code of its end. */
  reason: z.string().nullable(),
  message: z.string().nullable(),
  /** Of a check that ended: whether every command succeeded, or why none ran. Null for agents. */
  measured: z.enum(['passed', 'failed', 'conflict', 'empty']).nullable(),
  feedback: z.string().nullable(),
  turns: z.number().int(),
  costMicros: Micros,
  createdAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
});
export type RunView = z.infer<typeof RunView>;

/** One step of a run's journal, exactly as the model saw it. */
export const StepView = Step;
export type StepView = z.infer<typeof StepView>;

/** What a gate foresaw for the whole ticket. */
export const ForecastView = Forecast.extend({ phase: DocumentPhase, about: GateSubject, at: Instant });
export type ForecastView = z.infer<typeof ForecastView>;

/** How good a project's forecasts were: each finished ticket's last one beside what it came to. */
export const ForecastsView = z.object({
  /** Tickets that the figures are of; those that cost nothing say nothing. */
  tickets: z.number().int(),
  /** Half of the forecasts were off by this factor or less, in either direction; null before the first. */
  medianFactor: z.number().nullable(),
  /** The share that stayed within the ninetieth percentile, 0 to 1. */
  withinP90: z.number().nullable(),
  items: z.array(ForecastView.extend({ ticket: z.string(), spentMicros: Micros })),
});
export type ForecastsView = z.infer<typeof ForecastsView>;

/** What a ticket cost so far, by run, and what its gates foresaw, oldest first. */
export const CostView = BalanceView.extend({
  calls: z.number().int(),
  usage: z.object({ input: z.number(), output: z.number(), cacheRead: z.number(), cacheWrite: z.number() }),
  byRun: z.array(z.object({ runId: RunId, role: Role, taskKey: z.string().nullable(), costMicros: Micros })),
  forecasts: z.array(ForecastView),
});
export type CostView = z.infer<typeof CostView>;

/** How the installation is. */
export const HealthView = z.object({
  status: z.literal('ok'),
  version: z.string(),
  model: z.object({ name: z.string(), replayed: z.boolean() }),
  sandbox: z.object({ kind: z.string(), degraded: z.boolean(), reason: z.string().nullable() }),
  /** Policies of projects that there are networks of sandboxes for; another one is refused. */
  networks: z.array(NetworkPolicy),
  /** What a person should know, in sentences: a replayed model, a plain process instead of a sandbox, no API key. */
  warnings: z.array(z.string()),
  /** The newest event's cursor; where a live view begins. */
  cursor: z.number().int(),
});
export type HealthView = z.infer<typeof HealthView>;

/** An event as people may see it: the catalogue's envelope and data without tokens, with its cursor. */
export const EventView = z.looseObject({
  cursor: z.number().int(),
  id: z.string(),
  type: z.string(),
  projectId: ProjectId,
  ticketId: TicketId.nullable(),
  subject: z.string(),
  occurredAt: Instant,
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type EventView = z.infer<typeof EventView>;

/** One transition of a state machine's execution. */
export const TransitionView = z.object({
  execution: z.string(),
  seq: z.number().int(),
  state: z.string(),
  kind: z.string(),
  at: Instant,
  input: z.unknown(),
  output: z.unknown(),
  error: z.string().nullable(),
});
export type TransitionView = z.infer<typeof TransitionView>;

/** RFC 9457. `code` is the domain's stable name of the outcome; `issues` says what and where. */
export const Problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
});
export type Problem = z.infer<typeof Problem>;

/** One page of a list; `next` is the `after` (or `before`) of the next page, null at the end. */
export const page = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), next: z.string().nullable() });
