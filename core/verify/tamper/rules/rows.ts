/** Cases of tables: rows that are gone while the table stays, and tables of which only a part is run. */
import { type Change, hasUnknownMember, quotesUnknown, type Source, type Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { type Code, gather } from '../lex/token.ts';
import type { Pairing } from '../pairing.ts';
import { bodyLimit, canonical, partsOf, type Span, stringValue } from '../source/source.ts';
import { factoriesOf, isDrawn, wordsOf } from '../words.ts';
import { spanOf } from './instead.ts';
import { isNewWord } from './loosened.ts';
import { valuesOf } from './values.ts';

/** Cases that no longer run. */
export function rowRules(change: Change, pairing: Pairing): Suspicion[] {
  const { sources, unknown } = change;
  return [
    ...lostRows(pairing, unknown),
    ...lostValues(change, pairing),
    ...fewerOfEnum(change, pairing),
    ...cutTables(sources),
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

interface Row extends Span {
  readonly text: string;
  /** What a case is given and what it expects, mostly. */
  readonly ends: readonly string[];
  readonly line: number;
}

/** The rows of the largest list of lists in a test, or of the one that it names: the table that it runs over. */
export function tableOf(unit: Unit): Row[] {
  const { source, test } = unit;
  const { code } = source;
  if (test === undefined) return [];
  const made = factoriesOf(unit, wordsOf(unit)).flatMap((span) => argumentsIn(code, span));
  if (made.length > 0) return made;
  const to = Math.min(test.to, test.from + bodyLimit);
  const own = largestIn(code, test.from, to);
  if (own.length > 0) return own;
  const names = [...iterated(code, test.from, to), ...around(code, test)].map(({ name }) => name);
  for (let at = 0; names.length > 0 && at < Math.min(code.tokens.length, bodyLimit); at += 1) {
    if (!names.includes(code.tokens[at]?.text ?? '')) continue;
    let open = at + 1;
    // A type may stand between a name and its table.
    while (open < at + 12 && !/^(=|:=|;|\))$/.test(code.tokens[open]?.text ?? ';')) open += 1;
    if (!/^(=|:=)$/.test(code.tokens[open]?.text ?? '')) continue;
    const rows = largestIn(code, open, Math.min(open + 12, code.tokens.length));
    if (rows.length > 0) return rows;
  }
  return [];
}

/** `Arguments.of(…)`, `arguments(…)`: each is a case. */
function argumentsIn(code: Code, { from, to }: Span): Row[] {
  return gather(code.tokens.slice(from, to), ({ text, line }, index): Row[] => {
    const open = from + index + 1;
    const isRow = text === 'arguments' || (text === 'of' && code.tokens[open - 3]?.text === 'Arguments');
    const close = isRow && code.tokens[open]?.text === '(' ? (code.partner[open] ?? -1) : -1;
    if (close < 0) return [];
    const span = { from: open, to: close };
    return [{ ...span, text: canonical(code, open, close), ends: endsOf(code, span), line }];
  });
}

function largestIn(code: Code, from: number, to: number): Row[] {
  let best: Span[] = [];
  for (let at = from; at <= to; at += 1) {
    if (!/^[[{(]$/.test(code.tokens[at]?.text ?? '')) continue;
    // A list of lists begins with two brackets, or with a bracket after the name of a case.
    const inner = code.tokens[at + 1]?.text ?? '';
    const keyed =
      code.tokens[at + 2]?.text === ':' &&
      code.tokens[at + 3]?.text === '{' &&
      code.tokens[at + 1]?.kind === 'string';
    if (!/^[[{(]$/.test(inner) && !keyed) continue;
    const parts = partsOf(code, at).filter((part) => part.to > part.from);
    // The arguments of a call are no rows.
    const isCall = code.tokens[at]?.text === '(' && code.tokens[at - 1]?.kind === 'word';
    const alike = new Set(parts.map((part) => shapeAt(code, part.from)));
    if (isCall || alike.size > 1 || !parts.every((part) => isRow(code, part.from))) continue;
    if (parts.length > best.length) best = parts;
  }
  return best.map((part) => ({
    ...part,
    // What a row is called and how it is marked is nothing of its case.
    text: canonical(code, part.from, part.to)
      .replace(/^pytest\.param\(/, '(')
      .replace(/,(id|marks)=.*\)$/, ')'),
    ends: endsOf(code, part),
    line: code.tokens[part.from]?.line ?? 1,
  }));
}

function endsOf(code: Code, { from, to }: Span): string[] {
  let open = from;
  while (open < to && (code.partner[open] ?? -1) < open) open += 1;
  const parts = partsOf(code, open).map((part) => canonical(code, part.from, part.to));
  return parts.length > 1 ? [parts[0] ?? '', parts.at(-1) ?? ''] : parts;
}

function shapeAt(code: Code, from: number): string {
  const token = code.tokens[from];
  if (token?.text === 'pytest' && code.tokens[from + 2]?.text === 'param') return '(';
  return token?.kind === 'punct' ? token.text : (token?.kind ?? '');
}

/** `[…]`, `{…}`, `(…)`, `Case{…}`, `pytest.param(…)`, and `"name": {…}`. */
function isRow(code: Code, from: number): boolean {
  for (let at = from; at < from + 6; at += 1) {
    const token = code.tokens[at];
    if (/^[[{(]$/.test(token?.text ?? '')) return true;
    if (token?.kind === 'punct' && !/^([.:&!]|::)$/.test(token.text)) return false;
    if (token?.text === 'function') return false;
  }
  return false;
}

/** Names that the whole of was run over, and only a part of is: `cases.slice(0, 1)`, `tests[:1]`, `CASES.iter().take(1)`. */
function cutTables(sources: Change['sources']): Suspicion[] {
  const before = new Map(sources.before.map((source) => [source.path, source]));
  return sources.after.flatMap((source): Suspicion[] => {
    const was = before.get(source.path);
    if (source.same || was === undefined || !isOfTests(source)) return [];
    const whole = wholeIn(was);
    const still = wholeIn(source);
    return iterated(source.code, 0, source.code.tokens.length)
      .filter(({ name, cut }) => cut && whole.has(name) && !still.has(name))
      .map(({ name, line }) => ({
        at: { side: 'after', file: source.path, line },
        kind: 'removed-test',
        severity: 'high',
        message: `Only some of the cases in ${name} are run now.`,
      }));
  });
}

const isOfTests = ({ isTest, tests }: Source) => isTest || tests.length > 0;
const wholeIn = ({ code }: Source) =>
  new Set(
    iterated(code, 0, code.tokens.length)
      .filter(({ cut }) => !cut)
      .map(({ name }) => name),
  );

interface Iterated {
  readonly name: string;
  readonly cut: boolean;
  readonly line: number;
}

/** What loops and tables of tests run over, by name. */
function iterated(code: Code, from: number, to: number): Iterated[] {
  const found: Iterated[] = [];
  for (let at = from; at < to; at += 1) {
    const first = startOf(code, at);
    const token = first === undefined ? undefined : code.tokens[first];
    if (first === undefined || token?.kind !== 'word') continue;
    found.push({ name: token.text, cut: isCut(code, first + 1), line: token.line });
  }
  return found;
}

/** Loops that a test stands in: `for (const [input, want] of cases) test(…)`, `cases.forEach((one) => it(…))`. */
function around(code: Code, { from, to }: Span): Iterated[] {
  const found: Iterated[] = [];
  for (let at = Math.max(0, from - bodyLimit); at < from; at += 1) {
    const [text, close] = [code.tokens[at]?.text ?? '', code.partner[at] ?? -1];
    if (close <= to) continue;
    const head = code.tokens[at - 1]?.text === ')' ? (code.partner[at - 1] ?? at) : at;
    if (text === '{' && head < at) found.push(...iterated(code, head, at));
    const [name, dot, call] = code.tokens.slice(Math.max(0, at - 3), at);
    if (text === '(' && dot?.text === '.' && call?.text === 'forEach' && name?.kind === 'word')
      found.push({ name: name.text, cut: false, line: name.line });
  }
  return found;
}

/** Where the name of a table begins after the word at `at`. */
function startOf(code: Code, at: number): number | undefined {
  const text = code.tokens[at]?.text ?? '';
  const open = code.tokens[at + 1]?.text === '(';
  if (/^(each|for)$/.test(text) && open && code.tokens[at - 1]?.text === '.') return at + 2;
  if (/^(of|in|range)$/.test(text) && !open) return code.tokens[at + 1]?.text === '&' ? at + 2 : at + 1;
  if (text === 'parametrize' && open) return partsOf(code, at + 1)[1]?.from;
  return undefined;
}

/** Whether links that leave elements out follow a name. */
function isCut(code: Code, from: number): boolean {
  let at = from;
  // Nobody writes a longer chain before a loop's body.
  for (let link = 0; link < 5; link += 1) {
    const text = code.tokens[at]?.text;
    const close = code.partner[text === '[' ? at : at + 2] ?? -1;
    if (close < 0) return false;
    if (text === '[')
      return code.tokens
        .slice(at, Math.min(close, at + 12))
        .some((token) => /^(:|\.\.|\.)$/.test(token.text));
    if (text !== '.' || code.tokens[at + 2]?.text !== '(') return false;
    if (
      /^(slice|filter|take|skip|step_by|take_while|skip_while|splice)$/.test(code.tokens[at + 1]?.text ?? '')
    )
      return true;
    at = close + 1;
  }
  return false;
}
