import type { RunClaims, RunTokens } from '#adapters/tokens/run-tokens.ts';
import type { Agents } from '#core/agent/ports.ts';
import type { ModelUpstream } from '#core/agent/upstream.ts';
import type { Clock, Digest, NewId } from '#core/id.ts';
import type { Embedder } from '#core/memory/ports.ts';
import type { Store } from '#core/store.ts';
import type { Blobs } from '#core/verify/ports.ts';
import type { Workflow } from '#core/workflow.ts';

/** Where the gateway's own news go; never a body, a token or a key. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, data: Record<string, unknown>) => void;

/** Everything that the gateway is built from. */
export interface GatewayDeps {
  readonly store: Store;
  /** Where heartbeats are noted. */
  readonly agents: Pick<Agents, 'beat'>;
  readonly blobs: Pick<Blobs, 'presign' | 'size'>;
  readonly workflow: Pick<Workflow, 'heartbeat'>;
  readonly upstream: ModelUpstream;
  readonly tokens: Pick<RunTokens, 'verify'>;
  readonly clock: Clock;
  readonly newId: NewId;
  /** SHA-256 of a text as UTF-8, in lowercase hex. */
  readonly digest: (text: string) => Digest;
  /** The model that runs are told to use. */
  readonly model: string;
  readonly embed: Embedder;
  /** Longest time of one of the project's commands, where it is not the usual one of `limitsFor`. */
  readonly checkSeconds?: number;
  readonly log: Log;
}

/** What Hono carries from the host to the handler, and from the check of the token. */
export interface GatewayEnv {
  /** On Node: the response under way, so that an answer which broke off can break off here too. */
  readonly Bindings: { readonly outgoing?: { destroy(): unknown } };
  readonly Variables: { readonly claims: RunClaims };
}
