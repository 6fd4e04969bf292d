/** The Anthropic API (or whatever speaks it at a base URL) as the model's upstream: one `fetch` a call, no retry, nothing decoded. */
import type {
  AbortSignalLike,
  ModelUpstream,
  UpstreamRequest,
  UpstreamResponse,
} from '#core/agent/upstream.ts';
import { DomainError } from '#core/errors.ts';

/** No answer came: the address does not resolve, nobody listens, the connection broke before the status line. */
export class UpstreamUnreachable extends DomainError {
  readonly code = 'upstream-unreachable';
}

/** Where the API is, and whose account pays. */
export interface AnthropicOptions {
  /** For example `https://api.anthropic.com`; a path in it is kept. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Used where the client names no version. @default 2023-06-01, the only one that the API has had since */
  readonly version?: string;
}

/** Headers that a client may choose; all others, credentials first, are ours. */
const passed = new Set(['anthropic-version', 'anthropic-beta']);

/** Headers that belong to the connection (RFC 9110, 7.6.1), or were true only before `fetch` decoded the body. */
const perConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-encoding',
  'content-length',
  'set-cookie',
]);

/** Throws `UpstreamUnreachable` from `send` when no answer came; an HTTP error is an answer. */
export function createAnthropicUpstream(options: AnthropicOptions): ModelUpstream {
  const base = options.baseUrl.replace(/\/+$/, '');
  return {
    name: 'anthropic',
    replayed: false,
    send: async (request) => {
      const response = await call(`${base}${request.path}`, request, options);
      const headers = [...response.headers].filter(([name]) => !perConnection.has(name));
      return {
        status: response.status,
        headers: Object.fromEntries(headers),
        body: response.body ?? nothing(),
      } satisfies UpstreamResponse;
    },
  };
}

async function call(url: string, request: UpstreamRequest, options: AnthropicOptions): Promise<Response> {
  const chosen = Object.entries(request.headers).filter(([name]) => passed.has(name.toLowerCase()));
  try {
    return await fetch(url, {
      method: 'POST',
      headers: {
        'anthropic-version': options.version ?? '2023-06-01',
        ...Object.fromEntries(chosen.map(([name, value]) => [name.toLowerCase(), value])),
        'content-type': 'application/json',
        // What arrives is passed on as it is, so it must come as it is.
        'accept-encoding': 'identity',
        'x-api-key': options.apiKey,
      },
      body: request.body,
      // A redirect followed by itself would carry the key to another host.
      redirect: 'manual',
      signal: realSignal(request.signal),
    });
  } catch (cause) {
    throw new UpstreamUnreachable('The model could not be reached.', { reason: reasonOf(cause) });
  }
}

/** Node's own code (`ECONNREFUSED`, `ENOTFOUND`, …); the message may repeat parts of the request, so it stays inside. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (inner instanceof Error && 'code' in inner && typeof inner.code === 'string') return inner.code;
  return inner instanceof Error ? inner.name : 'unknown';
}

function realSignal(signal: AbortSignalLike): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const controller = new AbortController();
  if (signal.aborted) controller.abort();
  signal.addEventListener('abort', () => controller.abort());
  return controller.signal;
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An answer without a body has no pieces.
}
