import type { Agents } from '#core/agent/ports.ts';
import type { Clock, Instant, RunId } from '#core/id.ts';
import type { Sandboxes } from '#core/run/ports.ts';
import type { Store } from '#core/store.ts';
import type { Workflow } from '#core/workflow.ts';

/** Signs what a sandbox shows at the gateway. */
export interface RunTokenSigner {
  sign(claims: {
    readonly runId: RunId;
    readonly attempt: number;
    readonly expiresAt: Instant;
  }): Promise<string>;
}

/** Says what went wrong or was mended; never a token. */
export type Log = (message: string, data?: Readonly<Record<string, unknown>>) => void;

export interface EffectDeps {
  /** Only read: whatever an effect writes goes through a step. */
  readonly store: Pick<Store, 'view'>;
  readonly workflow: Workflow;
  readonly sandboxes: Sandboxes;
  /** Told of runs that ended or are held, so that nobody takes them for at work until their lease is over. */
  readonly agents: Pick<Agents, 'leave'>;
  /** The steps; effects call `execution.schedule`, `queue.ring`, `discovery.propose`, `discovery.settle`, `run.launched`, `run.lose`, `run.withhold` and `ticket.close`. */
  readonly steps: (input: unknown) => Promise<unknown>;
  readonly tokens: RunTokenSigner;
  /** As a sandbox reaches it; asked for at each launch, because a port may be known only after the start. */
  readonly gatewayUrl: () => string;
  readonly clock: Clock;
  readonly log: Log;
}
