/**
 * Bedrock as the model's upstream: the Messages API's request goes to InvokeModel, and its event stream comes back as
 * the server-sent events of the Messages API, so that nobody behind it can tell the two apart.
 */
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import { z } from 'zod';
import { UpstreamUnreachable } from '#adapters/anthropic/upstream.ts';
import type { ModelUpstream, UpstreamRequest, UpstreamResponse } from '#core/agent/upstream.ts';

/** The part of the SDK's client that is used. */
export type BedrockClient = Pick<AnthropicBedrock, 'post'>;

/** Where Bedrock is. */
export interface BedrockOptions {
  readonly region: string;
  /** With the API's path left out. @default the dual-stack endpoint of the region, which subnets without IPv4 reach */
  readonly baseUrl?: string;
}

/** The client as the upstream needs it: no retries (the caller has its own), and a quarter of an hour for an answer. */
export function bedrockClient({ region, baseUrl }: BedrockOptions): BedrockClient {
  return new AnthropicBedrock({
    awsRegion: region,
    baseURL: baseUrl ?? `https://bedrock-runtime.${region}.api.aws`,
    maxRetries: 0,
    timeout: 15 * 60_000,
  });
}

/** What the SDK throws for an HTTP error. */
const Refusal = z.object({ status: z.number().int(), message: z.string(), error: z.unknown() });

/** Throws `UpstreamUnreachable` from `send` when no answer came; an HTTP error is an answer. */
export function createBedrockUpstream(client: BedrockClient): ModelUpstream {
  return {
    name: 'bedrock',
    replayed: false,
    send: (request) =>
      request.path === '/v1/messages' ? invoke(client, request) : Promise.resolve(uncounted()),
  };
}

async function invoke(client: BedrockClient, request: UpstreamRequest): Promise<UpstreamResponse> {
  const body: unknown = JSON.parse(request.body);
  const { stream } = z.looseObject({ stream: z.boolean().default(false) }).parse(body);
  const abort = new AbortController();
  request.signal.addEventListener('abort', () => abort.abort());
  try {
    const response = await client
      .post('/v1/messages', {
        body,
        headers: { 'anthropic-version': 'bedrock-2023-05-31', ...betasOf(request) },
        signal: abort.signal,
        stream,
        maxRetries: 0,
      })
      .asResponse();
    const type = response.headers.get('content-type') ?? 'application/json';
    const id = response.headers.get('x-amzn-requestid');
    const headers = { 'content-type': type, ...(id && { 'request-id': id }) };
    return { status: response.status, headers, body: response.body ?? nothing() };
  } catch (error) {
    return refusalOf(error);
  }
}

/** Betas travel in the body on Bedrock; the SDK moves them there. */
function betasOf({ headers }: UpstreamRequest): Record<string, string> {
  const beta = Object.entries(headers).find(([name]) => name.toLowerCase() === 'anthropic-beta')?.[1];
  return beta === undefined ? {} : { 'anthropic-beta': beta };
}

/** An HTTP error of Bedrock in the Messages API's shape; anything else is no answer. */
function refusalOf(error: unknown): UpstreamResponse {
  const refusal = Refusal.safeParse(error);
  if (!refusal.success) {
    const reason = error instanceof Error ? error.name : 'unknown';
    throw new UpstreamUnreachable('Bedrock could not be reached.', { reason }, { cause: error });
  }
  const { status, message } = refusal.data;
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
