/** From rows to what the API answers. Pure, but for what a ticket's view has to look up. */
import {
  type DocumentView,
  type EvidenceView,
  type GateView,
  type ProjectView,
  type PullView,
  type QuestionView,
  type RunView,
  type TaskView,
  TicketView,
} from '#core/api/views.ts';
import { type Reason, withFoundWork } from '#core/discovery/work.ts';
import type { PullRequest } from '#core/forge/ports.ts';
import type { Gate } from '#core/gate/gate.ts';
import type { Micros, TaskId } from '#core/id.ts';
import type { Standing } from '#core/merge/standing.ts';
import type { Project } from '#core/project/project.ts';
import type { Question } from '#core/run/ports.ts';
import type { Run } from '#core/run/run.ts';
import { DocumentBody } from '#core/spec/document.ts';
import { renderDocument } from '#core/spec/render.ts';
import { type Asked, criterionIds, Requirements } from '#core/spec/requirements.ts';
import type { View } from '#core/store.ts';
import { type Task, waitsFor } from '#core/task/task.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import { column, type Ticket, ticketName } from '#core/ticket/ticket.ts';
import type { Evidence } from '#core/verify/ports.ts';
import { prove } from '#core/verify/proof.ts';
import { openQuestions } from './waiting.ts';

export function projectView({ version: _, ...project }: Project): ProjectView {
  return project;
}

export function gateView({ state, ...gate }: Gate): GateView {
  return {
    id: gate.id,
    ticketId: gate.ticketId,
    phase: gate.phase,
    documentId: gate.documentId,
    documentHash: gate.documentHash,
    tamper: gate.tamper,
    status: state.status,
    by: 'by' in state ? state.by : null,
    comment: 'comment' in state ? state.comment : null,
    decidedAt: 'at' in state ? state.at : null,
    forecast: gate.forecast,
    discoveryId: gate.discoveryId,
    openedAt: gate.openedAt,
    expiresAt: gate.expiresAt,
  };
}

export function questionView(question: Question): QuestionView {
  return { ...question, options: [...question.options] };
}

export function documentView(row: DocumentRow, ticket: Ticket): DocumentView {
  const document = DocumentBody.parse({ kind: row.kind, body: row.body });
  return {
    id: row.id,
    ticketId: row.ticketId,
    kind: row.kind,
    version: row.version,
    hash: row.hash,
    body: row.body,
    markdown: renderDocument(document),
    approved: ticket.approved[row.kind]?.hash === row.hash,
    runId: row.runId,
    createdAt: row.createdAt,
  };
}

export function taskView(task: Task, reason: Reason, queue: Standing | null): TaskView {
  const { state } = task;
  return {
    id: task.id,
    key: task.key,
    title: task.title,
    goal: task.goal,
    dependsOn: task.dependsOn,
    criteria: task.criteria,
    writes: task.writes,
    estimateMinutes: task.estimateMinutes,
    priority: task.priority,
    doneWhen: task.doneWhen,
    status: state.status,
    reason: 'reason' in state ? state.reason : null,
    commit: state.status === 'done' && state.unchanged !== true ? state.commit : null,
    round: task.round,
    origin: task.origin,
    ...reason,
    waitsFor: waitsFor(task),
    feedback: task.feedback,
    queue: queue && { ...queue, batch: [...queue.batch] },
  };
}

function measuredBy({ state }: Run): RunView['measured'] {
  if (state.status !== 'ended' || state.outcome.type !== 'check') return null;
  const { result } = state.outcome;
  if (result.type === 'unmerged')
    return result.refused.some(({ reason }) => reason !== 'empty') ? 'conflict' : 'empty';
  return result.commands.every(({ exitCode }) => exitCode === 0) ? 'passed' : 'failed';
}

export function runView(
  run: Run,
  spent: ReadonlyMap<Run['id'], Micros>,
  keys: ReadonlyMap<TaskId, string>,
): RunView {
  const { state } = run;
  const failure = state.status === 'ended' && state.outcome.type === 'failed' ? state.outcome : null;
  const ended = state.status === 'ended' ? (failure?.reason ?? 'submitted') : null;
  return {
    id: run.id,
    ticketId: run.ticketId,
    taskId: run.taskId,
    taskKey: run.taskId === null ? null : (keys.get(run.taskId) ?? null),
    phase: run.phase,
    kind: run.kind,
    role: run.role,
    round: run.round,
    attempt: run.attempt,
    status: state.status,
    reason: state.status === 'held' ? state.reason : ended,
    message: failure?.message ?? null,
    measured: measuredBy(run),
    feedback: run.feedback,
    turns: run.turns,
    costMicros: spent.get(run.id) ?? 0,
    createdAt: run.createdAt,
    startedAt: 'startedAt' in state ? state.startedAt : null,
    endedAt: state.status === 'ended' ? state.at : null,
  };
}

export function evidenceView(evidence: Evidence, keys: ReadonlyMap<TaskId, string>): EvidenceView {
  const { logBlob: _, ...shown } = evidence;
  const taskKey = evidence.taskId === null ? null : (keys.get(evidence.taskId) ?? null);
  return { ...shown, criteria: [...evidence.criteria], taskKey };
}

export function pullView(pull: PullRequest, ticket: Ticket): PullView {
  const { version: _, ...shown } = pull;
  return { ...shown, ticketName: ticketName(ticket.number), projectId: ticket.projectId };
}

const nothingAsked: Requirements = { requirements: [], outOfScope: [], assumptions: [] };

/** The approved requirements; none before there are any. */
export async function requirementsOf(view: Pick<View, 'documents'>, ticket: Ticket): Promise<Requirements> {
  const approved = ticket.approved.requirements;
  const row = approved ? await view.documents.get(approved.documentId) : null;
  return row ? Requirements.parse(row.body) : nothingAsked;
}

/** The same with what was found on the way: all that is to be proven. */
export async function askedOf(
  view: Pick<View, 'documents' | 'discoveries'>,
  ticket: Ticket,
  tasks: readonly Task[],
): Promise<Asked> {
  const requirements = await requirementsOf(view, ticket);
  return tasks.every(({ origin }) => origin === 'plan')
    ? requirements
    : withFoundWork(requirements, tasks, await view.discoveries.list(ticket.id));
}

type Lookups = Pick<
  View,
  | 'runs'
  | 'projects'
  | 'documents'
  | 'discoveries'
  | 'gates'
  | 'tasks'
  | 'notes'
  | 'evidence'
  | 'pulls'
  | 'ledger'
>;

/** What a diagnostic run proposed; looked for only where there can be one. */
export async function diagnosisOf(
  view: Pick<View, 'runs'>,
  ticket: Ticket,
): Promise<TicketView['diagnosis']> {
  if (ticket.status !== 'failed' || ticket.phase !== 'execution') return null;
  for (const { id, state } of await view.runs.list({ ticketId: ticket.id }))
    if (state.status === 'ended' && state.outcome.type === 'diagnosis')
      return { ...state.outcome.diagnosis, runId: id, at: state.at };
  return null;
}

/** A ticket with what a person asks next: its money, its tasks, what is proven, and what waits for them. */
export async function ticketView(lookups: Lookups, ticket: Ticket): Promise<TicketView> {
  const project = await lookups.projects.get(ticket.projectId);
  const tasks = await lookups.tasks.list(ticket.id);
  const balance = await lookups.ledger.balance(ticket.id);
  const gates = await lookups.gates.list(ticket.id);
  const pull = await lookups.pulls.byTicket(ticket.id);
  const proofs = prove(
    criterionIds(await askedOf(lookups, ticket, tasks)),
    tasks,
    await lookups.evidence.list(ticket.id),
    ticket.headCommit,
  );
  const view: TicketView = {
    ...ticket,
    name: ticketName(ticket.number),
    projectName: project?.name ?? '',
    column: column(ticket),
    cost: { limitMicros: balance.limit, spentMicros: balance.spent, reservedMicros: balance.reserved },
    tasks: {
      total: tasks.length,
      done: tasks.filter(({ state }) => state.status === 'done').length,
      failed: tasks.filter(({ state }) => state.status === 'failed' || state.status === 'blocked').length,
    },
    criteria: { total: proofs.length, proven: proofs.filter(({ state }) => state === 'proven').length },
    openGates: gates.filter(({ state }) => state.status === 'open').map(gateView),
    openQuestions: (await openQuestions(lookups, ticket)).map(questionView),
    diagnosis: await diagnosisOf(lookups, ticket),
    pullRequest: pull && {
      number: pull.number,
      state: pull.state,
      draft: pull.draft,
      draftNote: pull.draftNote,
    },
  };
  // What the row has and the view does not, like its workflow's token, stays here; also what the row gets later.
  return TicketView.parse(view);
}
