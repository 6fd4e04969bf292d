/**
 * Calls of the model through the gateway: streamed, watched for silence, and repeated with patience.
 *
 * The number of the call goes along (`x-omoi-call`), and a repetition sends the same bytes under the same number, so
 * that the gateway answers it from its store and charges nothing twice.
 */
import Anthropic, { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import type { Stream } from '@anthropic-ai/sdk/streaming';
import { z } from 'zod';
import { AttemptOver } from '../gateway.ts';
import { type Answer, collectAnswer } from './answer.ts';
import { BudgetSpent, ContextTooLong, ModelRejected, ModelUnavailable } from './faults.ts';
import type { AskModel } from './loop.ts';

/** How a model is reached. */
export interface ModelOptions {
  readonly url: string;
  readonly token: string;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Between 0 and 1; spreads the pauses of sandboxes that were refused at the same moment. */
  readonly random: () => number;
  /** Longest silence on an open stream; the API pings every few seconds, so two minutes mean a dead connection. */
  readonly idleMs?: number;
  /** Longest time for a whole answer. */
  readonly totalMs?: number;
  readonly attempts?: number;
  readonly log: (line: string) => void;
}

/** Throws `BudgetSpent`, `ModelRejected`, `ModelUnavailable`, `AttemptOver`, or the reason of `signal`. */
export function createModel(options: ModelOptions): AskModel {
  // With the pauses below, eight attempts are about four minutes: longer outages are for a person to see.
  const attempts = options.attempts ?? 8;
  return async (call, body, signal) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask(options, call, body, signal);
      } catch (error) {
        signal.throwIfAborted();
        const again = worthAnother(error);
        if (attempt >= attempts) throw new ModelUnavailable(again.message, { cause: error });
        const pause = pauseBefore(attempt, again.retryAfterMs, options.random());
        options.log(`model call ${call}: ${again.message}; again in ${Math.round(pause)} ms`);
        await options.sleep(pause, signal);
      }
    }
  };
}

/** 1 s, 2 s, 4 s … 60 s, spread by a quarter; or what the server asked for, ten minutes at most. */
function pauseBefore(attempt: number, retryAfterMs: number | null, random: number): number {
  if (retryAfterMs !== null) return Math.min(retryAfterMs, 600_000) + random * 250;
  return Math.min(1000 * 2 ** (attempt - 1), 60_000) * (0.75 + random / 2);
}

async function ask(options: ModelOptions, call: number, body: object, signal: AbortSignal): Promise<Answer> {
  const total = options.totalMs ?? 900_000;
  const watch = watchdog(options.idleMs ?? 120_000, total);
  const client = new Anthropic({
    apiKey: options.token,
    authToken: null,
    baseURL: options.url,
    maxRetries: 0,
    timeout: total,
    fetch: async (url, init) => watch.follow(await fetch(url, init)),
  });
  const answer = collectAnswer();
  try {
    const stream = await client.post<Stream<RawMessageStreamEvent>>('/v1/messages', {
      body,
      stream: true,
      headers: { 'x-omoi-call': String(call) },
      signal: AbortSignal.any([signal, watch.signal]),
    });
    for await (const event of stream) answer.take(event);
  } finally {
    watch.end();
  }
  const complete = answer.answer();
  if (!complete)
    throw new Interrupted(watch.signal.aborted ? 'the stream fell silent' : 'the stream was cut');
  return complete;
}

/** The connection ended before the answer did. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Cuts a connection on which nothing arrives any more; pings count as life. */
function watchdog(idleMs: number, totalMs: number) {
  const controller = new AbortController();
  const cut = () => controller.abort(new Interrupted('the stream fell silent'));
  const total = setTimeout(cut, totalMs);
  let idle = setTimeout(cut, idleMs);
  const touch = () => {
    clearTimeout(idle);
    idle = setTimeout(cut, idleMs);
  };
  return {
    signal: controller.signal,
    follow(response: Response): Response {
      touch();
      if (!response.body) return response;
      const through = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, stream) {
          touch();
          stream.enqueue(chunk);
        },
      });
      const { status, statusText, headers } = response;
      return new Response(response.body.pipeThrough(through), { status, statusText, headers });
    },
    end() {
      clearTimeout(total);
      clearTimeout(idle);
    },
  };
}

const GatewayProblem = z.object({ error: z.object({ code: z.string().optional() }) });

const Said = z.object({ error: z.object({ message: z.string().min(1) }) });

/** What the API said, for people: the client's own message is the status and the body as JSON. */
function wordsOf({ error, status, message }: APIError): string {
  const said = Said.safeParse(error);
  if (!said.success) return message;
  return `${said.data.error.message}${status === undefined ? '' : ` (${status})`}`;
}

/** Why another attempt makes sense, or throws what none can mend. */
function worthAnother(error: unknown): { message: string; retryAfterMs: number | null } {
  if (error instanceof Interrupted || error instanceof APIConnectionError) {
    return { message: error.message, retryAfterMs: null };
  }
  if (!(error instanceof APIError)) {
    // Whatever fetch throws in the middle of a body (`terminated`, resets) is a cut connection.
    if (error instanceof Error) return { message: error.message, retryAfterMs: null };
    throw error;
  }
  const { status, type } = error;
  const message = wordsOf(error);
  // An error in the middle of a stream has no status, only a type.
  const transient = status === undefined || status === 408 || status === 429 || status >= 500;
  if (transient && type !== 'invalid_request_error')
    return { message, retryAfterMs: retryAfter(error.headers) };
  // The gateway's own refusals carry its code; the same status without one is the upstream's.
  const { code } = GatewayProblem.safeParse(error.error).data?.error ?? {};
  if (code === 'budget-exhausted') throw new BudgetSpent(message, { cause: error });
  if (code === 'token-refused' || code === 'stale-attempt' || code === 'illegal-transition')
    throw new AttemptOver(message);
  if (code === 'version-conflict') return { message, retryAfterMs: null };
  if (status === 413 || /prompt is too long|context window/i.test(message)) throw new ContextTooLong(message);
  throw new ModelRejected(message, { cause: error });
}

/** Seconds, or a date, as HTTP allows; null when the server did not say. */
function retryAfter(headers: Headers | undefined): number | null {
  const value = headers?.get('retry-after');
  if (!value) return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}
