/** Which model answers: a cassette when one is given, else the Messages API; recorded when that is asked for. */

import { createAnthropicUpstream } from '#adapters/anthropic/upstream.ts';
import type { ModelUpstream } from '#core/agent/upstream.ts';
import type { HostConfig } from './config.ts';
import { loadCassette } from './replay/cassette.ts';
import { createRecorder, openCassetteFile } from './replay/recorder.ts';
import { createReplay } from './replay/replay.ts';

/** What is said wherever a person looks when no model can be reached. */
export const noKey = 'No ANTHROPIC_API_KEY is set, so agents cannot work. Set it and start again.';

/** Answers every call as the API answers a wrong key, so that one road serves both. */
const withoutKey: ModelUpstream = {
  name: 'none',
  replayed: false,
  send: async () => ({
    status: 401,
    headers: { 'content-type': 'application/json' },
    body: (async function* () {
      yield new TextEncoder().encode(
        JSON.stringify({ type: 'error', error: { type: 'authentication_error', message: noKey } }),
      );
    })(),
  }),
};

/** The model's upstream by configuration. Throws what `loadCassette` throws. */
export async function chooseUpstream(config: HostConfig): Promise<ModelUpstream> {
  const { replay, record, anthropic } = config;
  if (replay !== undefined) return createReplay(await loadCassette(replay));
  if (anthropic.apiKey === undefined) return withoutKey;
  const upstream = createAnthropicUpstream({ baseUrl: anthropic.baseUrl, apiKey: anthropic.apiKey });
  if (record === undefined) return upstream;
  const blank = { name: 'recording', model: config.model, recordedWith: upstream.name };
  return createRecorder(upstream, await openCassetteFile(record, blank));
}
