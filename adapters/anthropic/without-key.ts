import type { ModelUpstream, UpstreamResponse } from '#core/agent/upstream.ts';

/** What the API answers to a wrong key, with a sentence of ours: whoever has none hears what to do by the same road. */
export function refusal(sentence: string): UpstreamResponse {
  const error = { type: 'authentication_error', message: sentence };
  return {
    status: 401,
    headers: { 'content-type': 'application/json' },
    body: (async function* () {
      yield new TextEncoder().encode(JSON.stringify({ type: 'error', error }));
    })(),
  };
}

/** Answers every call so. */
export function withoutKey(sentence: string): ModelUpstream {
  return { name: 'none', replayed: false, send: async () => refusal(sentence) };
}
