/**
 * What the inputs of a property are drawn from: texts and lists that may be less long than before or hold fewer characters,
 * one of a few values in the place of any, and marks of jqwik that leave values out.
 */
import type { Unit } from '../change.ts';
import type { Code } from '../lex/token.ts';
import { bodyLimit, canonical, numberOf, partsOf } from '../source/source.ts';

/** Where a test draws less than another by the same calls; undefined where it does not, or where it draws in another way. */
export function drawsLess(old: Unit, is: Unit): number | undefined {
  if (is.source.path.endsWith('.java')) return moreMarks(old, is);
  const [then, now] = [drawsIn(old), drawsIn(is)];
  if (then.length !== now.length) return undefined;
  let found: number | undefined;
  for (const [index, one] of now.entries()) {
    const was = then[index];
    if (was === undefined || isNarrower(one, was)) return undefined;
    if (isNarrower(was, one)) found ??= one.at;
  }
  return found;
}

interface Draw {
  readonly name: string;
  readonly at: number;
  /** By its options: the bounds of a length, and an alphabet as 1. */
  readonly bounds: ReadonlyMap<string, number>;
}

/** Calls that draw a text or a list, of Hypothesis, fast-check and rapid. */
const wide =
  /^(text|binary|characters|string|unicodeString|fullUnicodeString|unicode|String|lists|sets|frozensets|dictionaries|array|set|uniqueArray|dictionary|anything|any)$/;
/** Those that draw one of what is written down. */
const narrow =
  /^(sampled_from|just|from_regex|constantFrom|constant|stringMatching|SampledFrom|Just|StringMatching)$/;
const libraries = /^(st|strategies|fc|rapid)$/;

function drawsIn(unit: Unit): Draw[] {
  const { test, source } = unit;
  if (test === undefined) return [];
  if (source.path.endsWith('.rs')) return strategiesIn(source.code, test.from, test.to);
  const { tokens } = source.code;
  const found: Draw[] = [];
  for (let at = test.from + 2; at < Math.min(test.to, test.from + bodyLimit); at += 1) {
    const name = tokens[at]?.text ?? '';
    if (tokens[at - 1]?.text !== '.' || !libraries.test(tokens[at - 2]?.text ?? '')) continue;
    // A generic of Go names its type before the arguments.
    const open = tokens[at + 1]?.text === '[' ? (source.code.partner[at + 1] ?? at) + 1 : at + 1;
    if (tokens[open]?.text !== '(' || !(wide.test(name) || narrow.test(name))) continue;
    found.push({ name, at, bounds: boundsOf(source.code, open) });
  }
  return found;
}

/** `max_size=5`, `{ maxLength: 5 }`; an alphabet that is written out, or one of the standard library's. */
function boundsOf(code: Code, open: number): ReadonlyMap<string, number> {
  const parts = partsOf(code, open).flatMap((part) =>
    code.tokens[part.from]?.text === '{' ? partsOf(code, part.from) : [part],
  );
  return new Map(
    parts.flatMap(({ from, to }): [string, number][] => {
      const name = code.tokens[from]?.text ?? '';
      if (!/^[=:]$/.test(code.tokens[from + 1]?.text ?? '')) return [];
      const value = code.tokens[from + 2];
      if (/^(alphabet|unit)$/.test(name))
        return value?.kind === 'string' || /^(ascii_\w+|string|digits)$/.test(value?.text ?? '')
          ? [[name, 1]]
          : [];
      const bound = /^(min|max)/.test(name) ? numberOf(code, { from: from + 2, to }) : undefined;
      return bound === undefined ? [] : [[name, bound]];
    }),
  );
}

/** proptest: `text in ".*"`, `n in any::<u32>()`. */
function strategiesIn(code: Code, from: number, to: number): Draw[] {
  const found: Draw[] = [];
  for (let at = from; at < Math.min(to, from + bodyLimit); at += 1) {
    if (code.tokens[at]?.text !== 'in') continue;
    const [first, next] = [code.tokens[at + 1], code.tokens[at + 2]?.text];
    const text = canonical(code, at + 1, at + 1);
    const anything = (first?.text === 'any' && next === '::') || /^"(\.|\\\\?PC)[*+]"$/.test(text);
    const isFew = first?.kind === 'string' || first?.text === 'Just' || first?.kind === 'number';
    if (anything || isFew) found.push({ name: anything ? 'any' : 'just', at, bounds: new Map() });
  }
  return found;
}

/** Whether the second draws less than the first. */
function isNarrower(one: Draw, other: Draw): boolean {
  if (one.name !== other.name) return wide.test(one.name) && narrow.test(other.name);
  return [...other.bounds].some(([name, value]) => {
    const was = one.bounds.get(name);
    // Nothing is shorter than nothing.
    if (was === undefined) return !(name.startsWith('min') && value <= 0);
    return name.startsWith('min') ? value > was : name.startsWith('max') && value < was;
  });
}

const marks =
  /^(AlphaChars|NumericChars|LowerChars|UpperChars|CharRange|Chars|StringLength|Size|IntRange|LongRange|ShortRange|ByteRange|DoubleRange|FloatRange|BigRange|Positive|Negative|NotEmpty|NotBlank)$/;

/** jqwik: marks between `@ForAll` and the name of a parameter. */
function moreMarks(old: Unit, is: Unit): number | undefined {
  const placesOf = ({ source: { code }, test }: Unit, names: RegExp) => {
    const found: number[] = [];
    for (let at = test?.from ?? 0; at < (test?.body ?? 0); at += 1)
      if (code.tokens[at - 1]?.text === '@' && names.test(code.tokens[at]?.text ?? '')) found.push(at);
    return found;
  };
  if (placesOf(old, /^ForAll$/).length !== placesOf(is, /^ForAll$/).length) return undefined;
  const [then, now] = [placesOf(old, marks), placesOf(is, marks)];
  if (now.length !== then.length) return now.length > then.length ? now.at(-1) : undefined;
  const drawsOf = ({ source: { code } }: Unit, places: readonly number[]): Draw[] =>
    places.map((at) => ({ name: code.tokens[at]?.text ?? '', at, bounds: boundsOf(code, at + 1) }));
  const [was, drawn] = [drawsOf(old, then), drawsOf(is, now)];
  if (was.some(({ name }, at) => name !== drawn[at]?.name)) return undefined;
  const pairs = was.flatMap((one, at) => (drawn[at] ? [[one, drawn[at]] as const] : []));
  if (pairs.some(([one, other]) => isNarrower(other, one))) return undefined;
  return pairs.find(([one, other]) => isNarrower(one, other))?.[1].at;
}
