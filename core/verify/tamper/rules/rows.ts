/** Cases of tables: rows that are gone while the table stays, and tables of which only a part is run. */
import { type Change, hasUnknownMember, quotesUnknown, type Source, type Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import type { Pairing } from '../pairing.ts';
import { bodyLimit, stringValue } from '../source/source.ts';
import { type Iterated, iterated, type Row, tableOf } from '../table.ts';
import { isDrawn, wordsOf } from '../words.ts';
import { spanOf } from './instead.ts';
import { listRules } from './lists.ts';
import { isNewWord } from './loosened.ts';
import { valuesOf } from './values.ts';

/** Cases that no longer run. */
export function rowRules(change: Change, pairing: Pairing): Suspicion[] {
  const { unknown } = change;
  return [
    ...lostRows(pairing, unknown),
    ...lostValues(change, pairing),
    ...fewerOfEnum(change, pairing),
    ...cutTables(change, pairing),
    ...listRules(change, pairing),
  ];
}

/** Plain values that a test is no longer run for, and that no new test took over. */
function lostValues({ units, unknown, before: then, after: tree }: Change, { pairs }: Pairing): Suspicion[] {
  // Go keeps seeds of fuzz tests in files as well.
  const seeds = [...tree.keys()].some((path) => path.includes('testdata/fuzz/') && !then.has(path));
  const known = new Set(pairs.map(({ is }) => is));
  const fresh = units.after.filter((unit) => unit.test && !unit.source.same && !known.has(unit));
  const elsewhere = new Set(fresh.flatMap((unit) => [...wordsOf(unit).keys()]));
  return pairs.flatMap(({ was, is }): Suspicion[] => {
    const [first] = was;
    if (was.length !== 1 || first === undefined || is.source.same || tableOf(first).length > 1) return [];
    const [before, after] = [valuesOf(first), valuesOf(is)];
    // Examples stand beside what is drawn, and may all be gone.
    const isTable = after.length > 0 || (isDrawn(first) && isDrawn(is));
    if (!isTable || after.length >= before.length || (seeds && /^Fuzz/.test(is.name))) return [];
    const now = new Set(after.map(({ text }) => text));
    const lost = before.filter(
      ({ text, from, to }) =>
        !now.has(text) &&
        !elsewhere.has(text.replace(/^-/, '')) &&
        !quotesUnknown(text, unknown) &&
        !hasUnknownMember(first.source.code, from, to, unknown),
    );
    const [value] = lost;
    return value === undefined ? [] : [rowsLost(first, value.line, lost.length, before.length)];
  });
}

/** JUnit: `@EnumSource(Unit.class)` went through all of them, and goes through some now. */
function fewerOfEnum({ before, after }: Change, { pairs }: Pairing): Suspicion[] {
  const named = (unit: Unit) => {
    const tokens = spanOf(unit);
    const at = tokens.findIndex(({ text }) => text === 'EnumSource');
    if (at < 0 || !unit.source.path.endsWith('.java')) return undefined;
    const end = tokens.findIndex(({ text }, index) => index > at && text === ')');
    const span = tokens.slice(at, end);
    const names = span.filter(({ kind }) => kind === 'string').map(stringValue);
    // What nobody knew before, no test went through.
    const isNew =
      span.some(({ text }) => text === 'EXCLUDE') && names.every((name) => isNewWord(name, before, after));
    const mark = span.find(({ text }) => /^(names|mode)$/.test(text));
    return mark === undefined || isNew ? 'all' : mark;
  };
  return pairs.flatMap(({ was, is }): Suspicion[] => {
    const mark = named(is);
    if (mark === undefined || mark === 'all' || !was.some((unit) => named(unit) === 'all')) return [];
    return [
      {
        at: { side: 'after', file: is.source.path, line: mark.line },
        kind: 'removed-test',
        severity: 'high',
        message: `'${is.name}' no longer runs for all values of its enumeration.`,
      },
    ];
  });
}

const rowsLost = ({ source, name }: Unit, line: number, lost: number, all: number): Suspicion => ({
  at: { side: 'before', file: source.path, line },
  kind: 'removed-test',
  severity: 'high',
  message: `${lost} of ${all} cases of '${name}' are gone.`,
});

function lostRows({ pairs }: Pairing, unknown: Change['unknown']): Suspicion[] {
  return pairs.flatMap(({ was, is }): Suspicion[] => {
    const [first] = was;
    if (was.length !== 1 || first === undefined) return [];
    const before = tableOf(first);
    const after = tableOf(is);
    if (before.length < 2 || after.length === 0) return [];
    const now = new Set(after.map(({ text }) => text));
    const { code } = first.source;
    const lost = before
      .filter(({ text }) => !now.has(text))
      // The product no longer has what the row is for.
      .filter(
        ({ text, from, to }) => !quotesUnknown(text, unknown) && !hasUnknownMember(code, from, to, unknown),
      );
    const [row] = lost;
    if (row === undefined || (after.length >= before.length && !swapped(before, after, lost))) return [];
    return [rowsLost(first, row.line, lost.length, before.length)];
  });
}

/**
 * Whether a table that is as long as before, and whose other rows stayed as they were, was rid of inputs: more than one row of
 * which no text is left. One row that took the place of another is everyday work.
 */
function swapped(before: readonly Row[], after: readonly Row[], lost: readonly Row[]): boolean {
  const text = after.map((row) => row.text).join('\n');
  const gone = lost.filter((row) => {
    const said = row.text.match(/"[^"]+"/g) ?? [];
    return said.length > 0 && !said.some((one) => text.includes(one));
  });
  if (gone.length > 1) return gone.length === lost.length && lost.length * 2 <= before.length;
  // A table that grew did not need the room: a row of which neither the first nor the last part is left was taken out.
  const kept = new Set(before.map((row) => row.text));
  const ends = new Set(after.filter((row) => !kept.has(row.text)).flatMap((row) => row.ends));
  return (
    lost.length === 1 &&
    after.length > before.length &&
    !lost.some((row) => row.ends.some((end) => ends.has(end)))
  );
}

/** Names that the whole of was run over, and only a part of is: `cases.slice(0, 1)`, `tests[:1]`, `CASES.iter().take(1)`. */
function cutTables({ sources }: Change, { pairs }: Pairing): Suspicion[] {
  const before = new Map(sources.before.map((source) => [source.path, source]));
  const wholes = sources.after.flatMap((source): Suspicion[] => {
    const was = before.get(source.path);
    return source.same || was === undefined || !isOfTests(source) ? [] : cutIn(allOf(was), allOf(source));
  });
  // Many tests of a file call their table by the same name, so that each is looked at by itself as well.
  const each = pairs.flatMap(({ was, is }) =>
    is.source.same ? [] : cutIn(was.flatMap(runOverBy), runOverBy(is)),
  );
  return [...wholes, ...each];
}

const isOfTests = ({ isTest, tests }: Source) => isTest || tests.length > 0;

type Placed = Iterated & { readonly file: string };
const allOf = ({ code, path }: Source): Placed[] =>
  iterated(code, 0, code.tokens.length).map((one) => ({ ...one, file: path }));
const runOverBy = ({ source: { code, path }, test }: Unit): Placed[] =>
  test === undefined
    ? []
    : iterated(code, test.from, Math.min(test.to, test.from + bodyLimit)).map((one) => ({
        ...one,
        file: path,
      }));

function cutIn(was: readonly Placed[], is: readonly Placed[]): Suspicion[] {
  const wholeOf = (all: readonly Placed[]) => new Set(all.filter(({ cut }) => !cut).map(({ name }) => name));
  const [whole, still] = [wholeOf(was), wholeOf(is)];
  return is
    .filter(({ name, cut }) => cut && whole.has(name) && !still.has(name))
    .map(({ name, line, file }) => ({
      at: { side: 'after', file, line },
      kind: 'removed-test',
      severity: 'high',
      message: `Only some of the cases in ${name} are run now.`,
    }));
}
