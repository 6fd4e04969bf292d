/** What a pull request says of the tests that were there before: how they go on its commit in their old form. */

import { byTest } from '../verify/cases/case.ts';
import { type FormerTests, mostNamed } from '../verify/former.ts';
import type { Evidence } from '../verify/ports.ts';
import { code, folded, type Section, testName, verbatim, whole } from './markdown.ts';

const newest = (evidence: readonly Evidence[], commit: string | null): FormerTests | undefined =>
  evidence.findLast(
    (one) => one.purpose === 'final' && one.commit === commit && one.proof?.former !== undefined,
  )?.proof?.former;

/** From the newest final check of the delivered commit; empty where it was not tried. */
export function formerTests(evidence: readonly Evidence[], commit: string | null): Section {
  const former = newest(evidence, commit);
  if (!former) return whole('');
  const inside = evidence.some(({ tests }) => tests?.framework === 'cargo' || tests?.framework === 'nextest');
  const words = `## Existing tests\n\n${formerInWords(former)}${inside ? ` ${insideSources}` : ''}`;
  if (former.outcome === 'unchanged') return whole(words);
  const failed = former.outcome === 'failed' ? byTest(former.failed) : [];
  const gone = former.outcome === 'unbuildable' ? [] : (former.gone ?? []);
  return {
    head: `${words}\n\n`,
    lines: [
      ...failed.map((one) => `- fails: ${testName(one)}`),
      ...gone.map((name) => `- no test of this name runs any more: ${testName({ name, cases: 1 })}`),
      ...former.deleted.map((file) => `- deleted: ${code(file)}`),
      ...former.edited.map((file) => `- edited: ${code(file)}`),
    ],
    tail: '',
  };
}

/** What they wrote, folded; empty where nothing failed. */
export function formerOutput(evidence: readonly Evidence[], commit: string | null): Section {
  const former = newest(evidence, commit);
  if (former?.outcome !== 'failed' && former?.outcome !== 'unbuildable') return whole('');
  const output = former.output.trim();
  return output === '' ? whole('') : folded('What the existing tests wrote', verbatim(output));
}

/** Rust keeps unit tests where the code is, which no list of test files names. */
const insideSources = 'Tests inside source files are not among them.';

/** What came of it, for people. */
export function formerInWords(former: FormerTests): string {
  if (former.outcome === 'unchanged')
    return 'No test file that was there before was changed, and all of them pass.';
  const parts = (['edited', 'deleted'] as const).flatMap((how) => {
    const { length } = former[how];
    return length === 0 ? [] : [`${length} ${length === 1 ? 'was' : 'were'} ${how}`];
  });
  const was = `Of the test files that were there before, ${parts.join(' and ')}. In their old form,`;
  if (former.outcome === 'passed') return `${was} all tests pass on this commit, too.`;
  const read = 'Read whether that is meant.';
  if (former.outcome === 'unbuildable') return `${was} they cannot be built on this commit. ${read}`;
  const count = former.failed.length;
  const least = count === mostNamed ? 'at least ' : '';
  const some =
    count === 0 ? 'they do not pass' : `${least}${count} ${count === 1 ? 'test fails' : 'tests fail'}`;
  return `${was} ${some} on this commit. ${read}`;
}
