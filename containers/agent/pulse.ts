/** The heartbeat: says that the sandbox lives, and hears what people want of it. */
import type { HeartbeatReply } from '#core/run/protocol.ts';
import { AttemptOver, type Gateway, GatewayUnreachable } from './gateway.ts';
import type { Steering } from './loop/journal.ts';

/** A person stopped the run: `paused` goes on later, `cancelled` does not. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  constructor(readonly why: NonNullable<HeartbeatReply['stop']>) {
    super(`The run was ${why}.`);
  }
}

/** A third of the lease, so that two lost beats do no harm. */
const usualBeatMs = 20_000;

export interface Pulse {
  /** Fires with `Stopped`, `AttemptOver` or `GatewayUnreachable` when the sandbox must end. */
  readonly signal: AbortSignal;
  /** Hands over what people said since the last time. */
  steering(): Steering[];
  /** What heartbeats tell of the sandbox's doings. */
  doing(what: string, turn?: number): void;
  stop(): void;
}

export function startPulse(gateway: Gateway, log: (line: string) => void, beatMs = usualBeatMs): Pulse {
  const controller = new AbortController();
  const waiting: Steering[] = [];
  const known = new Set<string>();
  let now = { turn: 0, what: 'starting' };
  let beating = false;
  const beat = async () => {
    const { stop, steering } = await gateway.heartbeat(now.turn, now.what);
    for (const message of steering) {
      if (known.has(message.id)) continue;
      known.add(message.id);
      waiting.push(message);
    }
    if (stop) controller.abort(new Stopped(stop));
  };
  const timer = setInterval(() => {
    if (beating || controller.signal.aborted) return;
    beating = true;
    beat()
      .catch((error: unknown) => {
        if (error instanceof AttemptOver || error instanceof GatewayUnreachable) controller.abort(error);
        else log(`heartbeat: ${String(error)}`);
      })
      .finally(() => {
        beating = false;
      });
  }, beatMs);
  return {
    signal: controller.signal,
    steering: () => waiting.splice(0),
    doing(what, turn = now.turn) {
      now = { turn, what };
    },
    stop: () => clearInterval(timer),
  };
}
