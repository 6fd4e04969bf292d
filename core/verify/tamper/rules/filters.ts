/** Files of their own in which checkers are told what to look away from: filters, suppressions and baselines. */
import type { Change } from '../change.ts';
import { readSettings } from '../config/setting.ts';
import type { Suspicion } from '../finding.ts';
import { notProduct } from './setting-kinds.ts';
import { isConfiguration } from './settings.ts';

/** What such files leave out now and did not before. */
export function filterRules({ before, after }: Change): Suspicion[] {
  return [...after].flatMap(([file, text]): Suspicion[] => {
    const was = before.get(file) ?? '';
    if (was === text || text.length > largest || (was === '' && !isOfOld(text, before))) return [];
    const known = new Set(leftOutIn(file, was).map(({ key }) => key));
    const [found] = leftOutIn(file, text).filter(
      // Of a set that is new, less than all is more than nothing.
      ({ key, what, of }) => !known.has(key) && !notProduct(what) && was.includes(of),
    );
    if (found === undefined) return [];
    const message = `A checker is told to look away (${found.key.slice(0, 80)}).`;
    const at = { side: 'after', file, line: found.line } as const;
    return [{ at, kind: 'disabled-lint', severity: 'medium', message }];
  });
}

/** By the outermost element of a new file, the checker that it takes something from; what comes along with its checker takes nothing. */
const checkers: readonly (readonly [RegExp, RegExp])[] = [
  [/<suppressions\b/, /checkstyle/i],
  [/<FindBugsFilter\b/, /spotbugs|findbugs/i],
  [/<SmellBaseline\b/, /detekt/i],
];

function isOfOld(text: string, before: Change['before']): boolean {
  const checker = checkers.find(([element]) => element.test(text.slice(0, 2000)))?.[1];
  return (
    checker !== undefined && [...before].some(([file, was]) => isConfiguration(file) && checker.test(was))
  );
}

/** A file of more than this was generated. */
const largest = 500_000;

interface LeftOut {
  /** All that is said of it, by which it is known again. */
  readonly key: string;
  /** The files, classes or packages that are left out, as far as they are told. */
  readonly what: string;
  /** The set of rules that a rule is taken from. */
  readonly of: string;
  readonly line: number;
}

function leftOutIn(file: string, text: string): LeftOut[] {
  if (/(^|\/)sonar-project\.properties$/.test(file)) return ofSonar(file, text);
  if (!file.endsWith('.xml')) return [];
  if (/<(suppressions|FindBugsFilter|ruleset|SmellBaseline)\b/.test(text.slice(0, 2000)))
    return text.includes('<FindBugsFilter') ? matchesIn(text) : elementsIn(text);
  return [];
}

/** `<suppress files="…" checks="…"/>` of Checkstyle, `<exclude name="…"/>` of PMD, `<ID>…</ID>` of a baseline of detekt. */
function elementsIn(text: string): LeftOut[] {
  let of = '';
  return text.split('\n').flatMap((line, index): LeftOut[] => {
    of = /<rule\s+ref="([^"]{1,200})"/.exec(line)?.[1] ?? of;
    const tag = /<(suppress|suppress-xpath|exclude|exclude-pattern|ID)\b(.*)/.exec(line.slice(0, 1000));
    if (tag === null) return [];
    const files = /\bfiles="([^"]*)"/.exec(tag[2] ?? '')?.[1];
    const what = files ?? (/^(exclude-pattern|ID)$/.test(tag[1] ?? '') ? (tag[2] ?? '') : '');
    return [{ key: line.trim(), what, of, line: index + 1 }];
  });
}

/** Each `<Match>` of SpotBugs with all that it asks for. */
function matchesIn(text: string): LeftOut[] {
  let line = 1;
  return text.split('<Match>').flatMap((part, at): LeftOut[] => {
    const start = line;
    line += part.split('\n').length - 1;
    const key = (part.split('</Match>')[0] ?? '').replace(/\s+/g, ' ').trim();
    return at === 0 ? [] : [{ key, what: key, of: '', line: start }];
  });
}

/** `sonar.issue.ignore.multicriteria.e1.ruleKey`, with the files that it is ignored in. */
function ofSonar(file: string, text: string): LeftOut[] {
  const settings = readSettings(file, text);
  const files = new Map(settings.map(({ path, value }) => [path, value]));
  return settings.flatMap(({ path, value, line }): LeftOut[] => {
    if (!/^sonar\.issue\.ignore\..*\.ruleKey$/.test(path)) return [];
    const what = files.get(path.replace(/ruleKey$/, 'resourceKey')) ?? '';
    return [{ key: `${value} ${what}`, what, of: '', line }];
  });
}
