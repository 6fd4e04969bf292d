/**
 * Property tests that are tried with less than before (inputs assumed away, filtered out, or drawn from a smaller range), and
 * tests that no longer count their assertions.
 */
import type { Change, Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import type { Code } from '../lex/token.ts';
import { failing, type Pairing, wordsOfProduct } from '../pairing.ts';
import { assertionKey, bodyLimit, partsOf, readNumber, type Span } from '../source/source.ts';
import { isDrawn, wordsOf } from '../words.ts';
import { isAboutError } from './carried.ts';
import { drawsLess } from './draws.ts';

/** Tests whose inputs are fewer, or that no longer count their assertions. */
export function inputRules(change: Change, { pairs }: Pairing): Suspicion[] {
  const refuses = refusesMore(change, pairs);
  return pairs.flatMap(({ was, is }): Suspicion[] => {
    const [old] = was;
    if (was.length !== 1 || old === undefined || is.source.same) return [];
    return [
      ...failsNow(old, is),
      ...drawnNoMore(old, is),
      ...leftOut(old, is),
      ...(refuses ? [] : [...smallerRanges(old, is), ...fewerTexts(old, is)]),
      ...unplanned(old, is),
    ];
  });
}

/** Whether the product refuses inputs that it took, and a new test asks for that: the others need not draw them any more. */
function refusesMore({ sources, units }: Change, pairs: Pairing['pairs']): boolean {
  if (wordsOfProduct(sources.after, failing) <= wordsOfProduct(sources.before, failing)) return false;
  const known = new Set(pairs.map(({ is }) => is));
  return units.after.some(
    (unit) => unit.test && !unit.source.same && !known.has(unit) && unit.assertions.some(isAboutError),
  );
}

/** `#[should_panic]` on a test whose assertions stayed as they were: it passes because they fail. */
function failsNow(old: Unit, is: Unit): Suspicion[] {
  const panics = ({ source: { code } }: Unit, at: number) => code.tokens[at]?.text === 'should_panic';
  const marked = is.assertions.find(({ from }) => panics(is, from));
  if (!marked || old.assertions.length === 0 || old.assertions.some(({ from }) => panics(old, from)))
    return [];
  const now = new Set(is.assertions.map(assertionKey));
  if (!old.assertions.every((one) => now.has(assertionKey(one)))) return [];
  return [tell(old, is, marked.from, `'${is.name}' passes now when what it asserts does not hold.`)];
}

/** A property that is tried with a few examples now. */
function drawnNoMore(old: Unit, is: Unit): Suspicion[] {
  if (!isDrawn(old) || isDrawn(is) || is.test === undefined || goesThrough(is)) return [];
  return [tell(old, is, is.test.from, `'${is.name}' no longer draws its inputs: it is tried with a few.`)];
}

/** An enumeration may be gone through instead. */
const goesThrough = (unit: Unit) =>
  [...wordsOf(unit).keys()].some((word) => /^(EnumSource|values|product|permutations)$/.test(word));

/** The words of a test at which something stands. */
function placesIn({ source: { code }, test }: Unit, fits: (code: Code, at: number) => boolean): number[] {
  const found: number[] = [];
  if (test === undefined) return found;
  for (let at = test.from; at <= Math.min(test.to, test.from + bodyLimit); at += 1)
    if (code.tokens[at]?.kind === 'word' && fits(code, at)) found.push(at);
  return found;
}

/** What draws inputs: fast-check, Hypothesis, rapid, proptest, jqwik. */
const drawers = /^(fc|st|strategies|rapid|prop|any|arb|Arbitraries)$/;

/** `assume(…)`, `prop_assume!(…)`, `fc.pre(…)`, `st.text().filter(…)`. */
function leavesOut({ tokens, partner }: Code, at: number): boolean {
  const [text, next, before] = [tokens[at]?.text ?? '', tokens[at + 1]?.text, tokens[at - 1]?.text];
  if (text === 'prop_assume' || text === 'prop_filter') return next === '!' || next === '(';
  if (next !== '(') return false;
  if (text === 'assume') return before !== '.' || tokens[at - 2]?.text === 'hypothesis';
  if (text === 'pre') return before === '.' && tokens[at - 2]?.text === 'fc';
  if (text !== 'filter' || before !== '.' || tokens[at - 2]?.text !== ')') return false;
  const open = partner[at - 2] ?? 0;
  return drawers.test(tokens[open - 3]?.text ?? '') && tokens[open - 2]?.text === '.';
}

function leftOut(old: Unit, is: Unit): Suspicion[] {
  const [then, now] = [placesIn(old, leavesOut), placesIn(is, leavesOut)];
  const last = now.at(-1);
  if (last === undefined || now.length <= then.length) return [];
  return [tell(old, is, last, `'${is.name}' leaves inputs out that it was tried with.`)];
}

function tell(old: Unit, is: Unit, at: number, message: string): Suspicion {
  return {
    at: { side: 'after', file: is.source.path, line: is.source.code.tokens[at]?.line ?? is.line },
    was: { side: 'before', file: old.source.path, line: old.line },
    kind: 'weakened-assertion',
    severity: 'medium',
    message,
  };
}

function fewerTexts(old: Unit, is: Unit): Suspicion[] {
  // What was filtered may be drawn as it is wanted.
  const filtered = (unit: Unit) => placesIn(unit, leavesOut).length;
  const at = filtered(old) > filtered(is) ? undefined : drawsLess(old, is);
  return at === undefined ? [] : [tell(old, is, at, `'${is.name}' draws its inputs from less than before.`)];
}

interface Range {
  readonly name: string;
  readonly at: number;
  readonly least: number;
  readonly most: number;
}

/** A range that lies within the one of before, while none of the others became wider. */
function smallerRanges(old: Unit, is: Unit): Suspicion[] {
  const [then, now] = [rangesIn(old), rangesIn(is)];
  if (then.length !== now.length || then.some(({ name }, at) => name !== now[at]?.name)) return [];
  const wider = now.some(
    ({ least, most }, at) => least < (then[at]?.least ?? least) || most > (then[at]?.most ?? most),
  );
  const smaller = now.find(
    ({ least, most }, at) => least > (then[at]?.least ?? least) || most < (then[at]?.most ?? most),
  );
  if (wider || smaller === undefined) return [];
  return [tell(old, is, smaller.at, `'${is.name}' is tried with a smaller range of inputs.`)];
}

/** Calls that draw a number. */
const ofNumbers =
  /^(integers|floats|decimals|integer|nat|float|double|bigInt|IntRange|Int64Range|Float64Range|between)$/;

function rangesIn(unit: Unit): Range[] {
  const { code } = unit.source;
  const { tokens } = code;
  const drawn = placesIn(unit, (_, at) => drawers.test(tokens[at]?.text ?? '')).length > 0;
  const rust = unit.source.path.endsWith('.rs');
  return placesIn(unit, (_, at) =>
    rust
      ? tokens[at]?.text === 'in'
      : drawn && ofNumbers.test(tokens[at]?.text ?? '') && tokens[at + 1]?.text === '(',
  ).flatMap((at): Range[] => {
    const range = rust ? rangeAfter(code, at + 1) : rangeOf(code, at + 1);
    return range ? [{ name: tokens[at]?.text ?? '', at, ...range }] : [];
  });
}

type Ends = Pick<Range, 'least' | 'most'>;

/** `min_value=0, max_value=2**64 - 1`, `{ min: 0, max: 9 }`, `0, 9`; what is not told has no end. */
function rangeOf(code: Code, open: number): Ends | undefined {
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const parts = partsOf(code, open).flatMap((part) =>
    code.tokens[part.from]?.text === '{' ? partsOf(code, part.from) : [part],
  );
  for (const [index, part] of parts.entries()) {
    const name = /^[=:]$/.test(code.tokens[part.from + 1]?.text ?? '')
      ? (code.tokens[part.from]?.text ?? '')
      : '';
    const value = numberIn(code, { from: name === '' ? part.from : part.from + 2, to: part.to });
    if (value === undefined) {
      if (name === '' || /^(min|max)/.test(name)) return undefined;
    } else if (/^min/.test(name) || (name === '' && index === 0)) least = value;
    else if (/^max/.test(name) || (name === '' && index === 1)) most = value;
  }
  return { least, most };
}

/** `n in 0u64..1_000_000`. */
function rangeAfter(code: Code, from: number): Ends | undefined {
  let dots = from;
  while (dots < from + 4 && code.tokens[dots]?.text !== '.') dots += 1;
  if (code.tokens[dots + 1]?.text !== '.') return undefined;
  let first = dots + 2;
  if (code.tokens[first]?.text === '=') first += 1;
  const least = numberIn(code, { from, to: dots - 1 });
  const most = numberIn(code, { from: first, to: code.tokens[first]?.text === '-' ? first + 1 : first });
  return least === undefined || most === undefined ? undefined : { least, most };
}

/** `-1000`, `2**64 - 1`, `1 << 20`: from left to right, as far as numbers go. */
function numberIn({ tokens }: Code, { from, to }: Span): number | undefined {
  let value: number | undefined;
  let sign = '';
  for (let at = from; at <= Math.min(to, from + 8); at += 1) {
    const { kind, text = '' } = tokens[at] ?? {};
    if (kind === 'punct' && !/^[(),]$/.test(text)) sign += text;
    else if (kind === 'number') {
      const next = readNumber(text);
      if (value === undefined) value = sign === '-' ? -next : next;
      else if (sign === '**') value **= next;
      else if (sign === '<<') value *= 2 ** next;
      else if (sign === '*') value *= next;
      else if (sign === '-') value -= next;
      else if (sign === '+') value += next;
      else return undefined;
      sign = '';
    } else if (kind === 'word') return undefined;
  }
  return to - from > 8 ? undefined : value;
}

/** `expect.assertions(2)`, `expect.hasAssertions()`, `t.plan(2)`, `{ plan: 2 }`. */
const isPlan = ({ tokens }: Code, at: number) =>
  (tokens[at]?.text === 'plan' && tokens[at + 1]?.text === ':' && tokens[at + 2]?.kind === 'number') ||
  (tokens[at - 1]?.text === '.' &&
    tokens[at + 1]?.text === '(' &&
    (/^(has)?[aA]ssertions$/.test(tokens[at]?.text ?? '')
      ? tokens[at - 2]?.text === 'expect'
      : tokens[at]?.text === 'plan' && /^(t|tt|assert)$/.test(tokens[at - 2]?.text ?? '')));

/** A count of assertions tells that those in callbacks are reached; without such there is nothing to count. */
function unplanned(old: Unit, is: Unit): Suspicion[] {
  const [planned] = placesIn(old, isPlan);
  if (planned === undefined || is.test === undefined || placesIn(is, isPlan).length > 0) return [];
  const { code } = is.source;
  const { body, to } = is.test;
  if (
    !is.assertions.some(({ from }) => isNested(code, Math.max(body, 0), Math.min(to, body + bodyLimit), from))
  )
    return [];
  return [
    {
      at: { side: 'before', file: old.source.path, line: old.source.code.tokens[planned]?.line ?? old.line },
      kind: 'removed-assertion',
      severity: 'medium',
      message: `Whether the assertions of '${is.name}' are made at all is no longer counted.`,
    },
  ];
}

/** Whether a token stands in a function, a branch or a handler within a body. */
function isNested({ tokens, partner }: Code, from: number, to: number, at: number): boolean {
  let open = 0;
  for (let next = from; next < Math.min(at, to); next += 1) {
    const end = partner[next] ?? -1;
    if (end > next && end < at) next = end;
    else if (end > at && (tokens[next]?.text === '{' || tokens[next + 1]?.text === '=>')) open += 1;
    else if (tokens[next]?.text === '=>' && tokens[next + 1]?.text !== '{') open += 1;
  }
  return open > 1;
}
