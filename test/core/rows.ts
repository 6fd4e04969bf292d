/** Rows of the domain for tests: a small, valid one of each kind, with what a test is about laid over it. */
import { type Gate, gateLifetimeDays } from '#core/gate/gate.ts';
import { GateId, type IdKind, type IdOf, ids, RunId, TaskId, TicketId } from '#core/id.ts';
import { defaultGates } from '#core/project/project.ts';
import type { Run } from '#core/run/run.ts';
import { type Task, TaskKey } from '#core/task/task.ts';
import { Ticket } from '#core/ticket/ticket.ts';

/** An id of the kind that is the same for the same number. */
export function idOf<K extends IdKind>(kind: K, number = 1): IdOf<K> {
  // The compiler does not see that the schema under K gives the id of K.
  return ids[kind].parse(`${kind}_${String(number).padStart(26, '0')}`) as IdOf<K>;
}

/** An instant, by minutes after a fixed one. */
export function minute(minutes: number): string {
  return new Date(Date.UTC(2026, 0, 5, 9) + minutes * 60_000).toISOString();
}

/** A commit by one hex digit. */
export const sha = (digit: string) => digit.repeat(40);
/** A digest by one hex digit. */
export const digest = (digit: string) => digit.repeat(64);

export function ticketRow(over: Partial<Ticket> = {}): Ticket {
  return Ticket.parse({
    id: idOf('ticket'),
    number: 1,
    projectId: idOf('project'),
    title: 'Coupons in the cart',
    description: '',
    phase: 'explore',
    status: 'running',
    waitingFor: null,
    ceremony: null,
    gates: defaultGates,
    tainted: false,
    branch: 'omoi/TKT-1-coupons-in-the-cart',
    baseCommit: null,
    headCommit: null,
    baseBundle: null,
    branchBundle: null,
    commands: null,
    verification: 'unknown',
    approved: {},
    reason: null,
    executionToken: null,
    hold: null,
    source: null,
    reopened: 0,
    version: 0,
    createdAt: minute(0),
    updatedAt: minute(0),
    ...over,
  });
}

export function taskRow(number: number, over: Partial<Task> = {}): Task {
  return {
    id: TaskId.parse(idOf('task', number)),
    ticketId: TicketId.parse(idOf('ticket')),
    key: TaskKey.parse(`T${number}`),
    title: `Task ${number}`,
    goal: '',
    dependsOn: [],
    criteria: [],
    writes: [`src/part${number}/**`],
    estimateMinutes: 30,
    priority: 0,
    doneWhen: '',
    state: { status: 'pending' },
    generation: 0,
    round: 0,
    feedback: null,
    origin: 'plan',
    version: 0,
    createdAt: minute(0),
    ...over,
  };
}

export function runRow(over: Partial<Run> = {}): Run {
  return {
    id: RunId.parse(idOf('run')),
    ticketId: TicketId.parse(idOf('ticket')),
    taskId: null,
    phase: 'explore',
    kind: 'agent',
    role: 'explorer',
    round: 1,
    attempt: 1,
    lost: 0,
    state: { status: 'requested', at: minute(0) },
    baseCommit: sha('a'),
    feedback: null,
    check: null,
    token: null,
    sandbox: null,
    turns: 0,
    version: 0,
    createdAt: minute(0),
    ...over,
  };
}

export function gateRow(over: Partial<Gate> = {}): Gate {
  return {
    id: GateId.parse(idOf('gate')),
    ticketId: TicketId.parse(idOf('ticket')),
    phase: 'requirements',
    documentId: idOf('document'),
    documentHash: digest('b'),
    state: { status: 'open' },
    token: 'secret-gate-token',
    discoveryId: null,
    tamper: null,
    forecast: { p50Micros: 1, p90Micros: 2, basis: 'prior' },
    openedAt: minute(0),
    expiresAt: minute(gateLifetimeDays * 24 * 60),
    version: 0,
    ...over,
  };
}
