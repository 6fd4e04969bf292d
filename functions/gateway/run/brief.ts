/** What a sandbox is told when it begins, or goes on: everything in one answer, so that it needs to ask for nothing else. */

import { journalExcerpt } from '#core/discovery/causes.ts';
import { notesFor, ownCriteria } from '#core/discovery/work.ts';
import { IllegalTransition, NotFound } from '#core/errors.ts';
import { isRework } from '#core/forge/rework.ts';
import type { Sha } from '#core/id.ts';
import { mergedBefore } from '#core/merge/landed.ts';
import type { Commands, IndependentPolicy, Project } from '#core/project/project.ts';
import { limitsFor } from '#core/run/limits.ts';
import type { Criterion, Limits, RunBrief } from '#core/run/protocol.ts';
import type { Run } from '#core/run/run.ts';
import type { Step } from '#core/run/step.ts';
import { isVerifier, latestWork, leftWork, testFiles, thisGeneration, type Work } from '#core/run/work.ts';
import { DocumentBody } from '#core/spec/document.ts';
import { renderDocument } from '#core/spec/render.ts';
import type { View } from '#core/store.ts';
import type { Task } from '#core/task/task.ts';
import { remaining } from '#core/ticket/decide.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import { DocumentKind, DocumentPhase, kindOfPhase, type Ticket, ticketName } from '#core/ticket/ticket.ts';
import { askedOfOthers } from '#core/verify/properties/independent.ts';
import type { GatewayDeps } from '../deps.ts';
import { ticketOf } from '../write.ts';
import { answersOf, decidedBefore } from './answers.ts';
import { knownOfBase } from './base.ts';

/** An hour: a sandbox fetches its bundles first thing, over whatever line it has. */
const presignSeconds = 3600;
/** Memories that every run starts with; more would crowd the prompt. */
const preloadedMemories = 20;
/** Journal steps read at once. */
const journalPage = 500;

/** The brief of a claimed run. */
export async function briefOf(deps: GatewayDeps, run: Run): Promise<RunBrief> {
  const { view } = deps.store;
  const ticket = await ticketOf(view, run);
  const project = await view.projects.get(ticket.projectId);
  if (!project) throw new NotFound('There is no such project.', { projectId: ticket.projectId });
  const documents = shownTo(run, await approvedDocuments(view, ticket));
  const remarks = await remarksOf(view, ticket);
  return {
    run: {
      id: run.id,
      attempt: run.attempt,
      kind: run.kind,
      role: run.role,
      phase: run.phase,
      round: run.round,
    },
    ticket: {
      name: ticketName(ticket.number),
      title: ticket.title,
      description: ticket.description,
      tainted: ticket.tainted,
    },
    task: await taskOf(view, run, documents, ticket.nameless ? 'criteria' : project.independent),
    documents: documents.map(({ id, kind, version, body }) => ({
      kind,
      version,
      markdown: renderDocument(settled(DocumentBody.parse({ kind, body }), documents, run)),
      remark: remarks.get(id) ?? null,
    })),
    previous: await previousOf(view, run, ticket),
    handedIn: await handedInBefore(view, run),
    feedback: run.feedback,
    failures: run.role === 'diagnostician' ? await failuresOf(view, ticket) : [],
    notes: isApart(run) ? [] : notesFor(run, await view.discoveries.list(ticket.id)),
    memories: await memoriesOf(deps, run, ticket),
    answers: await answersOf(view, run),
    decided: await decidedBefore(view, run),
    commands: run.check?.commands ?? ticket.commands ?? (await knownCommands(view, project)),
    ...(await knownOfBase(view, ticket)),
    nameless: ticket.nameless,
    network: project.network,
    limits: {
      ...(await limitsOf(deps, run, ticket)),
      ...(deps.checkSeconds && { checkSeconds: deps.checkSeconds }),
    },
    model: deps.model,
    source: await sourceOf(deps, run, ticket),
    check: run.check,
    checkBundles: await Promise.all(
      bundlesOf(run).map((bundle) => deps.blobs.presign('GET', bundle, presignSeconds)),
    ),
    journal: await journalOf(view, run),
    checkpoint: await checkpointOf(deps, run),
    replayed: deps.upstream.replayed,
  };
}

async function limitsOf({ store, model }: GatewayDeps, run: Run, { id }: Ticket): Promise<Limits> {
  const balance = await store.view.ledger.balance(id);
  return limitsFor(run.role, model, { limit: balance.limit, free: remaining(balance) });
}

/** A verifier is to hear what is asked for, and nothing of how its author was told to do it. */
function shownTo(run: Run, documents: readonly DocumentRow[]): DocumentRow[] {
  const blind = isVerifier(run);
  return documents.filter((row) => !blind || row.kind !== 'plan');
}

/** The approved documents in order of the road. */
async function approvedDocuments(view: View, ticket: Ticket): Promise<DocumentRow[]> {
  const rows = await Promise.all(
    DocumentKind.options.map((kind) => {
      const approved = ticket.approved[kind];
      return approved ? view.documents.get(approved.documentId) : null;
    }),
  );
  return rows.filter((row) => row !== null);
}

/**
 * Without what is told elsewhere in the brief: what the explorer would have asked, the requirements have decided, and its
 * commands are the project's by then. Two wordings of one thing invite to weigh them.
 */
function settled(body: DocumentBody, all: readonly DocumentRow[], { phase }: Run): DocumentBody {
  if (body.kind !== 'exploration') return body;
  const decided = all.some(({ kind }) => kind === 'requirements');
  return {
    kind: body.kind,
    body: {
      ...body.body,
      ...(decided && { questions: [] }),
      ...(phase === 'execution' && { commands: {} }),
    },
  };
}

/** What people said when they approved a document: it is meant for whoever builds on it. */
async function remarksOf(view: View, ticket: Ticket): Promise<ReadonlyMap<string, string>> {
  const gates = await view.gates.list(ticket.id);
  return new Map(
    gates.flatMap(({ documentId, tamper, state }) =>
      tamper === null && state.status === 'approved' && state.comment?.trim()
        ? [[documentId, state.comment]]
        : [],
    ),
  );
}

/** Another round of a builder begins with what the one before said of its work, also where that is merged already. */
async function handedInBefore(view: View, run: Run): Promise<RunBrief['handedIn']> {
  if (run.role !== 'builder' || run.taskId === null) return null;
  if (run.round === 1 && run.feedback === null) return null;
  const merged = run.round === 1 ? leftWork(await view.runs.list({ taskId: run.taskId }), new Set()) : null;
  const work = merged ?? (await earlierWork(view, run));
  return work && { summary: work.submission.summary, claims: work.submission.claims };
}

/** The task's work before this run; in the first round of a task that was re-opened what that left behind. */
async function earlierWork(view: View, run: Run): Promise<Work | null> {
  if (run.taskId === null) return null;
  const runs = await view.runs.list({ taskId: run.taskId });
  if (run.role !== 'builder' || run.round > 1) return latestWork(runs.filter(({ id }) => id !== run.id));
  if (run.feedback === null) return null;
  const entries = await view.merges.list(run.ticketId);
  return leftWork(
    runs,
    new Set(entries.flatMap(({ runId, state }) => (state.status === 'merged' ? [runId] : []))),
  );
}

async function taskOf(
  view: View,
  run: Run,
  documents: readonly DocumentRow[],
  policy: IndependentPolicy,
): Promise<RunBrief['task']> {
  const task = run.taskId === null ? null : await view.tasks.get(run.taskId);
  if (!task) return null;
  const { key, title, goal, writes, doneWhen } = task;
  const criteria = [
    ...criteriaOf(documents).filter(({ id }) => task.criteria.includes(id)),
    ...ownCriteria(task, await view.discoveries.list(run.ticketId)),
  ];
  // A later round goes on with the checkout of the first, which need not have what was done meanwhile.
  const runs = await view.runs.list({ taskId: task.id });
  const [first = run] = run.role === 'integrator' ? [] : thisGeneration(runs);
  const after = await doneBefore(view, task, first);
  const independent = askedOfOthers(policy, criteria).length > 0;
  const stands = mergedBefore(await view.merges.list(task.ticketId), task.id) !== null;
  // Those of work that never came to the branch are in nobody's way.
  const taken = stands ? testFiles(runs) : [];
  const known = { key, title, criteria, independent, taken, stands, asked: isRework(task.origin) && !stands };
  if (run.role !== 'verifier') return { ...known, goal, writes, doneWhen, after };
  const named = after.map((one) => ({ ...one, summary: '' }));
  return { ...known, goal: '', writes: [], doneWhen: '', after: named };
}

/** A reviewer's worth of words on each; the rest is in the code. */
const shownSummary = 1000;

/** What is in the checkout already: of what the task builds on in its author's words, of the rest by name. */
async function doneBefore(
  view: View,
  { ticketId, dependsOn }: Task,
  { createdAt }: Run,
): Promise<NonNullable<RunBrief['task']>['after']> {
  const tasks = await view.tasks.list(ticketId);
  const before = tasks.filter(
    ({ key, state }) => state.status === 'done' && (dependsOn.includes(key) || state.at <= createdAt),
  );
  return Promise.all(
    before.map(async ({ id, key, title }) => {
      if (!dependsOn.includes(key)) return { key, title, summary: '' };
      const work = latestWork(await view.runs.list({ taskId: id }));
      return { key, title, summary: (work?.submission.summary ?? '').slice(0, shownSummary) };
    }),
  );
}

function criteriaOf(documents: readonly DocumentRow[]): Criterion[] {
  const row = documents.find(({ kind }) => kind === 'requirements');
  const document = row && DocumentBody.parse({ kind: row.kind, body: row.body });
  if (document?.kind !== 'requirements') return [];
  return document.body.requirements.flatMap(({ criteria }) => criteria);
}

/** A check needs no advice; a verifier must not hear what the author has noted or remembered. */
const isApart = ({ kind, role }: Run) => kind === 'check' || role === 'verifier';

/** The newest version of what this phase writes: a run after the first improves on it. */
async function previousOf(view: View, run: Run, ticket: Ticket): Promise<RunBrief['previous']> {
  const phase = DocumentPhase.safeParse(run.phase);
  if (!phase.success || run.kind !== 'agent') return null;
  const row = await view.documents.latest(ticket.id, kindOfPhase[phase.data]);
  return row && { version: row.version, body: row.body };
}

async function memoriesOf(deps: GatewayDeps, run: Run, ticket: Ticket): Promise<RunBrief['memories']> {
  if (isApart(run)) return [];
  const task = run.taskId === null ? null : await deps.store.view.tasks.get(run.taskId);
  const text = task ? `${task.title}\n${task.goal}` : `${ticket.title}\n${ticket.description}`;
  const vector = await deps.embed.embed(text);
  const { memories, runs } = deps.store.view;
  const found = await memories.search(ticket.projectId, text, vector, deps.embed.model, preloadedMemories);
  const told = await Promise.all(
    found.map(async ({ kind, text, runId }) => {
      const by = runId === null ? null : await runs.get(runId);
      // What wrote this ticket's documents has said it there, and its builders change what it saw.
      return by?.ticketId === ticket.id && by.phase !== 'execution' ? [] : [{ kind, text }];
    }),
  );
  return told.flat();
}

/** Tasks shown to a diagnostic run; more would repeat the same cause. */
const shownFailures = 5;
/** Steps from the end of a journal; what came before led there. */
const shownSteps = 40;

async function failuresOf(view: View, ticket: Ticket): Promise<RunBrief['failures']> {
  const failed = (await view.tasks.list(ticket.id)).filter(({ state }) => state.status === 'failed');
  return Promise.all(
    failed.slice(0, shownFailures).map(async ({ id, key, title, state }) => {
      const [run] = (await view.runs.list({ taskId: id })).filter(({ kind }) => kind === 'agent');
      const last = run ? await view.journal.last(run.id) : 0;
      const steps = run ? await view.journal.list(run.id, Math.max(0, last - shownSteps), shownSteps) : [];
      const reason = 'reason' in state ? state.reason.slice(0, 4000) : '';
      return { task: key, title, reason, journal: journalExcerpt(steps) };
    }),
  );
}

/** What brings the works of a check: the branch that one joins before the work that builds on it; then their property tests. */
function bundlesOf({ check }: Run): string[] {
  const works = check?.works ?? [];
  // At the end all: what could not be merged is run beside the commit.
  const wanted = (taskId: string) => check?.purpose === 'final' || works.some((one) => one.taskId === taskId);
  const tests = (check?.proof?.properties ?? []).flatMap((plan) =>
    plan.type === 'written' && wanted(plan.taskId) ? [plan.tests.bundle] : [],
  );
  const keys = works.flatMap(({ merge }) => [...(merge.joins ? [merge.joins.bundle] : []), merge.bundle]);
  return [...new Set([...keys, ...tests])];
}

/** Bundles in the order in which each one's prerequisites are there. */
async function sourceOf(deps: GatewayDeps, run: Run, ticket: Ticket): Promise<RunBrief['source']> {
  if (ticket.baseBundle === null || ticket.baseCommit === null) {
    throw new IllegalTransition('The repository of the ticket was not copied yet.', { ticketId: ticket.id });
  }
  const bundles = [ticket.baseBundle, ...(ticket.branchBundle === null ? [] : [ticket.branchBundle])];
  return {
    bundles: await Promise.all(bundles.map((key) => deps.blobs.presign('GET', key, presignSeconds))),
    commit: run.baseCommit,
    base: ticket.baseCommit,
    merge: await mergeOf(deps, run),
  };
}

/** The work of the task so far: what an integrator merges, what a builder goes on with; for a verifier without its tests. */
async function mergeOf(deps: GatewayDeps, run: Run): Promise<{ bundle: string; tip: Sha } | null> {
  const verifies = isVerifier(run);
  if (!verifies && run.role !== 'integrator' && run.role !== 'builder') return null;
  const work = await earlierWork(deps.store.view, run);
  if (!work) return null;
  const handed = verifies ? work.submission.blind : work.submission;
  if (!handed) throw new IllegalTransition('There is no work without its tests.', { runId: run.id });
  const { bundle, tip } = handed;
  return { bundle: await deps.blobs.presign('GET', bundle, presignSeconds), tip };
}

/** What a new ticket can begin with: the commands of the newest ticket that proved some, and what people fixed. */
async function knownCommands(view: View, { id, commands }: Project): Promise<Commands> {
  const before = await view.tickets.list({ projectId: id, limit: shownTickets });
  return { ...before.find((ticket) => ticket.commands !== null)?.commands, ...commands };
}

/** Of the tickets before; what was proven longer ago is found out anew. */
const shownTickets = 20;

async function journalOf(view: View, run: Run): Promise<Step[]> {
  const steps: Step[] = [];
  for (;;) {
    const page = await view.journal.list(run.id, steps.at(-1)?.seq ?? 0, journalPage);
    steps.push(...page);
    if (page.length < journalPage) return steps;
  }
}

async function checkpointOf(deps: GatewayDeps, run: Run): Promise<RunBrief['checkpoint']> {
  const checkpoint = await deps.store.view.notes.latestCheckpoint(run.id);
  if (!checkpoint) return null;
  const { seq, commit, bundle } = checkpoint;
  return { seq, commit, bundle: await deps.blobs.presign('GET', bundle, presignSeconds) };
}
