/** What a pull request says of the tests that were there before: how they go on its commit in their old form. */
import { formerInWords } from '../verify/former.ts';
import type { Evidence } from '../verify/ports.ts';
import { cell, code, type Section, whole } from './markdown.ts';

/** From the newest final check of the delivered commit; empty where it was not tried. */
export function formerTests(evidence: readonly Evidence[], commit: string | null): Section {
  const former = evidence.findLast(
    (one) => one.purpose === 'final' && one.commit === commit && one.proof?.former !== undefined,
  )?.proof?.former;
  if (!former) return whole('');
  const words = `## Existing tests\n\n${formerInWords(former)}`;
  if (former.outcome === 'unchanged') return whole(words);
  const failed = former.outcome === 'failed' ? former.failed : [];
  return {
    head: `${words}\n\n`,
    lines: [
      ...failed.map((name) => `- fails: ${cell(name)}`),
      ...former.files.map((file) => `- edited or deleted: ${code(file)}`),
    ],
    tail: '',
  };
}
