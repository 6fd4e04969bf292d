/**
 * The model proxy: the Messages API as the sandbox sees it. Each call has a key; the same key again gets the same
 * answer, whether the first one is stored, still on its way, or was never heard because the client was gone.
 */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { RunClaims } from '#adapters/tokens/run-tokens.ts';
import type { CallContext, UpstreamRequest, UpstreamResponse } from '#core/agent/upstream.ts';
import { InvalidInput } from '#core/errors.ts';
import type { Run } from '#core/run/run.ts';
import type { GatewayDeps, GatewayEnv } from '../deps.ts';
import { ModelUnreachable } from '../errors.ts';
import { described } from '../problems.ts';
import { bodyText, type GatewayContext, parsed } from '../request.ts';
import { currentRun, requireKind } from '../write.ts';
import { type Asked, type Charge, keyReused, openCharge, releaseCharge, settleCharge } from './account.ts';
import { createRelay } from './relay.ts';
import { pass, passSettled } from './transfer.ts';

/** A quarter of an hour from sending to the last byte, client or not: what API Gateway allows a stream. */
const maxCallMs = 15 * 60_000;

/** The part of a request that its price and its answer's form depend on. */
const Priced = z.looseObject({ model: z.string().min(1).max(200), max_tokens: z.number().int().positive() });

/** An answer that has begun. */
interface Begun {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  stream(): ReadableStream<Uint8Array>;
  /** Resolves when nothing more is to be done for it; never rejects. */
  readonly over: Promise<void>;
}

/** A call under way in this process. */
interface Live {
  readonly digest: string;
  readonly begun: Promise<Begun>;
}

/** What is to be sent. */
interface Sending {
  readonly asked: Asked;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `POST /v1/messages` and `POST /v1/messages/count_tokens`. */
export function mountModel(app: Hono<GatewayEnv>, deps: GatewayDeps): void {
  const live = new Map<string, Live>();

  app.post('/v1/messages', async (context) => {
    const sending = await sendingOf(deps, context);
    const begun = await call(deps, live, context.get('claims'), sending);
    return new Response(begun.stream(), { status: begun.status, headers: begun.headers });
  });

  app.post('/v1/messages/count_tokens', async (context) => {
    const run = await agentRun(deps, context.get('claims'));
    const body = await bodyText(context);
    const request = requestOf(
      run,
      '/v1/messages/count_tokens',
      body,
      anthropicHeaders(context),
      run.turns + 1,
    );
    const response = await send(deps, { ...request, signal: AbortSignal.timeout(maxCallMs) });
    const relay = createRelay();
    await pass(response, relay);
    return new Response(relay.stream(), { status: response.status, headers: shown(response.headers) });
  });
}

async function sendingOf(deps: GatewayDeps, context: GatewayContext): Promise<Sending> {
  const text = await bodyText(context);
  const { model, max_tokens } = Priced.parse(parsed(text));
  const digest = deps.digest(text);
  const key = callNumber(context.req.header('x-omoi-call')) ?? `body-${digest}`;
  const bytes = Buffer.byteLength(text);
  return {
    asked: { key, digest, bytes, model, maxTokens: max_tokens },
    text,
    headers: anthropicHeaders(context),
  };
}

function callNumber(header: string | undefined): string | null {
  if (header === undefined || /^[1-9]\d{0,8}$/.test(header)) return header ?? null;
  throw new InvalidInput('x-omoi-call is the number of the call in its run, from 1.');
}

async function agentRun(deps: GatewayDeps, claims: RunClaims): Promise<Run> {
  const run = await currentRun(deps.store.view, claims);
  requireKind(run, 'agent');
  return run;
}

/** Joins the call that is under way under the key, or begins it. */
async function call(
  deps: GatewayDeps,
  live: Map<string, Live>,
  claims: RunClaims,
  sending: Sending,
): Promise<Begun> {
  // Each caller passes the fence for itself: an old attempt does not listen in on a new one's call.
  const run = await agentRun(deps, claims);
  const { key, digest } = sending.asked;
  const id = `${run.id}/${key}`;
  const current = live.get(id);
  if (current) {
    if (current.digest !== digest) throw keyReused(key);
    return current.begun;
  }
  const begun = begin(deps, claims, sending);
  live.set(id, { digest, begun });
  const forget = () => live.delete(id);
  begun.then(({ over }) => over).then(forget, forget);
  return begun;
}

async function begin(deps: GatewayDeps, claims: RunClaims, sending: Sending): Promise<Begun> {
  const opened = await openCharge(deps, claims, sending.asked);
  switch (opened.type) {
    case 'exhausted':
      throw opened.error;
    case 'stored':
      return stored(opened.call);
    case 'reserved':
      return forward(deps, opened.charge, sending);
    default:
      return opened satisfies never;
  }
}

function stored(call: {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}): Begun {
  const relay = createRelay();
  relay.push(new TextEncoder().encode(call.body));
  relay.end();
  const headers = { 'content-type': call.contentType };
  return { status: call.status, headers, stream: relay.stream, over: Promise.resolve() };
}

async function forward(deps: GatewayDeps, charge: Charge, { asked, text, headers }: Sending): Promise<Begun> {
  const number = Number(asked.key);
  const turn = Number.isInteger(number) ? number : charge.run.turns + 1;
  const response = await sent(deps, charge, {
    path: '/v1/messages',
    body: text,
    headers,
    context: await contextOf(deps, charge.run, turn),
    signal: AbortSignal.timeout(maxCallMs),
  });
  const relay = createRelay();
  return {
    status: response.status,
    headers: shown(response.headers),
    stream: relay.stream,
    over: carry(deps, charge, response, relay),
  };
}

async function sent(deps: GatewayDeps, charge: Charge, request: UpstreamRequest): Promise<UpstreamResponse> {
  try {
    return await send(deps, request);
  } catch (error) {
    await releaseCharge(deps, charge);
    throw error;
  }
}

/** The upstream's answer; what it throws means that none came. */
async function send(deps: GatewayDeps, request: UpstreamRequest): Promise<UpstreamResponse> {
  try {
    return await deps.upstream.send(request);
  } catch (cause) {
    deps.log('warn', 'the model gave no answer', { runId: request.context.runId, error: described(cause) });
    throw new ModelUnreachable('The model could not be reached.', {}, { cause });
  }
}

/** Sees an answer through to its end, whether or not anybody listens. Its faults reach the client as a cut. */
async function carry(
  deps: GatewayDeps,
  charge: Charge,
  response: UpstreamResponse,
  relay: ReturnType<typeof createRelay>,
): Promise<void> {
  const about = { runId: charge.run.id, key: charge.key, status: response.status };
  try {
    const succeeded = response.status >= 200 && response.status < 300;
    if (!succeeded) await releaseCharge(deps, charge);
    const result = succeeded
      ? await passSettled(response, relay, (spent) => settleCharge(deps, charge, spent))
      : await pass(response, relay);
    if (result.type !== 'broken') return;
    // What was billed keeps its reservation: the retry of the same call uses it, the end of the run gives it back.
    if (!result.billed) await releaseCharge(deps, charge);
    deps.log('warn', 'the model broke off in the middle of its answer', about);
  } catch (error) {
    relay.cut();
    deps.log('error', 'an answer of the model could not be passed on', { ...about, error: described(error) });
  }
}

/** Whose call it is: a cassette finds its answer by it. */
async function contextOf(deps: GatewayDeps, run: Run, call: number): Promise<CallContext> {
  const { id: runId, role, round, taskId } = run;
  const task = taskId === null ? null : await deps.store.view.tasks.get(taskId);
  return { runId, role, task: task?.key ?? null, round, call };
}

/** What of a client's headers means something to the model. */
function anthropicHeaders(context: GatewayContext): Record<string, string> {
  return Object.fromEntries(
    ['anthropic-version', 'anthropic-beta'].flatMap((name) => {
      const value = context.req.header(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What of the upstream's headers a sandbox may see: nothing that names the account behind the key. */
function shown(headers: Readonly<Record<string, string>>): Record<string, string> {
  const allowed =
    /^(content-type|cache-control|request-id|retry-after(-ms)?|x-should-retry|anthropic-ratelimit-.+)$/;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => allowed.test(name)));
}
