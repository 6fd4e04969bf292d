/** Looks after live runs while there are any: lost sandboxes, leases that ran out, gates that nobody decided in time. */
import type { RunKeeper } from '#functions/reconcile/runs.ts';

/** Three looks within a lease of 60 s. */
const beatMs = 20_000;
/** Without live runs only gates can come due; a day's delay on a year's deadline is nothing. */
const restMs = 86_400_000;

export interface Pulse {
  /** Something was committed: runs may have begun. */
  beat(): void;
  stop(): void;
}

/** No timer runs faster than once a day while no run is live. */
export function createPulse(keeper: Pick<RunKeeper, 'look'>, log: (error: unknown) => void): Pulse {
  let timer: NodeJS.Timeout | null = null;
  let fast = false;
  let stopped = false;

  const arm = (ms: number) => {
    if (timer) clearTimeout(timer);
    fast = ms === beatMs;
    timer = stopped ? null : setTimeout(() => void look(), ms);
    timer?.unref();
  };
  const look = async () => {
    const { live } = await keeper.look().catch((error: unknown) => {
      log(error);
      return { live: 1 };
    });
    arm(live > 0 ? beatMs : restMs);
  };
  return {
    beat() {
      if (!fast) arm(beatMs);
    },
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}
