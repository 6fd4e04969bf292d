/**
 * Records what a model says into a cassette while a real session goes on. Only answers are kept: no request, no key.
 */
import { access } from 'node:fs/promises';
import { z } from 'zod';
import type { ModelUpstream, UpstreamRequest, UpstreamResponse } from '#core/agent/upstream.ts';
import { assemble } from './assemble.ts';
import {
  type Cassette,
  type CassetteAnswer,
  type CassetteTurn,
  keyOf,
  loadCassette,
  saveCassette,
  turnOf,
} from './cassette.ts';

/** Where recorded answers go. */
export interface CassetteSink {
  /** Keeps the answer of a turn. The same turn again replaces what was kept: a repeated call was answered anew. */
  put(key: string, turn: number, answer: CassetteAnswer): Promise<void>;
}

/** Passes calls on and keeps each full answer; the stream ends for the caller only once its answer is kept. */
export function createRecorder(upstream: ModelUpstream, sink: CassetteSink): ModelUpstream {
  return {
    name: upstream.name,
    replayed: upstream.replayed,
    send: async (request) => {
      const response = await upstream.send(request);
      const recorded = request.path === '/v1/messages' && response.status === 200;
      return recorded ? { ...response, body: listened(request, response, sink) } : response;
    },
  };
}

async function* listened(
  request: UpstreamRequest,
  response: UpstreamResponse,
  sink: CassetteSink,
): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body) {
    pieces.push(piece);
    yield piece;
  }
  const answer = assemble(response.headers['content-type'] ?? '', Buffer.concat(pieces));
  if (answer) await sink.put(keyOf(request.context), turnFor(request), answer);
}

const Request = z.object({ messages: z.array(z.object({ role: z.string() })) });

function turnFor(request: UpstreamRequest): number {
  const { messages } = Request.parse(JSON.parse(request.body));
  return turnOf(messages, request.context.call);
}

/** A cassette file that grows with each answer, written whole each time; an existing file is continued. */
export async function openCassetteFile(
  path: string,
  blank: Omit<Cassette, 'responses'>,
): Promise<CassetteSink> {
  let cassette: Cassette = (await exists(path)) ? await loadCassette(path) : { ...blank, responses: {} };
  // One write at a time: two answers may come in the same moment.
  let last: Promise<void> = Promise.resolve();
  return {
    put: (key, turn, answer) => {
      const turns = withTurn(cassette.responses[key] ?? [], turn, answer);
      cassette = { ...cassette, responses: { ...cassette.responses, [key]: turns } };
      const written = last.then(() => saveCassette(path, cassette));
      // A failed write is told to whoever put; the next one writes everything again.
      last = written.catch(() => undefined);
      return written;
    },
  };
}

function withTurn(
  turns: readonly CassetteTurn[],
  turn: number,
  { content, stopReason }: CassetteAnswer,
): CassetteTurn[] {
  const usual = content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn';
  const kept: CassetteTurn =
    stopReason === undefined || stopReason === usual ? content : { content, stopReason };
  const length = Math.max(turns.length, turn);
  return Array.from({ length }, (_, at) => (at === turn - 1 ? kept : (turns[at] ?? null)));
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
