/**
 * A person changes requirements after they were approved: what that does to everything built on them, as one list of
 * row changes and events that the caller writes in one transaction. What does not depend on the change is not touched.
 */
import type { z } from 'zod';
import { IllegalTransition, InvalidInput } from '../errors.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import { eventOf, type Telling } from '../events/event.ts';
import { decideGate, type Gate, subjectOf } from '../gate/gate.ts';
import type { Digest, DocumentId, Instant, NewId } from '../id.ts';
import { aboutRun, decideRun, type Run } from '../run/run.ts';
import { Design } from '../spec/design.ts';
import { contentHash, upstreamOfKind } from '../spec/document.ts';
import { evaluateRequirements } from '../spec/evaluate.ts';
import { TaskPlan } from '../spec/plan.ts';
import { Requirements } from '../spec/requirements.ts';
import { changesInWords, type Impact, impact, rebase } from '../spec/revise.ts';
import { taskExecution } from '../task/execution.ts';
import { newTask, nextNumber } from '../task/plan.ts';
import { decideTask, type Task } from '../task/task.ts';
import { decideTicket, evolveTicket } from './decide.ts';
import type { DocumentRow } from './ports.ts';
import type { DocumentKind, Ticket } from './ticket.ts';

/** Everything of the ticket as it stands. `documents`: all versions. */
export interface Standing {
  readonly ticket: Ticket;
  readonly documents: readonly DocumentRow[];
  readonly tasks: readonly Task[];
  readonly gates: readonly Gate[];
  /** All runs of the ticket, or at least those that have not ended. */
  readonly runs: readonly Run[];
}

/** Who changes, when, and the ports that the core lacks. */
export interface Reviser {
  readonly by: string;
  readonly at: Instant;
  readonly newId: NewId;
  readonly digest: (text: string) => Digest;
  /** How a task that new criteria get is to be; unless told, it runs alone and nobody found it. */
  readonly homeless?: Pick<Task, 'origin' | 'writes' | 'dependsOn' | 'estimateMinutes'>;
  /** The version that was decided about; it is taken where it says the very same. */
  readonly draft?: DocumentId;
}

/** What to write. `tasks`, `gates` and `runs` hold only rows that changed (compare-and-set); `added` is to be inserted. */
export interface Revision {
  readonly impact: Impact;
  readonly ticket: Ticket;
  /** New versions to insert: the requirements first, then the plan where it moved. */
  readonly documents: readonly DocumentRow[];
  readonly tasks: readonly Task[];
  readonly added: readonly Task[];
  readonly gates: readonly Gate[];
  readonly runs: readonly Run[];
  readonly events: readonly DomainEvent[];
}

interface Desk extends Standing, Reviser {
  readonly telling: Telling;
}

/**
 * Plans the change to `after`. Throws `IllegalTransition` when no requirements are approved or the ticket is over, and
 * `InvalidInput` with `data.issues` when the new requirements break a rule.
 */
export function reviseRequirements(standing: Standing, after: Requirements, reviser: Reviser): Revision {
  const { ticket } = standing;
  const { by: actor, at, newId } = reviser;
  const telling = { newId, projectId: ticket.projectId, ticketId: ticket.id, actor, at };
  const desk: Desk = { ...standing, ...reviser, telling };
  const before = approvedBody(desk, 'requirements', Requirements);
  if (!before)
    throw new IllegalTransition('There are no approved requirements to change yet.', { ticketId: ticket.id });
  refuseBroken(desk, before, after);
  const plan = approvedBody(desk, 'plan', TaskPlan);
  const design = approvedBody(desk, 'design', Design);
  const effect = impact(before, after, design, plan);
  const fitted = plan && refit(desk, plan, before, after);
  const requirementsRow = versionOf(desk, 'requirements', after, ticket.approved);
  const approved = {
    ...ticket.approved,
    requirements: { documentId: requirementsRow.id, hash: requirementsRow.hash },
  };
  const planRow = fitted && versionOf(desk, 'plan', fitted, approved);
  const documents = planRow ? [requirementsRow, planRow] : [requirementsRow];
  const { tasks, added, opened } = retask(desk, effect, fitted, changesInWords(before, after));
  const { runs, runEvents } = endRuns(desk, opened);
  const { gates, gateEvents } = supersede(desk);
  return {
    impact: effect,
    ticket: approveAll(desk, documents),
    documents: documents.filter((row) => !standing.documents.includes(row)),
    tasks,
    added,
    gates,
    runs,
    events: [
      ...documents.flatMap((row) => written(desk, row)),
      ...gateEvents,
      ...runEvents,
      ...added.map((task) =>
        eventOf(telling, task.id, 'task.planned.v1', { taskId: task.id, key: task.key, title: task.title }),
      ),
      ...opened.map((task) =>
        eventOf(telling, task.id, 'task.reopened.v1', {
          taskId: task.id,
          key: task.key,
          why: `${effect.requirements.join(', ')} changed`,
          execution: task.generation > 0 ? taskExecution(task) : null,
        }),
      ),
      eventOf(telling, ticket.id, 'ticket.requirement_changed.v1', {
        requirement: effect.requirements.join(', '),
        reopened: opened.map(({ key }) => key),
        by: actor,
      }),
    ],
  };
}

function approvedBody<T>(
  { ticket, documents }: Standing,
  kind: DocumentKind,
  schema: z.ZodType<T>,
): T | undefined {
  const row = documents.find(({ id }) => id === ticket.approved[kind]?.documentId);
  return row && schema.parse(row.body);
}

function refuseBroken(desk: Desk, before: Requirements, after: Requirements): void {
  const approved = hashes(desk.ticket.approved);
  const upstream = upstreamFor('requirements', desk.ticket.approved);
  const verdict = evaluateRequirements({
    document: after,
    previous: before,
    ticket: { title: desk.ticket.title, description: desk.ticket.description },
    upstream,
    approved,
  });
  if (verdict.blockers.length === 0) return;
  throw new InvalidInput(`The change breaks a rule: ${verdict.blockers[0]?.message}.`, {
    issues: verdict.blockers.map(({ at, message, code }) => ({ path: at, message, code })),
  });
}

/** The plan on the new requirements; criteria that no task can take get a task of their own, which runs alone. */
function refit(desk: Desk, plan: TaskPlan, before: Requirements, after: Requirements): TaskPlan {
  const rebased = rebase(plan, before, after);
  const homeless = after.requirements
    .map((requirement) => ({
      requirement,
      ids: requirement.criteria.map(({ id }) => id).filter((id) => rebased.unplaced.includes(id)),
    }))
    .filter(({ ids }) => ids.length > 0);
  // Discovered tasks have keys that the plan does not know.
  const next = nextNumber([...plan.tasks, ...desk.tasks]);
  const { writes = ['**'], dependsOn = [], estimateMinutes = 60 } = desk.homeless ?? {};
  return TaskPlan.parse({
    tasks: [
      ...rebased.plan.tasks,
      ...homeless.map(({ requirement, ids }, index) => ({
        key: `T${next + index}`,
        title: requirement.title,
        goal: requirement.text,
        criteria: ids,
        // Where nobody has said where it belongs, nothing may run beside it.
        ...{ writes, dependsOn, estimateMinutes },
        doneWhen: 'Every criterion of this task is checked and the tests of the repository pass.',
      })),
    ],
  });
}

function hashes(approved: Ticket['approved']): Partial<Record<DocumentKind, Digest>> {
  return Object.fromEntries(Object.entries(approved).map(([kind, { hash }]) => [kind, hash]));
}

function upstreamFor(
  kind: DocumentKind,
  approved: Ticket['approved'],
): Partial<Record<DocumentKind, Digest>> {
  const above: readonly DocumentKind[] = upstreamOfKind[kind];
  const all = hashes(approved);
  return Object.fromEntries(
    above.flatMap((other) => (all[other] === undefined ? [] : [[other, all[other]]])),
  );
}

function versionOf(
  desk: Desk,
  kind: 'requirements' | 'plan',
  body: Requirements | TaskPlan,
  approved: Ticket['approved'],
): DocumentRow {
  const versions = desk.documents.filter((row) => row.kind === kind).map(({ version }) => version);
  const hash = contentHash(body, desk.digest);
  const draft = desk.documents.find((row) => row.id === desk.draft && row.kind === kind && row.hash === hash);
  if (draft) return draft;
  return {
    id: desk.newId('document'),
    ticketId: desk.ticket.id,
    kind,
    version: Math.max(0, ...versions) + 1,
    hash,
    body,
    upstream: upstreamFor(kind, approved),
    runId: null,
    createdAt: desk.at,
  };
}

function retask(desk: Desk, effect: Impact, plan: TaskPlan | undefined, changes: readonly string[]) {
  const claims = new Map<string, readonly string[]>(plan?.tasks.map(({ key, criteria }) => [key, criteria]));
  const stale = new Set<string>(effect.tasks);
  const why =
    `The requirements changed (${effect.requirements.join(', ')}). Bring the work in line with them.\n${changes.join('\n')}`.trim();
  // What has not begun reads the new requirements when it does.
  const untouched = ['pending', 'ready', 'cancelled'];
  const opened = desk.tasks.filter((task) => stale.has(task.key) && !untouched.includes(task.state.status));
  const tasks = desk.tasks.flatMap((task) => {
    const criteria = [...(claims.get(task.key) ?? task.criteria)];
    if (opened.includes(task))
      return [{ ...decideTask(task, { type: 'reopen', feedback: why }, desk.at), criteria }];
    return criteria.join() === task.criteria.join() ? [] : [{ ...task, criteria }];
  });
  const known = new Set<string>(desk.tasks.map(({ key }) => key));
  // Before the plan's gate was passed there are no rows at all; they come with its approval.
  const fresh = known.size === 0 ? [] : (plan?.tasks.filter(({ key }) => !known.has(key)) ?? []);
  return { tasks, opened, added: fresh.map((task) => taskOf(desk, task)) };
}

function taskOf(desk: Desk, task: TaskPlan['tasks'][number]): Task {
  return newTask(task, {
    id: desk.newId('task'),
    ticketId: desk.ticket.id,
    origin: desk.homeless?.origin ?? 'revision',
    at: desk.at,
  });
}

function endRuns(desk: Desk, opened: readonly Task[]) {
  const stale = new Set<string>(opened.map(({ id }) => id));
  const live = desk.runs.filter(
    (run) => run.taskId !== null && stale.has(run.taskId) && run.state.status !== 'ended',
  );
  const message = 'The requirements changed under it; its task starts again.';
  const runs = live.map((run) =>
    decideRun(run, { type: 'end', outcome: { type: 'failed', reason: 'cancelled', message } }, desk.at),
  );
  const runEvents = runs.map((run) =>
    eventOf(desk.telling, run.id, 'run.ended.v1', {
      ...{ ...aboutRun(run), message },
      outcome: 'failed',
      reason: 'cancelled',
      // Its execution is stopped, so nobody waits for an answer.
      token: null,
    }),
  );
  return { runs, runEvents };
}

/** Whatever waits for a decision was written from the old requirements: it is evaluated again. */
function supersede(desk: Desk) {
  const open = desk.gates.filter((gate) => gate.phase !== 'explore' && gate.state.status === 'open');
  const gates = open.map((gate) => ({ ...gate, state: decideGate(gate, { type: 'supersede' }, desk.at) }));
  const gateEvents = gates.map((gate) =>
    eventOf(desk.telling, gate.id, 'gate.decided.v1', {
      ...{ gateId: gate.id, phase: gate.phase, token: gate.token, by: desk.by },
      about: subjectOf(gate),
      decision: 'superseded',
      comment: 'The requirements changed.',
    }),
  );
  return { gates, gateEvents };
}

function approveAll({ ticket, at }: Desk, documents: readonly DocumentRow[]): Ticket {
  return documents.reduce((state, { kind, id, hash }) => {
    const facts = decideTicket(state, { type: 'approve', kind, documentId: id, hash });
    return facts.reduce((next, fact) => evolveTicket(next, fact, at), state);
  }, ticket);
}

function written({ telling, by, documents }: Desk, row: DocumentRow): DomainEvent[] {
  const { id, kind, version, hash } = row;
  const news = documents.includes(row)
    ? []
    : [eventOf(telling, id, 'document.written.v1', { documentId: id, kind, version, hash })];
  return [...news, eventOf(telling, id, 'document.approved.v1', { documentId: id, kind, hash, by })];
}
