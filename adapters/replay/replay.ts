/**
 * A model upstream that plays a cassette. Its usage is simulated, prompt cache included; its words are the cassette's.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type {
  AbortSignalLike,
  ModelUpstream,
  UpstreamRequest,
  UpstreamResponse,
} from '#core/agent/upstream.ts';
import { type Cassette, type CassetteAnswer, type CassetteTurn, keyOf, turnOf } from './cassette.ts';
import { eventsOf, messageOf, type Played } from './message.ts';
import { createPromptCache, type PromptCache, promptTokens } from './prompt-cache.ts';
import { MessagesRequest, objection } from './request.ts';

/** How answers are paced. */
export interface ReplayOptions {
  /** Waited before each answer. @default 0 */
  readonly latencyMs?: number;
  /** Milliseconds, for the lifetime of cache entries. @default the machine's clock */
  readonly now?: () => number;
}

/** Plays a cassette by role, task, round and turn. The same request always gets the same words. */
export function createReplay(cassette: Cassette, options: ReplayOptions = {}): ModelUpstream {
  const cache = createPromptCache(options.now ?? Date.now);
  return {
    name: `replay: ${cassette.name}`,
    replayed: true,
    send: async (request) => {
      const parsed = parse(request.body);
      if (typeof parsed === 'string') return refusal(400, 'invalid_request_error', parsed);
      if (request.path === '/v1/messages/count_tokens') {
        return json(200, { input_tokens: promptTokens(parsed) });
      }
      const wrong = objection(parsed);
      if (wrong !== null) return refusal(400, 'invalid_request_error', wrong);
      if (options.latencyMs) await wait(options.latencyMs, request.signal);
      return play(cassette, cache, parsed, request);
    },
  };
}

function play(
  cassette: Cassette,
  cache: PromptCache,
  parsed: MessagesRequest,
  { context }: UpstreamRequest,
): UpstreamResponse {
  const key = keyOf(context);
  const turn = turnOf(parsed.messages, context.call);
  const answer = answerOf(cassette.responses[key]?.[turn - 1]);
  if (answer === null) return refusal(404, 'not_found_error', missing(cassette, key, turn));
  const { usage, commit } = cache.read(parsed);
  commit();
  const played: Played = { place: `${cassette.name}/${key}/${turn}`, model: parsed.model, answer, usage };
  if (!parsed.stream) return json(200, messageOf(played));
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    body: encoded(eventsOf(played)),
  };
}

function answerOf(turn: CassetteTurn | undefined): CassetteAnswer | null {
  if (turn === undefined || turn === null) return null;
  return Array.isArray(turn) ? { content: turn } : turn;
}

function missing({ name, responses }: Cassette, key: string, turn: number): string {
  const has = Object.entries(responses).map(([known, turns]) => `${known} (turns 1-${turns.length})`);
  return `The cassette "${name}" has no answer for "${key}", turn ${turn}. It has: ${has.join(', ') || 'nothing'}.`;
}

function parse(body: string): MessagesRequest | string {
  try {
    const parsed = MessagesRequest.safeParse(JSON.parse(body));
    if (parsed.success) return parsed.data;
    return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  } catch (error) {
    if (error instanceof SyntaxError) return `The body is not JSON: ${error.message}`;
    throw error;
  }
}

/** Waits, or throws when the call is given up. */
async function wait(ms: number, signal: AbortSignalLike): Promise<void> {
  const controller = new AbortController();
  if (signal.aborted) controller.abort();
  signal.addEventListener('abort', () => controller.abort());
  await pause(ms, undefined, { signal: controller.signal });
}

/** The shape of the API's own errors. It is not worth a retry: the same request gets the same answer. */
function refusal(status: number, type: string, message: string): UpstreamResponse {
  return json(status, { type: 'error', error: { type, message } }, { 'x-should-retry': 'false' });
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): UpstreamResponse {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: encoded([JSON.stringify(body)]),
  };
}

async function* encoded(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const piece of pieces) yield encoder.encode(piece);
}
