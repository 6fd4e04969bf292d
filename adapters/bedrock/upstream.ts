/**
 * Bedrock as the model's upstream: the Messages API's request goes to InvokeModel, and its event stream comes back as
 * the server-sent events of the Messages API, so that nobody behind it can tell the two apart.
 */
import { getAuthHeaders } from '@anthropic-ai/bedrock-sdk/core/auth';
import { eventStreamToSSEResponse } from '@anthropic-ai/bedrock-sdk/core/streaming';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { z } from 'zod';
import { UpstreamUnreachable } from '#adapters/anthropic/upstream.ts';
import type { ModelUpstream, UpstreamRequest, UpstreamResponse } from '#core/agent/upstream.ts';
import { jsonIn } from '#core/json.ts';

/** Where Bedrock is. */
export interface BedrockOptions {
  readonly region: string;
  /** With the API's path left out. @default the dual-stack endpoint of the region, which subnets without IPv4 reach */
  readonly baseUrl?: string;
}

/** A quarter of an hour, the longest that Lambda runs. The caller has its own retries. */
const longestMs = 15 * 60_000;

/** What Bedrock takes out of the Messages API's body: the model is in the path, and so is whether it streams. */
const Body = z.looseObject({
  model: z.string().min(1),
  stream: z.boolean().default(false),
  anthropic_version: z.string().default('bedrock-2023-05-31'),
});

/**
 * Only the two parts of the SDK that know Bedrock are used: its client brings every resource of Anthropic's API along,
 * a third of what the gateway would load. Throws `UpstreamUnreachable` from `send` when no answer came; an HTTP error is
 * an answer.
 */
export function createBedrockUpstream(options: BedrockOptions): ModelUpstream {
  const { region } = options;
  const { config } = new BedrockRuntimeClient({ region });
  const sign = (url: string, body: string) =>
    getAuthHeaders(
      { method: 'POST', headers: { 'content-type': 'application/json' }, body },
      {
        ...{ url, regionName: region, awsAccessKey: null, awsSecretKey: null, awsSessionToken: null },
        providerChainResolver: async () => () => config.credentials(),
      },
    );
  return {
    name: 'bedrock',
    replayed: false,
    send: (request) =>
      request.path === '/v1/messages' ? invoke(options, sign, request) : Promise.resolve(uncounted()),
  };
}

type Sign = (url: string, body: string) => Promise<Record<string, string>>;

async function invoke(
  { region, baseUrl = `https://bedrock-runtime.${region}.api.aws` }: BedrockOptions,
  sign: Sign,
  request: UpstreamRequest,
): Promise<UpstreamResponse> {
  const { model, stream, ...rest } = Body.parse(JSON.parse(request.body));
  const url = `${baseUrl}/model/${encodeURIComponent(model)}/${stream ? 'invoke-with-response-stream' : 'invoke'}`;
  const body = JSON.stringify({ ...betasOf(request), ...rest });
  const abort = new AbortController();
  request.signal.addEventListener('abort', () => abort.abort());
  const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(longestMs)]);
  try {
    const headers = await sign(url, body);
    return answerOf(await fetch(url, { method: 'POST', headers, body, signal }));
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown';
    throw new UpstreamUnreachable('Bedrock could not be reached.', { reason }, { cause: error });
  }
}

async function answerOf(response: Response): Promise<UpstreamResponse> {
  if (!response.ok) return refusalOf(response);
  const isStream = response.headers.get('content-type')?.includes('application/vnd.amazon.eventstream');
  const { status, headers, body } = isStream ? eventStreamToSSEResponse(response) : response;
  const type = headers.get('content-type') ?? 'application/json';
  const id = headers.get('x-amzn-requestid');
  return {
    status,
    headers: { 'content-type': type, ...(id && { 'request-id': id }) },
    body: body ?? nothing(),
  };
}

/** Betas travel in the body on Bedrock. */
function betasOf({ headers }: UpstreamRequest): { readonly anthropic_beta?: readonly string[] } {
  const beta = Object.entries(headers).find(([name]) => name.toLowerCase() === 'anthropic-beta')?.[1];
  return beta === undefined ? {} : { anthropic_beta: beta.split(',').map((one) => one.trim()) };
}

const Refusal = z.looseObject({ message: z.string() });

/** An HTTP error of Bedrock in the Messages API's shape. */
async function refusalOf(response: Response): Promise<UpstreamResponse> {
  const { status } = response;
  const text = await response.text();
  const message = Refusal.safeParse(jsonIn(text)).data?.message ?? (text || `Bedrock answered ${status}.`);
  return answer(status, { type: 'error', error: { type: errorTypes[status] ?? 'api_error', message } });
}

/** The Messages API's names of errors. */
const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** InvokeModel counts no tokens. */
function uncounted(): UpstreamResponse {
  const message = 'Tokens cannot be counted ahead on Bedrock.';
  return answer(404, { type: 'error', error: { type: 'not_found_error', message } });
}

function answer(status: number, body: unknown): UpstreamResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: once(JSON.stringify(body)) };
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An answer without a body has no pieces.
}
