/** A gateway over a real store, with a ticket at work in it. */
import { hashedNgrams } from '#adapters/embeddings/hashed-ngrams.ts';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { memoryAgents } from '#adapters/memory/agents.ts';
import { createRunTokens } from '#adapters/tokens/run-tokens.ts';
import type { ModelUpstream } from '#core/agent/upstream.ts';
import type { Instant, Micros, RunId, TaskId, TicketId } from '#core/id.ts';
import { defaultGates, type Project } from '#core/project/project.ts';
import type { Run } from '#core/run/run.ts';
import type { Store } from '#core/store.ts';
import type { Task } from '#core/task/task.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { createGateway } from '#functions/gateway/app.ts';
import type { GatewayDeps } from '#functions/gateway/deps.ts';
import { createCassettePlayer } from './upstreams.ts';

export const start: Instant = '2026-03-01T09:00:00.000Z';
export const commit = (digit: string) => digit.repeat(40);
const secret = 'a secret of the tests that is long enough';
const tokens = createRunTokens(secret);

interface Options {
  readonly upstream?: ModelUpstream;
  readonly budgetMicros?: Micros;
  readonly ticket?: Partial<Ticket>;
  readonly run?: Partial<Run>;
  readonly task?: Partial<Task>;
}

export type Scene = Awaited<ReturnType<typeof openScene>>;

/** One project, ticket, task and run, requested and not yet claimed. */
export async function openScene(store: Store, options: Options = {}) {
  let now = start;
  const clock = () => now;
  const project = projectOf();
  const ticket: Ticket = {
    ...ticketOf(project, await store.transaction((tx) => tx.tickets.nextNumber())),
    ...options.ticket,
  };
  const task: Task = { ...taskOf(ticket.id), ...options.task };
  const run: Run = { ...runOf(ticket.id, task.id), ...options.run };
  await store.transaction(async (tx) => {
    await tx.projects.insert(project);
    await tx.tickets.insert(ticket);
    await tx.tasks.insert(task);
    await tx.ledger.open(ticket.id, options.budgetMicros ?? 10_000_000);
    await tx.runs.insert(run);
  });
  const blobs = new Map<string, Uint8Array>();
  const beats: string[] = [];
  const agents = memoryAgents();
  const logged: string[] = [];
  const deps: GatewayDeps = {
    store,
    agents,
    blobs: {
      presign: async (verb, key) => `https://blobs.test/${key}?${verb}`,
      size: async (key) => blobs.get(key)?.length ?? null,
    },
    workflow: { heartbeat: async (token) => void beats.push(token) },
    upstream: options.upstream ?? createCassettePlayer([]),
    tokens,
    clock,
    newId,
    digest: sha256,
    model: 'claude-sonnet-5-5',
    embed: hashedNgrams,
    log: (level, message, data) => void logged.push(JSON.stringify({ level, message, data })),
  };
  const app = createGateway(deps);
  const tokenOf = (attempt = 1, runId: RunId = run.id) =>
    tokens.sign({ runId, attempt, expiresAt: '2026-03-02T09:00:00.000Z' });
  const request = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) =>
    app.request(path, {
      method,
      headers: { authorization: `Bearer ${await tokenOf()}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    app,
    store,
    project,
    ticket,
    task,
    run,
    blobs,
    beats,
    agents,
    logged,
    tokenOf,
    request,
    /** The app of a process that was started anew: nothing in its memory. */
    restarted: () => createGateway(deps),
    get: (path: string) => request('GET', path),
    post: (path: string, body: unknown, headers?: Record<string, string>) =>
      request('POST', path, body, headers),
    as: async (attempt: number) => ({ authorization: `Bearer ${await tokenOf(attempt)}` }),
    setTime: (at: Instant) => {
      now = at;
    },
    /** The types of the ticket's events so far, in order. */
    events: async () => (await store.view.outbox.list({ ticketId: ticket.id })).map(({ type }) => type),
    upload: (name: string) => {
      const key = `runs/${run.id}/1/${name}`;
      blobs.set(key, new Uint8Array(3));
      return key;
    },
  };
}

function projectOf(): Project {
  return {
    id: newId('project'),
    name: 'library',
    repo: `/repos/${newId('project')}`,
    defaultBranch: 'main',
    commands: { test: 'npm test' },
    gates: defaultGates,
    ceremony: 'auto',
    budgetMicros: 10_000_000,
    network: 'registries',
    draft: 'unproven',
    independent: 'properties',
    protectedPaths: [],
    parallelTasks: 4,
    parallelProject: 16,
    trouble: null,
    version: 0,
    createdAt: start,
  };
}

function ticketOf(project: Project, number: number): Ticket {
  return {
    id: newId('ticket'),
    number,
    projectId: project.id,
    title: 'Members can put holds on books',
    description: 'A member waits in line for a book that is lent out.',
    phase: 'execution',
    status: 'running',
    waitingFor: null,
    ceremony: 'full',
    gates: defaultGates,
    tainted: false,
    branch: `omoi/TKT-${number}-holds`,
    baseCommit: commit('a'),
    headCommit: commit('a'),
    baseBundle: `projects/${project.id}/base/${commit('a')}.bundle`,
    branchBundle: null,
    commands: null,
    verification: 'verified',
    nameless: false,
    approved: {},
    reason: null,
    executionToken: null,
    hold: null,
    source: null,
    reopened: 0,
    version: 0,
    createdAt: start,
    updatedAt: start,
  };
}

function taskOf(ticketId: TicketId): Task {
  return {
    id: newId('task'),
    ticketId,
    key: 'T1',
    title: 'Holds in a file',
    goal: 'Keep holds.',
    dependsOn: [],
    criteria: ['REQ-1.1'],
    writes: ['src/**'],
    estimateMinutes: 30,
    priority: 0,
    doneWhen: 'The tests pass.',
    state: { status: 'running', since: start },
    generation: 1,
    round: 1,
    feedback: null,
    origin: 'plan',
    version: 0,
    createdAt: start,
  };
}

export function runOf(ticketId: TicketId, taskId: TaskId | null): Run {
  return {
    id: newId('run'),
    ticketId,
    taskId,
    phase: 'execution',
    kind: 'agent',
    role: 'builder',
    round: 1,
    attempt: 1,
    lost: 0,
    state: { status: 'requested', at: start },
    baseCommit: commit('a'),
    feedback: null,
    check: null,
    token: 'workflow-token',
    sandbox: null,
    turns: 0,
    version: 0,
    createdAt: start,
  };
}
