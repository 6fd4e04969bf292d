/** Which model answers: a cassette when one is given, else the Messages API; recorded when that is asked for. */

import { createAnthropicUpstream } from '#adapters/anthropic/upstream.ts';
import { withoutKey } from '#adapters/anthropic/without-key.ts';
import { loadCassette } from '#adapters/replay/cassette.ts';
import { createRecorder, openCassetteFile } from '#adapters/replay/recorder.ts';
import { createReplay } from '#adapters/replay/replay.ts';
import type { ModelUpstream } from '#core/agent/upstream.ts';
import type { HostConfig } from './config.ts';

/** What is said wherever a person looks when no model can be reached. */
export const noKey = 'No ANTHROPIC_API_KEY is set, so agents cannot work. Set it and start again.';

/** The model's upstream by configuration. Throws what `loadCassette` throws. */
export async function chooseUpstream(config: HostConfig): Promise<ModelUpstream> {
  const { replay, record, anthropic } = config;
  if (replay !== undefined) return createReplay(await loadCassette(replay));
  if (anthropic.apiKey === undefined) return withoutKey(noKey);
  const upstream = createAnthropicUpstream({ baseUrl: anthropic.baseUrl, apiKey: anthropic.apiKey });
  if (record === undefined) return upstream;
  const blank = { name: 'recording', model: config.model, recordedWith: upstream.name };
  return createRecorder(upstream, await openCassetteFile(record, blank));
}
