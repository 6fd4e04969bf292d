/**
 * The tamper report: where a change weakens what is to prove it. A pure function of two trees.
 *
 * Tests are matched over the whole change, by name and by content, and assertions are compared as multisets, so that a
 * test that moved, was renamed, split or turned into a table is no finding. What it can't know: files that neither tree holds
 * (a helper in a package), and values that are computed while tests run.
 */
import { readChange } from './change.ts';
import { Excerpts } from './excerpt.ts';
import type { Finding, Suspicion, Tree } from './finding.ts';
import { pairTests } from './pairing.ts';
import { assertionRules } from './rules/assertions.ts';
import { cargoRules } from './rules/cargo.ts';
import { caseRules } from './rules/cases.ts';
import { commandRules, recordsAnew } from './rules/commands.ts';
import { contradictedRules } from './rules/contradicted.ts';
import { copyRules } from './rules/copies.ts';
import { doctestRules } from './rules/doctests.ts';
import { exitRules } from './rules/exits.ts';
import { filterRules } from './rules/filters.ts';
import { fixtureRules } from './rules/fixtures.ts';
import { floorRules } from './rules/floors.ts';
import { gitHookRules } from './rules/git-hooks.ts';
import { hookRules } from './rules/hooks.ts';
import { inputRules } from './rules/inputs.ts';
import { laxerRules } from './rules/laxer.ts';
import { numberRules } from './rules/numbers.ts';
import { occasionRules } from './rules/occasions.ts';
import { passedOverRules } from './rules/passed-over.ts';
import { pipelineRules } from './rules/pipelines.ts';
import { rangeRules } from './rules/ranges.ts';
import { replacedRules } from './rules/replaced.ts';
import { rowRules } from './rules/rows.ts';
import { scriptRules } from './rules/scripts.ts';
import { selfMadeRules } from './rules/self-made.ts';
import { settingRules } from './rules/settings.ts';
import { snapshotRules } from './rules/snapshots.ts';
import { softRules } from './rules/softly.ts';
import { specialRules } from './rules/special.ts';
import { strictnessRules } from './rules/strictness.ts';
import { suppressionRules } from './rules/suppressions.ts';
import { swallowedRules } from './rules/swallowed.ts';
import { switchRules } from './rules/switches.ts';
import { testRules } from './rules/tests.ts';
import { handsNothingOn } from './rules/told.ts';
import { tryRules } from './rules/tries.ts';
import { turnedRules } from './rules/turned.ts';
import { uncaughtRules } from './rules/uncaught.ts';
import { unmarkedRules } from './rules/unmarked.ts';
import { unreadRules } from './rules/unread.ts';

/** Every place where the change from `before` to `after` weakens a check, by file and line. Never throws. */
export function tamperReport(before: Tree, after: Tree): Finding[] {
  const change = readChange(before, after);
  const pairing = pairTests(change);
  const commands = commandRules(change);
  const suspicions = [
    ...testRules(change, pairing),
    ...unmarkedRules(change, pairing),
    ...rowRules(change, pairing),
    ...rangeRules(pairing),
    ...turnedRules(pairing),
    ...assertionRules(change, pairing),
    ...handsNothingOn(pairing),
    ...contradictedRules(pairing),
    ...copyRules(pairing),
    ...inputRules(change, pairing),
    ...caseRules(pairing),
    ...passedOverRules(change, pairing),
    ...selfMadeRules(change, pairing),
    ...softRules(pairing),
    ...fixtureRules(change),
    ...doctestRules(change, pairing),
    ...numberRules(change),
    ...suppressionRules(change),
    ...strictnessRules(change),
    ...specialRules(change),
    ...replacedRules(change, pairing),
    ...swallowedRules(change),
    ...uncaughtRules(change),
    ...exitRules(change),
    ...snapshotRules(change, recordsAnew(commands)),
    ...settingRules(change),
    ...cargoRules(change),
    ...floorRules(change),
    ...laxerRules(change),
    ...filterRules(change),
    ...hookRules(change),
    ...gitHookRules(change),
    ...pipelineRules(change),
    ...occasionRules(change),
    ...tryRules(change),
    ...unreadRules(change),
    ...scriptRules(change),
    ...switchRules(change),
    ...commands,
  ];
  const excerpts = new Excerpts(before, after);
  return once(suspicions).map(({ at, was, ...told }) => ({
    file: at.file,
    line: at.line,
    side: at.side,
    hunk: excerpts.of(at, was),
    ...told,
  }));
}

/** One finding a kind and line; by file, then by line. */
function once(suspicions: readonly Suspicion[]): Suspicion[] {
  const found = new Map<string, Suspicion>();
  for (const one of suspicions) {
    const key = `${one.at.file}\n${one.at.side}\n${one.at.line}\n${one.kind}`;
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()].sort(
    (a, b) => compareText(a.at.file, b.at.file) || a.at.line - b.at.line || compareText(a.kind, b.kind),
  );
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
