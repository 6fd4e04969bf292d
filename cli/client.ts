/**
 * A typed client of the API, from the same table of routes that the server is made of: a call is a name, and what it
 * answers is parsed. Every POST carries an idempotency key, so that a repetition does nothing twice.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  type RouteAnswer,
  type RouteBody,
  type RouteName,
  type RouteQuery,
  routes,
} from '#core/api/routes.ts';
import { Problem } from '#core/api/views.ts';
import { jsonIn } from '#core/json.ts';
import { NoHost, Refused, StrangeAnswer } from './exit.ts';

type Routes = typeof routes;
type Params<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Params<Rest>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

/** What a call takes: `params`, `query` and `body`, each only where the route has one. */
export type Input<N extends RouteName> = ([Params<Routes[N]['path']>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: Readonly<Record<Params<Routes[N]['path']>, string>> }) & {
  readonly query?: RouteQuery<N>;
} & ([RouteBody<N>] extends [undefined] ? { readonly body?: undefined } : { readonly body: RouteBody<N> });

/** A route with its answer tied to its name, so that a generic call knows what comes back. */
interface Route<N extends RouteName> {
  readonly method: 'get' | 'post' | 'patch';
  readonly path: string;
  readonly answer: z.ZodType<RouteAnswer<N>>;
}
const table: { readonly [N in RouteName]: Route<N> } = routes;

export interface Client {
  readonly url: string;
  /** Throws `NoHost`, `Refused` with the host's own sentence, or `StrangeAnswer`. */
  call<N extends RouteName>(name: N, input: Input<N>): Promise<RouteAnswer<N>>;
}

/** A database that was paused needs some seconds to wake; after five tries it is something else. */
const maxTries = 5;
/** Nobody wants to stare at a still terminal for longer, whatever `Retry-After` says. */
const maxPauseSeconds = 10;

/** `token`: an API key, for a host that asks who calls. */
export function createClient(url: string, token?: string): Client {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const base = url.replace(/\/+$/, '');
  return {
    url: base,
    async call(name, input) {
      const route = table[name];
      const target = base + fillIn(route.path, input.params ?? {}) + queryOf(input.query);
      const response = await send(base, target, requestOf(route.method, input.body, authorization));
      const text = await response.text();
      if (!response.ok) throw refusalOf(base, response.status, text);
      const answer = route.answer.safeParse(isText(response) ? text : jsonIn(text));
      if (answer.success) return answer.data;
      throw new StrangeAnswer(
        `${base} answered in a way that this version of omoi does not understand (${route.path}: ${z.prettifyError(answer.error).split('\n')[0]}). Do host and CLI have the same version?`,
      );
    },
  };
}

function fillIn(path: string, params: Readonly<Record<string, string>>): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

function queryOf(query: unknown): string {
  const entries = Object.entries(z.record(z.string(), z.unknown()).parse(query ?? {}));
  const given = entries.filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}

function requestOf(
  method: string,
  body: unknown,
  authorization: Readonly<Record<string, string>>,
): RequestInit {
  return {
    method: method.toUpperCase(),
    headers: {
      accept: 'application/json',
      ...authorization,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'post' ? { 'idempotency-key': randomUUID() } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

/** Sends; waits and repeats while the host says that it is waking up. */
async function send(base: string, target: string, request: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const response = await reach(base, target, request);
    const pause = Number(response.headers.get('retry-after') ?? Number.NaN);
    if (response.status !== 503 || Number.isNaN(pause) || tries === maxTries) return response;
    await response.text();
    await sleep(Math.min(pause, maxPauseSeconds) * 1000);
  }
}

/** `fetch` has one error for all that goes wrong on the wire: a `TypeError` with the cause inside. */
async function reach(base: string, target: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(target, request);
  } catch (cause) {
    if (cause instanceof TypeError) throw new NoHost(base, cause);
    throw cause;
  }
}

function isText(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/plain') ?? false;
}

function refusalOf(base: string, status: number, text: string): Error {
  const problem = Problem.safeParse(jsonIn(text));
  if (problem.success) return new Refused(problem.data.detail, status, problem.data.code);
  return new StrangeAnswer(
    `${base} answered with ${status}, but not like an OmoiOS host. Is the address right?`,
  );
}
