/** Rows to store: complete, valid, each with a field or two to change. */
import { newId, sha256 } from '#adapters/ids/ids.ts';
import type { DomainEvent } from '#core/events/catalogue.ts';
import type { PullRows } from '#core/forge/ports.ts';
import type { Gate } from '#core/gate/gate.ts';
import type { DocumentId, ProjectId, RunId, TicketId } from '#core/id.ts';
import { defaultGates, type Project } from '#core/project/project.ts';
import type { Run } from '#core/run/run.ts';
import type { Step } from '#core/run/step.ts';
import type { Store } from '#core/store.ts';
import type { Task } from '#core/task/task.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import type { Evidence } from '#core/verify/ports.ts';

export const at = '2026-11-22T10:00:00.123Z';
export const later = '2026-11-22T11:00:00.456Z';
export const sha = 'a'.repeat(40);

export function aProject(changes: Partial<Project> = {}): Project {
  return {
    id: newId('project'),
    name: 'library',
    repo: `/srv/${newId('event')}`,
    defaultBranch: null,
    commands: { setup: 'npm ci', test: 'npm test' },
    gates: defaultGates,
    ceremony: 'auto',
    budgetMicros: 10_000_000,
    network: 'registries',
    draft: 'unproven',
    independent: 'properties',
    protectedPaths: ['.github/**'],
    parallelTasks: 4,
    parallelProject: 16,
    trouble: null,
    version: 0,
    createdAt: at,
    ...changes,
  };
}

export function aTicket(projectId: ProjectId, number: number, changes: Partial<Ticket> = {}): Ticket {
  return {
    id: newId('ticket'),
    number,
    projectId,
    title: 'Fines for late books',
    description: 'With “quotes”, é and 漢字.',
    phase: 'explore',
    status: 'running',
    waitingFor: null,
    ceremony: null,
    gates: defaultGates,
    tainted: false,
    branch: `omoi/TKT-${number}`,
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
    nameless: true,
    version: 0,
    createdAt: at,
    updatedAt: at,
    ...changes,
  };
}

export function aDocument(ticketId: TicketId, changes: Partial<DocumentRow> = {}): DocumentRow {
  return {
    id: newId('document'),
    ticketId,
    kind: 'requirements',
    version: 1,
    hash: sha256('body'),
    body: { z: 1, a: ['two', null] },
    upstream: { exploration: sha256('exploration') },
    runId: null,
    createdAt: at,
    ...changes,
  };
}

export function aGate(ticketId: TicketId, documentId: DocumentId, changes: Partial<Gate> = {}): Gate {
  return {
    id: newId('gate'),
    ticketId,
    phase: 'requirements',
    documentId,
    documentHash: sha256('body'),
    state: { status: 'open' },
    token: 'token',
    discoveryId: null,
    tamper: null,
    forecast: { p50Micros: 1, p90Micros: 2, basis: 'prior' },
    openedAt: at,
    expiresAt: later,
    version: 0,
    ...changes,
  };
}

export function aTask(ticketId: TicketId, key: string, changes: Partial<Task> = {}): Task {
  return {
    id: newId('task'),
    ticketId,
    key,
    title: `Task ${key}`,
    goal: 'Do it.',
    dependsOn: [],
    criteria: ['REQ-1.1'],
    writes: ['src/**'],
    estimateMinutes: 30,
    priority: 0,
    doneWhen: 'Tests pass.',
    state: { status: 'pending' },
    generation: 0,
    round: 0,
    feedback: null,
    origin: 'plan',
    version: 0,
    createdAt: at,
    ...changes,
  };
}

export function aRun(ticketId: TicketId, changes: Partial<Run> = {}): Run {
  return {
    id: newId('run'),
    ticketId,
    taskId: null,
    phase: 'explore',
    kind: 'agent',
    role: 'explorer',
    round: 1,
    attempt: 1,
    lost: 0,
    state: { status: 'requested', at },
    baseCommit: sha,
    feedback: null,
    check: null,
    token: 'token',
    sandbox: null,
    turns: 0,
    version: 0,
    createdAt: at,
    ...changes,
  };
}

export function aStep(seq: number, text = 'hello'): Step {
  return { seq, attempt: 1, body: { kind: 'user', content: [{ type: 'text', text }] }, at };
}

export function anEvidence(ticketId: TicketId, runId: RunId): Evidence {
  return {
    id: newId('evidence'),
    ticketId,
    taskId: null,
    runId,
    attempt: 2,
    purpose: 'final',
    criteria: ['REQ-1.1', 'REQ-2.1'],
    commit: sha,
    name: 'test',
    command: 'npm test',
    exitCode: null,
    durationMs: 12.5,
    tests: { framework: 'vitest', run: 3, failed: 1, skipped: 0, failures: ['it breaks'] },
    logBlob: 'runs/x/1/log-test',
    logDigest: sha256('log'),
    verdict: 'failed',
    proof: {
      named: [{ task: 'T1', criterion: 'REQ-1.1', tests: [{ name: 'it breaks', outcome: 'failed' }] }],
      tamper: [],
      mutations: [],
      sandbox: 'Debian, x64, bubblewrap',
    },
    at,
  };
}

export function aPull(ticketId: TicketId): Parameters<PullRows['open']>[0] {
  return {
    number: null,
    url: null,
    id: newId('pull'),
    ticketId,
    title: 'Fines',
    body: 'Table',
    branch: 'omoi/TKT-1',
    into: 'main',
    baseCommit: sha,
    headCommit: 'b'.repeat(40),
    state: 'open',
    mergeCommit: null,
    draft: false,
    draftNote: null,
    draftBy: null,
    openedAt: at,
    version: 0,
  };
}

export function anEvent(projectId: ProjectId, ticketId: TicketId | null, subject = 'subject'): DomainEvent {
  return {
    id: newId('event'),
    type: 'project.updated.v1',
    projectId,
    ticketId,
    subject,
    occurredAt: at,
    actor: 'platform',
    correlationId: 'correlation',
    causationId: null,
    data: { name: 'library' },
  };
}

/** A project, a ticket and a run of it, stored. */
export interface Road {
  readonly project: Project;
  readonly ticket: Ticket;
  readonly run: Run;
}

export async function aStoredRoad(store: Store): Promise<Road> {
  const project = aProject();
  return await store.transaction(async (tx) => {
    const ticket = aTicket(project.id, await tx.tickets.nextNumber());
    const run = aRun(ticket.id);
    await tx.projects.insert(project);
    await tx.tickets.insert(ticket);
    await tx.runs.insert(run);
    return { project, ticket, run };
  });
}
