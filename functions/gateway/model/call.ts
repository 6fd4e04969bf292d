/** One model call from its reservation to its last byte, which it reaches whether or not anybody listens. */
import { z } from 'zod';
import type { RunClaims } from '#adapters/tokens/run-tokens.ts';
import type { CallContext, UpstreamRequest, UpstreamResponse } from '#core/agent/upstream.ts';
import { DomainError, IllegalTransition } from '#core/errors.ts';
import { jsonIn } from '#core/json.ts';
import type { Run } from '#core/run/run.ts';
import type { GatewayDeps } from '../deps.ts';
import { ModelUnreachable } from '../errors.ts';
import { described } from '../problems.ts';
import { open, retried, standStill } from '../write.ts';
import { type Asked, type Charge, openCharge, releaseCharge, settleCharge } from './account.ts';
import { createRelay, type Relay } from './relay.ts';
import { pass, passSettled } from './transfer.ts';

/** A quarter of an hour from sending to the last byte, client or not: what API Gateway allows a stream. */
const maxCallMs = 15 * 60_000;

/** An answer that has begun. */
export interface Begun {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  stream(hangUp?: () => void): ReadableStream<Uint8Array>;
  /** Resolves when nothing more is to be done for it; never rejects. */
  readonly over: Promise<void>;
}

/** What is to be sent. */
export interface Sending {
  readonly asked: Asked;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Finds the call's stored answer, or reserves its worst case and sends it. Throws `BudgetExhausted` when the run was held for it, `IllegalTransition` when it was because the model keeps out. */
export async function begin(deps: GatewayDeps, claims: RunClaims, sending: Sending): Promise<Begun> {
  const opened = await openCharge(deps, claims, sending.asked);
  switch (opened.type) {
    case 'exhausted':
      throw opened.error;
    case 'stored':
      return stored(opened.call);
    case 'reserved':
      return forward(deps, claims, opened.charge, sending);
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

async function forward(
  deps: GatewayDeps,
  claims: RunClaims,
  charge: Charge,
  { asked, text, headers }: Sending,
): Promise<Begun> {
  const number = Number(asked.key);
  const turn = Number.isInteger(number) ? number : charge.run.turns + 1;
  const response = await sent(deps, charge, {
    path: '/v1/messages',
    body: text,
    headers,
    context: await contextOf(deps, charge.run, turn),
  });
  if (response.status === 401 || response.status === 403) return keptOut(deps, claims, charge, response);
  const relay = createRelay();
  return {
    status: response.status,
    headers: shown(response.headers),
    stream: relay.stream,
    over: carry(deps, charge, response, relay),
  };
}

/** What refuses may be any server on the way: of a longer answer the rest is nobody's to read. */
const mostOfRefusal = 64_000;

const Refusal = z.object({ error: z.object({ message: z.string().trim().min(1).max(500) }) });

/**
 * The model takes no key of ours, which no run can do anything about and a person can: instead of failing, the ticket
 * stands still with the model's words, and the sandbox ends as it does when a ticket is paused.
 */
async function keptOut(
  deps: GatewayDeps,
  claims: RunClaims,
  charge: Charge,
  { status, body }: UpstreamResponse,
): Promise<never> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > mostOfRefusal) break;
  }
  await releaseCharge(deps, charge);
  const said = Refusal.safeParse(jsonIn(Buffer.concat(pieces).toString())).data?.error.message;
  const words = (said ?? 'It keeps the key out').replace(/[^.!?]$/, '$&.');
  const why = `The model cannot be used (${status}): ${words} Nothing is lost: once that is mended, resume the ticket.`;
  await retried(deps.store, async (tx) => standStill(await open(deps, tx, claims), why));
  throw new IllegalTransition(why, { runId: charge.run.id });
}

async function sent(
  deps: GatewayDeps,
  charge: Charge,
  request: Omit<UpstreamRequest, 'signal'>,
): Promise<UpstreamResponse> {
  try {
    return await send(deps, request);
  } catch (error) {
    await releaseCharge(deps, charge);
    throw error;
  }
}

/** The upstream's answer; what it throws means that none came. */
export async function send(
  deps: GatewayDeps,
  request: Omit<UpstreamRequest, 'signal'>,
): Promise<UpstreamResponse> {
  try {
    return await deps.upstream.send({ ...request, signal: AbortSignal.timeout(maxCallMs) });
  } catch (cause) {
    // What was foreseen says why in its data (`ECONNREFUSED`); its stack would say nothing, at each of many tries.
    const why = cause instanceof DomainError ? cause.data : { error: described(cause) };
    deps.log('warn', 'the model gave no answer', { runId: request.context.runId, ...why });
    throw new ModelUnreachable('The model could not be reached.', {}, { cause });
  }
}

/** Sees an answer through to its end, whether or not anybody listens. Its faults reach the client as a cut. */
async function carry(
  deps: GatewayDeps,
  charge: Charge,
  response: UpstreamResponse,
  relay: Relay,
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
    // Last: whoever is cut off may come again at once. An error told in the stream is an answer of its own.
    if (result.told) relay.end();
    else relay.cut();
  } catch (error) {
    deps.log('error', 'an answer of the model could not be passed on', { ...about, error: described(error) });
    relay.cut();
  }
}

/** Whose call it is: a cassette finds its answer by it. */
export async function contextOf(deps: GatewayDeps, run: Run, call: number): Promise<CallContext> {
  const { id: runId, role, round, taskId } = run;
  const task = taskId === null ? null : await deps.store.view.tasks.get(taskId);
  return { runId, role, task: task?.key ?? null, round, call };
}

/** What of the upstream's headers a sandbox may see: nothing that names the account behind the key. */
export function shown(headers: Readonly<Record<string, string>>): Record<string, string> {
  const allowed =
    /^(content-type|cache-control|request-id|retry-after(-ms)?|x-should-retry|anthropic-ratelimit-.+)$/;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => allowed.test(name)));
}
