/** What check runs came to, as their rows have it. */
import type { CheckResult } from '../verify/check.ts';
import type { Run } from './run.ts';

/** The measured result of a check run, or why there is none. */
export function checkOutcome(run: Run): CheckResult | { readonly type: 'none'; readonly message: string } {
  if (run.state.status !== 'ended') return { type: 'none', message: 'The check did not come to its end.' };
  const { outcome } = run.state;
  if (outcome.type === 'check') return outcome.result;
  return { type: 'none', message: outcome.type === 'failed' ? outcome.message : 'The run was no check.' };
}

/** The result of the newest check on a ticket's base commit among its runs, or null when there was none. */
export function baselineOf(runs: readonly Run[]): CheckResult | null {
  const newest = runs
    .filter(({ check }) => check?.purpose === 'baseline')
    .sort((a, b) => b.round - a.round)
    .map(checkOutcome)
    .find((result) => result.type === 'checked');
  return newest?.type === 'checked' ? newest : null;
}
