/**
 * The public API: one Hono app from the table of routes. It parses, calls a handler, and answers; the same app runs on
 * Node and on Lambda.
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { type RouteName, routes } from '#core/api/routes.ts';
import { Problem } from '#core/api/views.ts';
import { KeyReused, NotFound } from '#core/errors.ts';
import type { Answered } from '#core/store.ts';
import { discoveryHandlers } from './discoveries.ts';
import { documentHandlers } from './documents.ts';
import { eventHandlers } from './events.ts';
import { evidenceHandlers } from './evidence.ts';
import { gateHandlers } from './gates.ts';
import { gitHubHandlers } from './github.ts';
import { BodyTooLarge, input, json } from './input.ts';
import { keyHandlers } from './keys.ts';
import { memoryHandlers } from './memories.ts';
import { problemResponse } from './problems.ts';
import { projectHandlers } from './projects.ts';
import { pullHandlers } from './pulls.ts';
import type { Answer, ApiDeps, Call, Handlers, Route } from './request.ts';
import { retryHandlers } from './retry.ts';
import { runHandlers } from './runs.ts';
import { taskHandlers } from './tasks.ts';
import { ticketHandlers } from './tickets.ts';
import { traceHandlers } from './trace.ts';

const table: { readonly [N in RouteName]: Route<N> } = routes;

const handlers: Handlers<RouteName> = {
  ...projectHandlers,
  ...gitHubHandlers,
  ...keyHandlers,
  ...memoryHandlers,
  ...ticketHandlers,
  ...retryHandlers,
  ...documentHandlers,
  ...gateHandlers,
  ...runHandlers,
  ...taskHandlers,
  ...discoveryHandlers,
  ...evidenceHandlers,
  ...traceHandlers,
  ...pullHandlers,
  ...eventHandlers,
};

/** 1 MB: the longest ticket text is 50,000 characters; nothing larger is meant for people. */
const maxBodyBytes = 1_000_000;

export interface ApiOptions extends ApiDeps {
  readonly version: string;
  /** Who asks; local hosts know one person, AWS reads the authorizer's claims. */
  readonly actor: (context: Context) => string;
  readonly log: (error: unknown) => void;
}

/** The app with every route, the OpenAPI description at `/openapi.json`, and problem documents for every error. */
export function createApi(options: ApiOptions): OpenAPIHono {
  const app = new OpenAPIHono();
  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => problemResponse(new BodyTooLarge('The body is larger than 1 MB.')),
    }),
  );
  for (const name of names(routes)) mount(app, name, options);
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'OmoiOS',
      version: options.version,
      description: 'From a ticket to a pull request that carries its own proof.',
    },
  });
  app.notFound(({ req }) => problemResponse(new NotFound(`There is no ${req.method} ${req.path}.`)));
  app.onError((error) => {
    const answer = problemResponse(error);
    if (answer.status >= 500) options.log(error);
    return answer;
  });
  return app;
}

function names<T extends object>(table: T): (keyof T & string)[] {
  const isName = (name: string): name is keyof T & string => name in table;
  return Object.keys(table).filter(isName);
}

function mount<N extends RouteName>(app: OpenAPIHono, name: N, options: ApiOptions): void {
  const route: Route<N> = table[name];
  describe(app, name);
  const answer = async (context: Context): Promise<Response> => {
    const { call, earlier } = await parse(name, context, options);
    const body: unknown = (await earlier()) ?? (await handlers[name](call, options));
    if (typeof body === 'string') return context.text(body);
    return Response.json(body, { status: statusOf(name) });
  };
  if (route.method === 'get') app.get(route.path, answer);
  else if (route.method === 'post') app.post(route.path, answer);
  else app.patch(route.path, answer);
}

/** These routes make something new. */
function statusOf(name: RouteName): 200 | 201 {
  return name === 'connectProject' || name === 'submitTicket' || name === 'createKey' ? 201 : 200;
}

interface Parsed<N extends RouteName> {
  readonly call: Call<N>;
  /** The answer that the request's idempotency key had already: nothing is looked at or done again, here or in git. */
  readonly earlier: () => Promise<Answer<N> | null>;
}

async function parse<N extends RouteName>(
  name: N,
  context: Context,
  options: ApiOptions,
): Promise<Parsed<N>> {
  const route: Route<N> = table[name];
  const { store, digest, clock } = options;
  const text = route.method === 'get' ? '' : await context.req.text();
  const actor = options.actor(context);
  const key = context.req.header('idempotency-key');
  const request = digest(`${actor}\n${context.req.path}\n${text}`);
  const at = clock();
  const answered = (row: Answered | null): Answer<N> | null => {
    if (row && row.digest !== request)
      throw new KeyReused('This idempotency key was used for another request.', { key });
    return row && route.answer.parse(row.answer);
  };
  const call: Call<N> = {
    params: context.req.param(),
    query: input(route.query, context.req.query()),
    body: input(route.body, bodyOf(route, text)),
    actor,
    at,
    transact: (fn) =>
      store.transaction(async (tx) => {
        if (key === undefined) return fn(tx);
        // Again, now that no twin can come in between.
        const earlier = answered(await tx.answers.get(`api:${name}`, key));
        if (earlier !== null) return earlier;
        const answer = await fn(tx);
        await tx.answers.put(`api:${name}`, key, { digest: request, answer }, at);
        return answer;
      }),
  };
  const repeatable = key !== undefined && route.method !== 'get';
  return {
    call,
    earlier: async () => (repeatable ? answered(await store.view.answers.get(`api:${name}`, key)) : null),
  };
}

function bodyOf(route: { readonly body: z.ZodType }, text: string): unknown {
  const body = json(text);
  if (!(route.body instanceof z.ZodUndefined)) return body;
  input(z.strictObject({}), body);
  return undefined;
}

function describe(app: OpenAPIHono, name: RouteName): void {
  const route = routes[name];
  const params = [...route.path.matchAll(/:(\w+)/g)].map(([, param]) => [param, z.string()] as const);
  const takesBody = !(route.body instanceof z.ZodUndefined);
  app.openAPIRegistry.registerPath({
    method: route.method,
    path: route.path.replaceAll(/:(\w+)/g, '{$1}'),
    operationId: name,
    summary: route.summary,
    tags: [route.path.split('/')[2] ?? ''],
    request: {
      params: z.object(Object.fromEntries(params)),
      query: route.query,
      ...(takesBody
        ? { body: { required: true, content: { 'application/json': { schema: route.body } } } }
        : {}),
    },
    responses: {
      [statusOf(name)]: {
        description: route.summary,
        content: {
          [name === 'getEvidenceLog' ? 'text/plain' : 'application/json']: { schema: route.answer },
        },
      },
      default: {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': { schema: Problem } },
      },
    },
  });
}
