/** The API as a client meets it: the real app on the real store, asked over HTTP, with a clock that the test moves. */
import { deepStrictEqual as deepEqual } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileApiKeys } from '#adapters/files/api-keys.ts';
import { newId, newSecret, sha256 } from '#adapters/ids/ids.ts';
import { memoryAgents } from '#adapters/memory/agents.ts';
import type { Agents } from '#core/agent/ports.ts';
import { type RouteName, routes } from '#core/api/routes.ts';
import { Problem } from '#core/api/views.ts';
import { NotFound } from '#core/errors.ts';
import type { RunId } from '#core/id.ts';
import { NetworkPolicy } from '#core/project/project.ts';
import type { Store, Tx } from '#core/store.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { createApi } from '#functions/api/app.ts';
import type { Answer, GitHubSetup, Route } from '#functions/api/request.ts';
import { gateRow, minute, runRow } from '#test/core/rows.ts';
import { type FakeForge, fakeForge } from '#test/support/forge.ts';
import { type FakeConnection, fakeConnection } from '#test/support/github/connection.ts';
import { emptied, openTestStore } from '#test/support/store.ts';

/** What a test sends beside the route's name. */
export interface Ask {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  readonly key?: string;
  readonly as?: string;
}

export interface FrontDoor {
  readonly agents: Agents;
  readonly store: Store;
  readonly forge: FakeForge;
  readonly github: FakeConnection;
  readonly blobs: Map<string, string>;
  readonly logged: unknown[];
  /** What must be mended before a ticket is accepted. */
  readonly obstacles: string[];
  /** Policies of projects that there are networks for. */
  readonly networks: NetworkPolicy[];
  now: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Asks a route; the raw response. */
  ask(name: RouteName, ask?: Ask): Promise<Response>;
  /** Asks a route that must succeed; its answer, which is exactly what the route's own schema says. */
  ok<N extends RouteName>(name: N, ask?: Ask): Promise<Answer<N>>;
  /** Asks a route that must be refused; the problem document. */
  refused(name: RouteName, ask?: Ask): Promise<Problem>;
  write<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  /** Empties store, forge and log for the next test: a store of its own would cost each a second. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const table: { readonly [N in RouteName]: Route<N> } = routes;

const unused = async () => {
  throw new Error('The API does not do this.');
};

export async function openFrontDoor(
  over: { readonly store?: (store: Store) => Store; readonly github?: Partial<GitHubSetup> } = {},
): Promise<FrontDoor> {
  const opened = await openTestStore({ clock: () => door.now });
  const store = over.store ? over.store(opened.store) : opened.store;
  const forge = fakeForge();
  const blobs = new Map<string, string>();
  const logged: unknown[] = [];
  const github = fakeConnection();
  const gitHubSetup = {
    ...{ connection: github, apiUrl: 'https://api.github.com', anyServer: true, webhookUrl: null, newSecret },
    ...over.github,
  };
  const folder = await mkdtemp(join(tmpdir(), 'omoi-door-'));
  const agents = memoryAgents();
  const networks = [...NetworkPolicy.options];
  const keys = fileApiKeys(join(folder, 'api-keys.json'));
  const app = createApi({
    store,
    forge,
    github: gitHubSetup,
    ...{ keys, agents },
    blobs: {
      put: unused,
      size: unused,
      presign: unused,
      get: async (key) => {
        const text = blobs.get(key);
        if (text === undefined) throw new NotFound('There is no such blob.');
        return new TextEncoder().encode(text);
      },
    },
    clock: () => door.now,
    newId,
    digest: sha256,
    obstacles: async () => door.obstacles,
    networks,
    health: async () => ({
      version: '1.2.3',
      model: { name: 'replay: demo', replayed: true },
      sandbox: { kind: 'process', degraded: false, reason: null },
      warnings: [],
    }),
    transitions: async () => [],
    version: '1.2.3',
    actor: (context) => context.req.header('x-test-person') ?? 'Ada',
    log: (error) => logged.push(error),
  });
  const door: FrontDoor = {
    ...{ store, agents },
    forge,
    github,
    blobs,
    logged,
    ...{ obstacles: [], networks },
    now: minute(0),
    fetch: async (path, init) => app.request(path, init),
    ask: async (name, ask = {}) => app.request(pathOf(name, ask), requestOf(name, ask)),
    ok: async (name, ask) => {
      const response = await door.ask(name, ask);
      const text = await response.text();
      if (!response.ok) throw new Error(`${name}: ${response.status} ${text}`);
      const body: unknown = name === 'getEvidenceLog' ? text : JSON.parse(text);
      const answer = table[name].answer.parse(body);
      // A column that a row got and its view did not must not reach a client.
      deepEqual(answer, body, `${name}: answers what its schema does not say`);
      return answer;
    },
    refused: async (name, ask) => {
      const response = await door.ask(name, ask);
      const problem = Problem.parse(await response.json());
      if (problem.status !== response.status || response.ok)
        throw new Error(`${name}: status ${response.status}, the problem says ${problem.status}`);
      return problem;
    },
    write: (fn) => opened.store.transaction(fn),
    clear: async () => {
      await emptied(opened.database);
      blobs.clear();
      await rm(join(folder, 'api-keys.json'), { force: true });
      github.grants.length = 0;
      github.farewells.length = 0;
      forge.repos.clear();
      forge.repos.set('/srv/shop', { branch: 'main', commit: 'a'.repeat(40) });
      forge.merged.length = 0;
      forge.refusal = null;
      door.obstacles.length = 0;
      networks.splice(0, networks.length, ...NetworkPolicy.options);
      logged.length = 0;
      door.now = minute(0);
    },
    close: async () => {
      await opened.close();
      await rm(folder, { recursive: true });
    },
  };
  return door;
}

function pathOf(name: RouteName, { params = {}, query = {} }: Ask): string {
  const path = routes[name].path.replaceAll(/:(\w+)/g, (_, param) => String(params[param] ?? 'missing'));
  const search = new URLSearchParams(
    Object.entries(query).map(([field, value]): [string, string] => [field, String(value)]),
  );
  return search.size === 0 ? path : `${path}?${search}`;
}

function requestOf(name: RouteName, { body, key, as }: Ask): RequestInit {
  return {
    method: routes[name].method.toUpperCase(),
    headers: {
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(as === undefined ? {} : { 'x-test-person': as }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
}

/** A connected project. */
export function connected(door: FrontDoor) {
  return door.ok('connectProject', { body: { name: 'Shop', repo: '/srv/shop' } });
}

/** A submitted ticket of the first project (connected when there is none), as its row. */
export async function submitted(
  door: FrontDoor,
  body: Readonly<Record<string, unknown>> = {},
): Promise<Ticket> {
  const project = (await door.ok('listProjects')).items[0] ?? (await connected(door));
  const view = await door.ok('submitTicket', {
    body: { projectId: project.id, title: 'Coupons', ...body },
  });
  const ticket = await door.store.view.tickets.get(view.id);
  if (!ticket) throw new Error('The ticket was not stored.');
  return ticket;
}

/** A run of the ticket that is held for a reason, with the token that waits for its release. */
export async function held(
  door: FrontDoor,
  ticket: Ticket,
  reason: 'question' | 'paused' | 'budget',
  token = `held-${reason}-token`,
): Promise<RunId> {
  const id = newId('run');
  const state = { status: 'held' as const, reason, at: door.now, startedAt: null };
  await door.write((tx) => tx.runs.insert(runRow({ id, ticketId: ticket.id, state, token })));
  return id;
}

/** The ticket, held by the forge at a step that waits for this token. */
export async function heldByForge(door: FrontDoor, ticket: Ticket, status: 'waiting' | 'paused' = 'waiting') {
  const hold = { why: 'GitHub is not connected.', at: door.now, token: `forge-${ticket.id}` };
  const waitingFor = status === 'waiting' ? 'forge' : null;
  await door.write((tx) => tx.tickets.update({ ...ticket, status, waitingFor, hold }));
  return hold.token;
}

/** A question of a run. */
export async function asked(door: FrontDoor, ticket: Ticket, runId: RunId) {
  const id = newId('question');
  const question = {
    id,
    runId,
    ticketId: ticket.id,
    text: 'Which currency?',
    options: ['EUR'],
    answer: null,
  };
  await door.write((tx) => tx.notes.insertQuestion({ ...question, askedAt: door.now }));
  return id;
}

/** A requirements document with an open gate on it, for which the ticket waits. */
export async function gated(door: FrontDoor, ticket: Ticket, body: unknown) {
  const text = JSON.stringify(body);
  const hash = sha256(text);
  const documentId = newId('document');
  const gate = gateRow({
    id: newId('gate'),
    ticketId: ticket.id,
    documentId,
    documentHash: hash,
    openedAt: door.now,
  });
  await door.write(async (tx) => {
    const version = ((await tx.documents.latest(ticket.id, 'requirements'))?.version ?? 0) + 1;
    const row = { id: documentId, ticketId: ticket.id, kind: 'requirements' as const, version, hash, body };
    await tx.documents.insert({ ...row, upstream: {}, runId: null, createdAt: door.now });
    await tx.gates.insert(gate);
    const current = await tx.tickets.get(ticket.id);
    if (current) await tx.tickets.update({ ...current, status: 'waiting', waitingFor: 'gate' });
  });
  return gate;
}

/** The types of the ticket's events, in order. */
export async function told(door: FrontDoor, ticket: Ticket): Promise<string[]> {
  return (await door.store.view.outbox.list({ ticketId: ticket.id })).map(({ type }) => type);
}
