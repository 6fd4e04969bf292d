/** What a pull request says of property tests by other runs than the author's. */
import type { Evidence } from '../verify/ports.ts';
import type { Proof } from '../verify/proof.ts';
import { isOld, type PropertyTests, runInWords } from '../verify/properties/independent.ts';
import { cell, code, folded, type Section, short, table, whole } from './markdown.ts';

/** Property criteria that no other run has put to the test, or whose tests say nothing new, as list items. */
export function untried(proofs: readonly Proof[]): string[] {
  return proofs.flatMap(({ criterion, independent }) => {
    if (independent === null) return [];
    const { missing, runs, aside } = independent;
    if (aside !== undefined) return [];
    if (missing !== null) return [`- ${criterion}: no independent test: ${cell(missing)}.`];
    const old = runs.every(isOld);
    return old
      ? [`- ${criterion}: its independent tests pass on the base commit too, so they prove nothing new.`]
      : [];
  });
}

/** Criteria whose independent tests could not become part of the branch, one item for each reason. */
export function besideIt(proofs: readonly Proof[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { criterion, independent } of proofs) {
    const aside = independent?.aside;
    if (aside !== undefined) reasons.set(aside, [...(reasons.get(aside) ?? []), criterion]);
  }
  return [...reasons].map(
    ([aside, criteria]) =>
      `- ${criteria.join(', ')}: the independent tests are no part of this branch (${cell(aside)}). They ran beside it, without the tests of its author.`,
  );
}

/** What is said beside `proven` of a property criterion that rests on its author's tests; empty for all others. */
export function aloneWords({ state, independent }: Pick<Proof, 'state' | 'independent'>): string {
  const missing = independent?.missing ?? null;
  return state !== 'proven' || missing === null
    ? ''
    : ` by named tests alone; no independent test: ${cell(missing)}`;
}

/**
 * Every property as it went on the delivered commit, and each counterexample on the way there; then what the verifiers
 * say of their tests: what inputs they left out belongs beside what was proven.
 */
export function properties(
  evidence: readonly Evidence[],
  testers: ReadonlyMap<string, Pick<PropertyTests, 'summary' | 'files' | 'command'>>,
  head: string | null,
): Section {
  // What was delivered before is no longer what is delivered.
  const isHere = ({ purpose, commit }: Evidence) => purpose === 'final' && commit === head;
  const rows = evidence.flatMap((one) =>
    (one.proof?.independent ?? []).flatMap(({ task, criterion, runs }) =>
      runs
        .filter(({ outcome }) => isHere(one) || outcome === 'failed')
        .map((run) => [
          ...[task, criterion],
          // The commit of an earlier check was replaced, and is nowhere to be looked up.
          isHere(one) ? short(one.commit) : 'earlier work',
          cell(runInWords(run)),
        ]),
    ),
  );
  if (rows.length === 0) return whole('');
  const title = `Independent tests: ${rows.length}, by other runs than the authors', from the requirements alone`;
  const said = [...testers].map(
    ([task, { summary, files, command }]) =>
      `- ${task}, ${files.map(code).join(', ')} (run by ${code(command)}): ${cell(summary)}`,
  );
  const words =
    said.length === 0
      ? []
      : ['', "In the verifiers' words, of the work as it was first handed in:", '', ...said];
  return folded(title, [...table(['Task', 'Criterion', 'Commit', 'Test'], rows), ...words]);
}
