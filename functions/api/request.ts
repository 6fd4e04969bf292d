/** What a handler of the API gets: parsed input, who asks, and one way to write. */
import type { z } from 'zod';
import type { Agents } from '#core/agent/ports.ts';
import type { RouteName, routes } from '#core/api/routes.ts';
import type { HealthView, TransitionView } from '#core/api/views.ts';
import { type EventData, type EventType, parseEvent } from '#core/events/catalogue.ts';
import type { GitHubConnection } from '#core/forge/connection.ts';
import type { Forge } from '#core/forge/ports.ts';
import type { Clock, Digest, NewId, ProjectId, TicketId } from '#core/id.ts';
import type { KeyDesk } from '#core/key/calls.ts';
import type { NetworkPolicy } from '#core/project/project.ts';
import type { Store, Tx } from '#core/store.ts';
import type { Blobs } from '#core/verify/ports.ts';

/** Connecting GitHub, as far as the API has a part in it: it holds no credential. */
export interface GitHubSetup {
  readonly connection: GitHubConnection;
  /** The configured REST API. */
  readonly apiUrl: string;
  /** Whether a person may name another GitHub Enterprise Server. */
  readonly anyServer: boolean;
  /** Where GitHub's webhooks arrive; null where GitHub cannot reach us. */
  readonly webhookUrl: string | null;
  /** A text that nobody can guess. */
  readonly newSecret: () => string;
}

/** What the API is built on. */
export interface ApiDeps {
  readonly store: Store;
  readonly forge: Forge;
  readonly github: GitHubSetup;
  readonly keys: KeyDesk;
  readonly agents: Pick<Agents, 'list'>;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly digest: (text: string) => Digest;
  /** What must be mended before a ticket of this repository can be worked on, in sentences; also on the health page. */
  readonly obstacles: (repo: string) => Promise<readonly string[]>;
  /** Policies of projects that sandboxes can be started for here. */
  readonly networks: readonly NetworkPolicy[];
  /** Everything of the health page but the cursor and the networks. */
  readonly health: () => Promise<Omit<HealthView, 'cursor' | 'status' | 'networks'>>;
  /** Transitions of the ticket's executions, oldest first. */
  readonly transitions: (ticketId: TicketId) => Promise<TransitionView[]>;
}

type Routes = typeof routes;
/** What a route's query parses to. */
export type Query<N extends RouteName> = z.output<Routes[N]['query']>;
/** What a route's body parses to. */
export type Body<N extends RouteName> = z.output<Routes[N]['body']>;
/** What a handler may answer with; brands are checked where the row was parsed. */
export type Answer<N extends RouteName> = z.output<Routes[N]['answer']>;

/** A route with its schemas tied to its name, so that a table of routes and one of handlers can be walked together. */
export interface Route<N extends RouteName> {
  readonly method: 'get' | 'post' | 'patch';
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodType<Query<N>>;
  readonly body: z.ZodType<Body<N>>;
  readonly answer: z.ZodType<Answer<N>>;
}

/** One call of a route. */
export interface Call<N extends RouteName> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query<N>;
  readonly body: Body<N>;
  /** Who asks; written into events and decisions. */
  readonly actor: string;
  readonly at: string;
  /**
   * Writes. The answer is stored under the request's idempotency key in the same transaction, so that a repetition
   * gets it again and writes nothing.
   */
  readonly transact: (fn: (tx: Tx) => Promise<Answer<N>>) => Promise<Answer<N>>;
}

/** Answers a route. */
export type Handler<N extends RouteName> = (call: Call<N>, deps: ApiDeps) => Promise<Answer<N>>;

/** A handler for each of some routes. */
export type Handlers<N extends RouteName> = { readonly [K in N]: Handler<K> };

/** Where an event belongs. */
export interface Scope {
  readonly projectId: ProjectId;
  readonly ticketId: TicketId | null;
}

/** Appends one event that this call caused. */
export async function tell<T extends EventType>(
  tx: Tx,
  deps: Pick<ApiDeps, 'newId'>,
  call: { readonly actor: string; readonly at: string },
  scope: Scope,
  subject: string,
  type: T,
  data: EventData<T>,
): Promise<void> {
  const id = deps.newId('event');
  const { actor, at } = call;
  const envelope = {
    id,
    ...scope,
    subject,
    occurredAt: at,
    actor,
    correlationId: scope.ticketId ?? scope.projectId,
    causationId: null,
  };
  await tx.outbox.append([parseEvent({ ...envelope, type, data })]);
}
