/** The port to whatever answers the Messages API: the Anthropic API, Bedrock, or a replayed cassette. */
import type { Role } from '../run/run.ts';

/** Whose call it is; a replayed cassette finds its answer by it, a real upstream ignores it. */
export interface CallContext {
  readonly runId: string;
  readonly role: Role;
  readonly task: string | null;
  readonly round: number;
  readonly call: number;
}

/** One call of the Messages API, as it is to go over the wire. */
export interface UpstreamRequest {
  readonly path: '/v1/messages' | '/v1/messages/count_tokens';
  /** The body's bytes as the client sent them. */
  readonly body: string;
  /** `anthropic-version`, `anthropic-beta` and the like; never a credential. */
  readonly headers: Readonly<Record<string, string>>;
  readonly context: CallContext;
  readonly signal: AbortSignalLike;
}

/** The part of `AbortSignal` that the port needs; the core knows no DOM or Node types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

/** An answer as it arrives: status, headers, and the body in pieces. */
export interface UpstreamResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Whatever answers the Messages API. */
export interface ModelUpstream {
  /** `anthropic`, `bedrock`, or `replay: <cassette>`; shown to people. */
  readonly name: string;
  readonly replayed: boolean;
  /** Sends one call, without retrying: HTTP errors are answers. Throws only when no answer came (network, abort). */
  send(request: UpstreamRequest): Promise<UpstreamResponse>;
}
