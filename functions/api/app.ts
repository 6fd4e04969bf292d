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
import { InvalidInput, KeyReused } from '#core/errors.ts';
import { documentHandlers } from './documents.ts';
import { eventHandlers } from './events.ts';
import { evidenceHandlers } from './evidence.ts';
import { gateHandlers } from './gates.ts';
import { problemOf } from './problems.ts';
import { projectHandlers } from './projects.ts';
import { pullHandlers } from './pulls.ts';
import type { ApiDeps, Call, Handlers, Route } from './request.ts';
import { runHandlers } from './runs.ts';
import { ticketHandlers } from './tickets.ts';

const table: { readonly [N in RouteName]: Route<N> } = routes;

const handlers: Handlers<RouteName> = {
  ...projectHandlers,
  ...ticketHandlers,
  ...documentHandlers,
  ...gateHandlers,
  ...runHandlers,
  ...evidenceHandlers,
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
      onError: () => problem(new InvalidInput('The body is larger than 1 MB.')),
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
  app.notFound((context) =>
    context.json(
      {
        type: 'about:blank#not-found',
        title: 'Not found',
        status: 404,
        detail: `There is no ${context.req.method} ${context.req.path}.`,
        code: 'not-found',
      },
      404,
      problemJson,
    ),
  );
  app.onError((error) => {
    const answer = problem(error);
    if (answer.status >= 500) options.log(error);
    return answer;
  });
  return app;
}

const problemJson = { 'content-type': 'application/problem+json' };

function problem(error: unknown): Response {
  const body = problemOf(error);
  return new Response(JSON.stringify(body), { status: body.status, headers: problemJson });
}

function names<T extends object>(table: T): (keyof T & string)[] {
  const isName = (name: string): name is keyof T & string => name in table;
  return Object.keys(table).filter(isName);
}

function mount<N extends RouteName>(app: OpenAPIHono, name: N, options: ApiOptions): void {
  const route: Route<N> = table[name];
  describe(app, name);
  const answer = async (context: Context): Promise<Response> => {
    const call = await parse(name, context, options);
    const body: unknown = await handlers[name](call, options);
    if (typeof body === 'string') return context.text(body);
    return Response.json(body, { status: name === 'connectProject' || name === 'submitTicket' ? 201 : 200 });
  };
  if (route.method === 'get') app.get(route.path, answer);
  else if (route.method === 'post') app.post(route.path, answer);
  else app.patch(route.path, answer);
}

async function parse<N extends RouteName>(name: N, context: Context, options: ApiOptions): Promise<Call<N>> {
  const route: Route<N> = table[name];
  const text = route.method === 'get' ? '' : await context.req.text();
  const actor = options.actor(context);
  const key = context.req.header('idempotency-key');
  const digest = options.digest(`${actor}\n${context.req.path}\n${text}`);
  const at = options.clock();
  return {
    params: context.req.param(),
    query: route.query.parse(context.req.query()),
    body: route.body.parse(route.body instanceof z.ZodUndefined ? undefined : json(text)),
    actor,
    at,
    transact: (fn) =>
      options.store.transaction(async (tx) => {
        if (key === undefined) return fn(tx);
        const earlier = await tx.answers.get(`api:${name}`, key);
        if (earlier && earlier.digest !== digest) {
          throw new KeyReused('This idempotency key was used for another request.', { key });
        }
        if (earlier) return route.answer.parse(earlier.answer);
        const answer = await fn(tx);
        await tx.answers.put(`api:${name}`, key, { digest, answer }, at);
        return answer;
      }),
  };
}

function json(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new InvalidInput(`The body is not JSON: ${cause.message}`, {}, { cause });
    throw cause;
  }
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
      200: {
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
