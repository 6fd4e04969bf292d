/** What a pull request says of small changes that were made to the delivered lines, to see whether a check notices. */
import { mutationsEach } from '../verify/mutate.ts';
import type { Evidence } from '../verify/ports.ts';
import { type Section, whole } from './markdown.ts';

/** Of the newest final check of the delivered commit; empty where none was tried. How few they were is said, too. */
export function mutations(evidence: readonly Evidence[], commit: string | null): Section {
  const runs = evidence
    .filter((one) => one.purpose === 'final' && one.commit === commit)
    .flatMap(({ proof }) => proof?.mutations ?? [])
    .filter(({ outcome }) => outcome !== 'unviable');
  if (runs.length === 0) return whole('');
  const noticed = runs.filter(({ outcome }) => outcome === 'noticed').length;
  const tries = `${runs.length} ${runs.length === 1 ? 'try' : 'tries'}, ${noticed} noticed`;
  return whole(
    `## Mutations\n\nOf each task, changed lines were broken on purpose, one at a time, until a check noticed (${mutationsEach} at most): ${tries}.`,
  );
}
