import type { Agents } from '#core/agent/ports.ts';
import type { Clock } from '#core/id.ts';
import type { Sandboxes } from '#core/run/ports.ts';
import type { Store } from '#core/store.ts';

/** What looking after live runs needs, on any host. */
export interface RunKeeperDeps {
  /** Only read: whatever is mended is mended through a step. */
  readonly store: Pick<Store, 'view'>;
  readonly sandboxes: Pick<Sandboxes, 'status' | 'stop'>;
  /** Whose lease still holds. */
  readonly agents: Pick<Agents, 'list'>;
  /** The steps; called are `run.lose`, `gate.expire`, `execution.schedule`, `ticket.fail` and `task.fail`. */
  readonly steps: (input: unknown) => Promise<unknown>;
  readonly clock: Clock;
  /** Says what was mended; never a token. */
  readonly log: (message: string, data?: Readonly<Record<string, unknown>>) => void;
  /**
   * After how many seconds a run that was asked for and has no sandbox counts as lost. Absent: never, because the host
   * delivers the event that asks for it again by itself.
   */
  readonly launchSeconds?: number;
}
