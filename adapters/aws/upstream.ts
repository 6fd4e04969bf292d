/** Which model answers on AWS, by the environment. Nothing is opened or loaded before the first call. */
import { createAnthropicUpstream } from '#adapters/anthropic/upstream.ts';
import { refusal } from '#adapters/anthropic/without-key.ts';
import { SecretMissing, type Secrets } from '#adapters/secrets/secrets.ts';
import type { ModelUpstream, UpstreamRequest } from '#core/agent/upstream.ts';
import { noKey } from './health.ts';

/** The variables that choose. */
export interface UpstreamEnv {
  readonly MODEL_UPSTREAM: 'bedrock' | 'anthropic' | 'replay';
  readonly MODEL_SECRET_ARN?: string | undefined;
  readonly MODEL_BASE_URL?: string | undefined;
  readonly MODEL_CASSETTE?: string | undefined;
  readonly AWS_REGION: string;
}

/** Where the Messages API is unless told. */
const publicApi = 'https://api.anthropic.com';

/** The upstream that the environment names; a missing key is answered as the API answers a wrong one. */
export function chooseUpstream(env: UpstreamEnv, secrets: Pick<Secrets, 'read'>): ModelUpstream {
  switch (env.MODEL_UPSTREAM) {
    case 'anthropic':
      return { name: 'anthropic', replayed: false, send: (request) => keyed(env, secrets, request) };
    case 'bedrock':
      return loaded('bedrock', false, () => bedrock(env));
    case 'replay':
      return loaded('replay', true, () => replay(env));
    default:
      return env.MODEL_UPSTREAM satisfies never;
  }
}

async function keyed(env: UpstreamEnv, secrets: Pick<Secrets, 'read'>, request: UpstreamRequest) {
  const { MODEL_SECRET_ARN: arn, MODEL_BASE_URL: baseUrl = publicApi } = env;
  if (arn === undefined) return refusal(noKey);
  try {
    const apiKey = (await secrets.read(arn)).trim();
    return await createAnthropicUpstream({ baseUrl, apiKey }).send(request);
  } catch (error) {
    if (error instanceof SecretMissing) return refusal(noKey);
    throw error;
  }
}

/** An upstream whose code is loaded by the first call: the others' start pays nothing for it. */
function loaded(name: string, replayed: boolean, load: () => Promise<ModelUpstream>): ModelUpstream {
  let upstream: Promise<ModelUpstream> | undefined;
  return {
    name,
    replayed,
    send: async (request) => {
      upstream ??= load();
      return (await upstream).send(request);
    },
  };
}

async function bedrock({ AWS_REGION: region, MODEL_BASE_URL: baseUrl }: UpstreamEnv): Promise<ModelUpstream> {
  const { createBedrockUpstream } = await import('#adapters/bedrock/upstream.ts');
  return createBedrockUpstream({ region, ...(baseUrl && { baseUrl }) });
}

async function replay({ MODEL_CASSETTE: file = '' }: UpstreamEnv): Promise<ModelUpstream> {
  const { loadCassette } = await import('#adapters/replay/cassette.ts');
  const { createReplay } = await import('#adapters/replay/replay.ts');
  return createReplay(await loadCassette(file));
}
