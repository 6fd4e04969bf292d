/** Upstreams for tests: answers in order, in the pieces and at the moments that a test decides. */

import { createReplay } from '#adapters/replay/replay.ts';
import type { ModelUpstream, UpstreamRequest, UpstreamResponse } from '#core/agent/upstream.ts';
import type { Block } from '#core/run/step.ts';

/** Plays these answers for the builder of T1. */
export function createCassettePlayer(answers: Block[][]): ModelUpstream {
  return createReplay({ name: 'test', model: 'claude-sonnet-5-5', responses: { 'builder/T1': answers } });
}

/** Hands each request to `answer` and counts them. */
export function scripted(answer: (request: UpstreamRequest, nth: number) => Promise<UpstreamResponse>) {
  const requests: UpstreamRequest[] = [];
  const upstream: ModelUpstream = {
    name: 'scripted',
    replayed: false,
    send: (request) => {
      requests.push(request);
      return answer(request, requests.length);
    },
  };
  return { upstream, requests };
}

/** A body of pieces that a test hands out one by one; nothing moves by itself. */
export function handed() {
  const waiting: ((piece: Uint8Array | 'end' | 'cut') => void)[] = [];
  const ready: (Uint8Array | 'end' | 'cut')[] = [];
  const give = (piece: Uint8Array | 'end' | 'cut') => {
    const next = waiting.shift();
    if (next) next(piece);
    else ready.push(piece);
  };
  const take = () => {
    const piece = ready.shift();
    return piece === undefined
      ? new Promise<Uint8Array | 'end' | 'cut'>((resolve) => waiting.push(resolve))
      : Promise.resolve(piece);
  };
  async function* body(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = await take();
      if (piece === 'end') return;
      if (piece === 'cut') throw new Error('socket hang up');
      yield piece;
    }
  }
  return {
    body: body(),
    give: (text: string) => give(new TextEncoder().encode(text)),
    end: () => give('end'),
    cut: () => give('cut'),
  };
}

/** A body in one piece. */
export async function* whole(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const sse = (data: { readonly type: string }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

/** The events of a short streamed answer: beginning, middle, end. */
export const streamedAnswer = {
  start: sse({
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5-5',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: 1000,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 1,
      },
    },
  } as { type: string }),
  middle: [
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grüße 🌱\u2028line' } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 100 },
    },
  ]
    .map(sse)
    .join(''),
  stop: sse({ type: 'message_stop' }),
  /** 1,000 input tokens at 2 USD and 100 output tokens at 10 USD a million. */
  costMicros: 3000,
};

export const streamedText = streamedAnswer.start + streamedAnswer.middle + streamedAnswer.stop;

/** A success that streams these pieces. */
export function streaming(body: AsyncIterable<Uint8Array>): UpstreamResponse {
  return { status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' }, body };
}
