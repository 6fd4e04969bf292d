/** What a run of a command came to, in the words that people read. */
import type { CommandVerdict } from '../verify/check.ts';

/** Each verdict as the end of a sentence about the command. */
export const verdictWords: Readonly<Record<CommandVerdict, string>> = {
  passed: 'passed',
  failed: 'failed',
  'pre-existing': 'failed, as it did before this change',
  flaky: 'failed, and passed when it ran again on the same commit',
};
