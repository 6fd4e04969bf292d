import type { Retrier } from './definition.ts';

/** What went wrong, as ASL sees it. */
export interface Failure {
  error: string;
  cause: string;
}

const timeouts = new Set(['States.Timeout', 'States.HeartbeatTimeout']);
/** A machine that is broken, or data that does not fit, will not get better: States.ALL and States.TaskFailed pass them by. */
const terminal = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/** Whether a list of error names speaks of this error, wildcards as Step Functions reads them. */
export function matches(names: readonly string[], error: string): boolean {
  return names.some((name) => {
    if (name === error) return true;
    if (name === 'States.ALL') return !terminal.has(error);
    if (name === 'States.TaskFailed') return !timeouts.has(error) && !terminal.has(error);
    // A missed heartbeat is a kind of timeout.
    return name === 'States.Timeout' && error === 'States.HeartbeatTimeout';
  });
}

/**
 * Milliseconds before the next attempt; `used` counts the retries of this retrier so far.
 * Full jitter takes a random part of the delay, so that what failed together does not come back together.
 */
export function retryDelay(retrier: Retrier, used: number, random: () => number): number {
  const grown = retrier.IntervalSeconds * retrier.BackoffRate ** used;
  const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return Math.round(seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1));
}

/** The retrier that takes this error, if it has attempts left. The first that matches decides, even when it is used up. */
export function chooseRetrier(
  retriers: readonly Retrier[],
  error: string,
  counts: readonly number[],
): { retrier: Retrier; index: number; used: number } | null {
  const index = retriers.findIndex((one) => matches(one.ErrorEquals, error));
  const retrier = retriers[index];
  const used = counts[index] ?? 0;
  return retrier && used < retrier.MaxAttempts ? { retrier, index, used } : null;
}
