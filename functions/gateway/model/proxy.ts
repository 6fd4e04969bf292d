/**
 * The model proxy: the Messages API as the sandbox sees it. Each call has a key; the same key again gets the same
 * answer, whether the first one is stored, still on its way, or was never heard because the client was gone.
 */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { RunClaims } from '#adapters/tokens/run-tokens.ts';
import { InvalidInput } from '#core/errors.ts';
import type { Run } from '#core/run/run.ts';
import type { GatewayDeps, GatewayEnv } from '../deps.ts';
import { bodyText, type GatewayContext, parsed } from '../request.ts';
import { currentRun, requireKind } from '../write.ts';
import { keyReused } from './account.ts';
import { type Begun, begin, contextOf, type Sending, send, shown } from './call.ts';
import { createRelay } from './relay.ts';
import { pass } from './transfer.ts';

/** The part of a request that its price and its answer's form depend on. */
const Priced = z.looseObject({ model: z.string().min(1).max(200), max_tokens: z.number().int().positive() });

/** A call under way in this process. */
interface Live {
  readonly digest: string;
  readonly begun: Promise<Begun>;
}

/** `POST /v1/messages` and `POST /v1/messages/count_tokens`. */
export function mountModel(app: Hono<GatewayEnv>, deps: GatewayDeps): void {
  const live = new Map<string, Live>();

  app.post('/v1/messages', async (context) => {
    const sending = await sendingOf(deps, context);
    const begun = await call(deps, live, context.get('claims'), sending);
    // A server may finish a body whose stream errors with words of its own: only the socket's end is a cut for sure.
    const outgoing = context.env?.outgoing;
    const hangUp = outgoing && (() => void outgoing.destroy());
    return new Response(begun.stream(hangUp), { status: begun.status, headers: begun.headers });
  });

  app.post('/v1/messages/count_tokens', async (context) => {
    const run = await agentRun(deps, context.get('claims'));
    const body = await bodyText(context);
    const response = await send(deps, {
      path: '/v1/messages/count_tokens',
      body,
      headers: anthropicHeaders(context),
      context: await contextOf(deps, run, run.turns + 1),
    });
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

/** What of a client's headers means something to the model. */
function anthropicHeaders(context: GatewayContext): Record<string, string> {
  return Object.fromEntries(
    ['anthropic-version', 'anthropic-beta'].flatMap((name) => {
      const value = context.req.header(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
