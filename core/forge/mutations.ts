/** What a pull request says of small changes that were made to the delivered lines, to see whether a check notices. */
import { mutationsEach } from '../verify/mutate.ts';
import type { Evidence } from '../verify/ports.ts';
import { code, type Section, whole } from './markdown.ts';

/** So many are named; a reviewer looks at a few, the console’s evidence has them all. */
const shownPlaces = 10;

/** Of the newest final check of the delivered commit; empty where none was tried. How few they were is said, too. */
export function mutations(evidence: readonly Evidence[], commit: string | null): Section {
  const runs = evidence
    .filter((one) => one.purpose === 'final' && one.commit === commit)
    .flatMap(({ proof }) => proof?.mutations ?? [])
    .filter(({ outcome }) => outcome !== 'unviable');
  if (runs.length === 0) return whole('');
  const noticed = runs.filter(({ outcome }) => outcome === 'noticed').length;
  const survived = runs.filter(({ outcome }) => outcome === 'survived');
  const places = survived.map(
    ({ path, line, was, now }) =>
      `- ${code(`${path}:${line}`)}: ${code(was)}, made ${now === '' ? 'nothing' : code(now)}`,
  );
  const unnoticed =
    places.length === 0 ? '' : `\n\nNot noticed:\n\n${places.slice(0, shownPlaces).join('\n')}`;
  const tries = `${runs.length} ${runs.length === 1 ? 'try' : 'tries'}, ${noticed} noticed`;
  return whole(
    `## Mutations\n\nOf each task, changed lines were broken on purpose, one at a time, until a check noticed (${mutationsEach} at most): ${tries}.${unnoticed}`,
  );
}
