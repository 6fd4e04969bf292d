/** What a pull request says of tests that failed by chance. */
import { flakyAmong } from '../verify/flaky.ts';
import type { Evidence } from '../verify/ports.ts';
import { code } from './markdown.ts';

/** Names of tests, as many as a reader takes in. */
export function named(names: readonly string[]): string {
  const more = names.length > shownFlaky ? [`and ${names.length - shownFlaky} more`] : [];
  return [...names.slice(0, shownFlaky).map(code), ...more].join(', ');
}

/** Of failing and flaky tests so many are named. */
const shownFlaky = 10;

/** Commands that failed and passed so, of which no single test is known. */
const namelessFlakes = (evidence: readonly Evidence[]): string[] => [
  ...new Set(
    evidence.flatMap(({ verdict, tests, command }) =>
      verdict === 'flaky' && tests?.framework === 'unknown' ? [command] : [],
    ),
  ),
];

/** Tests that failed in some check of the ticket, and passed when they ran again on the same commit. */
export function flaky(evidence: readonly Evidence[]): string[] {
  const all = (of: readonly Evidence[]) => [...flakyAmong(of), ...namelessFlakes(of)];
  const before = all(evidence.filter(({ purpose }) => purpose === 'baseline'));
  const since = all(evidence).filter((name) => !before.includes(name));
  const how = 'failed, and passed when the command ran again on the same commit';
  return [
    ...(before.length === 0 ? [] : [`- Flaky before this change already: ${named(before)} ${how}.`]),
    ...(since.length === 0
      ? []
      : [`- Flaky: ${named(since)} ${how}. The checks of the base commit did not show it.`]),
  ];
}
