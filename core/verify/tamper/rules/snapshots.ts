/** Snapshots that were accepted in bulk. One or two that follow a change are everyday work. */
import type { Change } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { isSnapshot, languageOf } from '../path.ts';

/** Fewer changed entries than this are an update; from here on half of all are a rewrite. */
const fewest = 3;
const share = 0.5;

/**
 * Snapshot files of which at least half, and at least three, of the entries say something else now; where a pipeline records
 * them anew, all that changed.
 */
export function snapshotRules({ before, after, sources }: Change, recorded: boolean): Suspicion[] {
  if (recorded) return changedFiles(before, after);
  const written = new Set<string>();
  for (const { isTest, same, code } of sources.after)
    if (!isTest && !same)
      for (const { text } of code.tokens)
        for (const word of wordsOf(text.replace(/\\[nrt]/g, ' '))) written.add(word);
  return [...inFiles(before, after, written), ...inFolders(before, after), ...inData(before, after)];
}

function changedFiles(before: Change['before'], after: Change['after']): Suspicion[] {
  return [...after].flatMap(([file, text]): Suspicion[] => {
    const was = before.get(file);
    if (was === undefined || !isExpected(file) || plain(was) === plain(text)) return [];
    const message = 'This snapshot changed together with a pipeline that takes whatever comes out.';
    return [
      { at: { side: 'after', file, line: 1 }, kind: 'rewritten-snapshot', severity: 'medium', message },
    ];
  });
}

const wordsOf = (text: string) => text.split(/[^\p{L}\d]+/u).filter((word) => word !== '');

/** Another tag, a class, a heading: what one edit of a component changes everywhere it is drawn. */
const fewWords = 4;

/** Whether all that is new in an entry stands in the code that changed beside it, so that one follows from the other. */
function follows(was: string, is: string, written: ReadonlySet<string>): boolean {
  const known = new Set(wordsOf(was));
  const fresh = wordsOf(is).filter((word) => !known.has(word));
  if (fresh.length === 0 || new Set(fresh).size > fewWords || is.length < was.length / 2) return false;
  return fresh.every((word) => written.has(word) && !/err|fail|undefined|null|invalid|must/i.test(word));
}

/** Where each snapshot is a file: those of a folder together. */
function inFolders(before: Change['before'], after: Change['after']): Suspicion[] {
  const folders = new Map<string, { changed: string[]; all: number }>();
  for (const [path, text] of after) {
    const was = before.get(path);
    if (was === undefined || !isSnapshot(path) || (entriesOf(text).size > 1 && headed(text))) continue;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const found = folders.get(folder) ?? { changed: [], all: 0 };
    found.all += 1;
    if (plain(was) !== plain(text)) found.changed.push(path);
    folders.set(folder, found);
  }
  return [...folders.values()].flatMap(({ changed, all }): Suspicion[] => {
    const [file] = changed.sort();
    if (file === undefined || changed.length < fewest || changed.length < all * share) return [];
    return [
      {
        at: { side: 'after', file, line: 1 },
        kind: 'rewritten-snapshot',
        severity: 'medium',
        message: `${changed.length} of ${all} snapshots in this folder say something else now.`,
      },
    ];
  });
}

function inFiles(
  before: Change['before'],
  after: Change['after'],
  written: ReadonlySet<string>,
): Suspicion[] {
  return [...after].flatMap(([path, text]): Suspicion[] => {
    const was = before.get(path);
    if (was === undefined || was === text || !isSnapshot(path)) return [];
    const then = entriesOf(was);
    const now = entriesOf(text);
    const kept = [...then].filter(([name]) => now.has(name));
    const changed = kept.filter(([name, value]) => now.get(name)?.body !== value.body);
    const broke = changed.find(([name, value]) => isBroken(now.get(name)?.body) && !isBroken(value.body));
    if (broke) return [tellBroken(path, now.get(broke[0])?.line ?? 1)];
    const bare = unescapedIn(was, text);
    if (bare !== undefined) return [tellUnescaped(path, bare)];
    if (
      headed(text) &&
      changed.every(([name, { body }]) => follows(body, now.get(name)?.body ?? '', written))
    )
      return [];
    if (changed.length < fewest || changed.length < kept.length * share) return [];
    if (!headed(text) && (linesLost(was, text) < kept.length * share || follows(was, text, written)))
      return [];
    const line = now.get(changed[0]?.[0] ?? '')?.line ?? 1;
    return [
      {
        at: { side: 'after', file: path, line },
        kind: 'rewritten-snapshot',
        severity: 'medium',
        message: `${changed.length} of ${kept.length} snapshots say something else now.`,
      },
    ];
  });
}

/** How many lines of a text stand nowhere in another: a line more at the top moves all others, and changes none. */
function linesLost(was: string, is: string): number {
  const now = new Set(is.split('\n').map(plain));
  return was.split('\n').filter((line) => !now.has(plain(line))).length;
}

/** What code and templates print that were given something else than they asked for, or nothing. */
const broken =
  /\bNaN\b|\[object Object\]|\bInvalid Date\b|<no value>|&lt;no value&gt;|%!\w?\((?:\w+=|MISSING|EXTRA|BADPREC|PANIC|NOVERB)/;
/** Of a text that a person reads; what has no value in a structure is written with a sign before it, and an error may say so. */
const unset =
  /(?:[>$€£/]|\b(?!(?:is|of|or|not|be|was|to|as|are|returns?|if|when|got|from|received|expected|type|value|variable|property|function|name)\b)[A-Za-z]+[:,]? )undefined\b(?!-|['"]?\s*(?:[,:\]}]|$))/;
const isBroken = (body: string | undefined) => broken.test(body ?? '') || unset.test(body ?? '');

/** Files that hold what a program is expected to print, where they stand beside its tests. */
const isExpected = (path: string) =>
  isSnapshot(path) ||
  (/(^|\/)(testdata|expected|approvals|goldens?|baselines?)\//.test(path) && languageOf(path) === undefined);

/** Expected output, in whatever file, that holds what only a mistake prints and did not before. */
function inData(before: Change['before'], after: Change['after']): Suspicion[] {
  return [...after].flatMap(([path, text]): Suspicion[] => {
    const was = before.get(path);
    if (was === undefined || was === text || isSnapshot(path) || !isExpected(path)) return [];
    const bare = unescapedIn(was, text);
    if (bare !== undefined) return [tellUnescaped(path, bare)];
    const known = was.split('\n').filter((one) => broken.test(one)).length;
    const lines = text.split('\n');
    const now = lines.filter((one) => broken.test(one)).length;
    if (now <= known) return [];
    const line = lines.findIndex((one) => broken.test(one)) + 1;
    return [tellBroken(path, line)];
  });
}

/** Signs that a page must not hold as they are. */
const escapes: readonly (readonly [RegExp, string])[] = [
  [/&lt;/g, '<'],
  [/&gt;/g, '>'],
  [/&quot;|&#34;/g, '"'],
  [/&#39;|&#x27;/g, "'"],
  [/&amp;/g, '&'],
];

/** The line of a page that holds what was escaped before as it is, and is otherwise the same. */
function unescapedIn(was: string, is: string): number | undefined {
  if (!/<\/?\w+[ >]/.test(is)) return undefined;
  const bare = was
    .split('\n')
    .filter((line) => /&(lt|amp|gt);/.test(line))
    .map((line) => escapes.reduce((text, [sign, plainly]) => text.replace(sign, plainly), line));
  const known = new Set(was.split('\n'));
  const at = is.split('\n').findIndex((line) => bare.includes(line) && !known.has(line));
  return at < 0 ? undefined : at + 1;
}

const tellUnescaped = (file: string, line: number): Suspicion => ({
  at: { side: 'after', file, line },
  kind: 'rewritten-snapshot',
  severity: 'medium',
  message: 'A snapshot holds as it is what was escaped before.',
});

const tellBroken = (file: string, line: number): Suspicion => ({
  at: { side: 'after', file, line },
  kind: 'rewritten-snapshot',
  severity: 'medium',
  message: 'A snapshot holds what only a mistake prints (NaN, [object Object], <no value>).',
});

interface Entry {
  readonly line: number;
  readonly body: string;
}

const head = /^(?:exports\[`|# name: |=== |--- .*:)/;

const headed = (text: string) => text.split('\n').some((line) => head.test(line));

/** Entries by their heading line; in a file without headings each line is one. */
function entriesOf(text: string): Map<string, Entry> {
  const lines = text.split('\n');
  if (!headed(text))
    return new Map(lines.map((line, index) => [`line ${index}`, { line: index + 1, body: plain(line) }]));
  const found: { name: string; line: number; body: string[] }[] = [];
  lines.forEach((line, index) => {
    const heading = head.test(line) ? (/^exports\[`.*?`\]/.exec(line)?.[0] ?? line) : undefined;
    if (heading === undefined) found.at(-1)?.body.push(line);
    else found.push({ name: heading, line: index + 1, body: [line.slice(heading.length)] });
  });
  return new Map(found.map(({ name, line, body }) => [name, { line, body: plain(body.join('\n')) }]));
}

/** Without what a newer version of the runner writes differently: escapes, and names before brackets. */
function plain(text: string): string {
  return text
    .replaceAll('\\', '')
    .replace(/\b(Object|Array) (?=[{[])/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
