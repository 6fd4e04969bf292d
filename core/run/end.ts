/** The end of a run that left nothing, in words for whoever comes after it. */
import type { EndReason, Run } from './run.ts';

/** Ends that another round would only repeat: nothing about them is the agent's doing. */
const hopeless: ReadonlySet<EndReason> = new Set([
  'model-rejected',
  'source-failed',
  'cancelled',
  'money-limit',
]);

/** Why a run left nothing, as its next round should hear it; null when it left something. */
export function endOf(run: Run): { readonly words: string; readonly hopeless: boolean } | null {
  if (run.state.status !== 'ended') return { words: 'The run did not come to its end.', hopeless: false };
  const { outcome } = run.state;
  if (outcome.type !== 'failed') return null;
  const words = `The run before ended without a result (${outcome.reason}): ${outcome.message}`;
  return { words, hopeless: hopeless.has(outcome.reason) };
}
