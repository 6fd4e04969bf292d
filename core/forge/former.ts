/** What a pull request says of the tests that were there before: how they go on its commit in their old form. */
import type { FormerTests } from '../verify/former.ts';
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

/** What came of it, for people. */
export function formerInWords(former: FormerTests): string {
  if (former.outcome === 'unchanged')
    return 'No test file that was there before was changed, and all of them pass.';
  const { length } = former.files;
  const edited =
    length === 1
      ? '1 test file that was there before was'
      : `${length} test files that were there before were`;
  const was = `${edited} edited or deleted. All tests as they were before`;
  if (former.outcome === 'passed') return `${was} pass on this commit, too.`;
  const read = 'Read whether that is meant.';
  if (former.outcome === 'unbuildable') return `${was} cannot be built on this commit. ${read}`;
  const count = former.failed.length;
  const some = count === 0 ? 'do not pass' : `fail in ${count} ${count === 1 ? 'case' : 'cases'}`;
  return `${was} ${some} on this commit. ${read}`;
}
