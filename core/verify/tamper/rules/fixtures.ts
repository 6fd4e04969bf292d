/** Files of data that tests read: records that are gone from one take their cases along. */
import { z } from 'zod';
import type { Change } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { isPipeline, isSnapshot, isTestPath, languageOf } from '../path.ts';
import { stringValue } from '../source/source.ts';
import { isConfiguration } from './settings.ts';

/** Data of tests that holds fewer records than before, and is otherwise what it was. */
export function fixtureRules({ before, after, sources }: Change): Suspicion[] {
  const read = new Set(
    sources.after
      .filter(({ isTest, tests }) => isTest || tests.length > 0)
      .flatMap(({ code }) => code.tokens)
      .flatMap((token) =>
        token.kind === 'string'
          ? stringValue(token)
              .slice(0, 300)
              .split(/[\\/.]/)
          : [],
      ),
  );
  return [...after].flatMap(([path, text]): Suspicion[] => {
    const was = before.get(path);
    if (was === undefined || was === text || !isData(path) || was.length > largest) return [];
    // By its own name, or by that of its folder.
    const [folder = '', name = ''] = path.split('/').slice(-2);
    if (!read.has(name.replace(/\.\w+$/, '')) && !read.has(folder)) return [];
    // A list of what may fail is told where it grows, all other data where it shrinks.
    const grows = excused.test(name);
    const line = grows ? firstLost(path, text, was) : firstLost(path, was, text);
    if (line === undefined) return [];
    return [
      {
        at: { side: grows ? 'after' : 'before', file: path, line },
        kind: grows ? 'skipped-test' : 'weakened-assertion',
        severity: 'medium',
        message: grows
          ? 'Records came into a list of what may fail.'
          : 'Records are gone from data that tests are run with.',
      },
    ];
  });
}

/** `expected_failures.txt`, `known-issues.json`: a shorter one lets less pass. */
const excused =
  /(expected|known|allowed)[-_]?(fail|issue|bug|error)|xfail|skip(ped|list|s)?\b|quarantine|ignored?[-_]?tests/i;

/** A file of more than this is no fixture that a person wrote. */
const largest = 500_000;

function isData(path: string): boolean {
  const folder = /(^|\/)(fixtures?|__fixtures__|test[-_]?data|samples?|corpus|cassettes)\//i.test(path);
  const known = /\.(json|jsonl|ndjson|xml|csv|tsv|txt|ya?ml|toml|html|sql|ics|eml|log|md)$/.test(path);
  const other =
    isSnapshot(path) || isConfiguration(path) || isPipeline(path) || languageOf(path) !== undefined;
  return known && !other && (folder || isTestPath(path));
}

/** Each line of these is a record. */
const byLine = /\.(csv|tsv|jsonl|ndjson|txt|log)$/;
/** Of other data a record has at least so many lines. */
const shortest = 3;

/** The first line of what is gone, where whole records are and next to nothing is new. */
function firstLost(path: string, was: string, is: string): number | undefined {
  const [then, now] = [linesOf(was), linesOf(is)];
  const lost = without(then, now);
  const fresh = without(now, then);
  const [first] = lost;
  const least = byLine.test(path) ? 1 : shortest;
  if (/\.json$/.test(path) && (holdsAll(was, is) || holdsPlaces(was, is))) return undefined;
  if (first === undefined || lost.length - fresh.length < least || fresh.length * 4 > lost.length)
    return undefined;
  return first.line;
}

/** Whether each name and value of JSON stands there as often as before, whatever the layout. */
function holdsAll(was: string, is: string): boolean {
  const scalars = (text: string) =>
    (text.match(/"(?:[^"\\]|\\.)*"|[^\s",:{}[\]]+/g) ?? []).map((one) => ({ text: one, line: 0 }));
  return without(scalars(was), scalars(is)).length === 0;
}

/** Whether each place of JSON is still there, whatever the layout; what it holds may have changed. */
function holdsPlaces(was: string, is: string): boolean {
  const [then, now] = [placesOf(was), placesOf(is)];
  return then !== undefined && now !== undefined && [...then].every((place) => now.has(place));
}

/** What JSON nests. */
const nested = z.record(z.string(), z.unknown()).or(z.array(z.unknown()));

/** `/owner/mails/0`: the place of each value; undefined where the text is no JSON. */
function placesOf(text: string): ReadonlySet<string> | undefined {
  const places = new Set<string>();
  const open: [string, unknown][] = [];
  try {
    open.push(['', JSON.parse(text)]);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [place, value] = next;
    places.add(place);
    const inner = nested.safeParse(value);
    if (!inner.success) continue;
    for (const [key, one] of Object.entries(inner.data)) open.push([`${place}/${key}`, one]);
  }
  return places;
}

interface Line {
  readonly text: string;
  readonly line: number;
}

const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .map((line, index) => ({ text: line.trim().replace(/,$/, ''), line: index + 1 }))
    .filter((line) => line.text !== '');

/** Lines that stand less often in the other text. */
function without(all: readonly Line[], other: readonly Line[]): Line[] {
  const count = new Map<string, number>();
  for (const { text } of other) count.set(text, (count.get(text) ?? 0) + 1);
  return all.filter(({ text }) => {
    const left = count.get(text) ?? 0;
    count.set(text, left - 1);
    return left <= 0;
  });
}
