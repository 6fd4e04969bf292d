/** The sample's replayed model for benches: told of each call, and billed the same for the same call in every run. */
import type { ModelUpstream, UpstreamRequest } from '#core/agent/upstream.ts';

/**
 * Bills by the place of a call in its run and nothing else. The cassette's own bill counts the prompt, and that holds what the
 * test runner printed, its milliseconds too, so no two runs would cost the same to the micro-dollar. Sums of these
 * bills tell a call that is missing from one that was charged twice.
 */
export function flatBill(upstream: ModelUpstream): ModelUpstream {
  return {
    ...upstream,
    send: async (request) => {
      const response = await upstream.send(request);
      return { ...response, body: rebilled(response.body, inputTokensOf(request)) };
    },
  };
}

/**
 * Between 1,000 and 2,000 and rarely the same for two places. The task is no part of the place: which of two tasks meets
 * the other's lines, and so has the integrator, is a matter of which came first.
 */
function inputTokensOf({ context: { role, call } }: UpstreamRequest): number {
  const place = `${role}/${call}`;
  let sum = 0;
  for (const character of place) sum = (sum * 31 + character.charCodeAt(0)) % 997;
  return 1000 + sum;
}

/** The replay sends an event a piece, so no number is ever cut in two. */
async function* rebilled(body: AsyncIterable<Uint8Array>, input: number): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  for await (const piece of body) {
    const text = decoder
      .decode(piece)
      .replace(/"input_tokens":\d+/g, `"input_tokens":${input}`)
      .replace(/"cache_(creation|read)_input_tokens":\d+/g, '"cache_$1_input_tokens":0')
      .replace(/"output_tokens":\d+/g, '"output_tokens":100');
    yield encoder.encode(text);
  }
}
