/** What it says when an expression must hold: `a == b` is exact, `a > 0` a bound, `a` alone nearly nothing. */
import type { Code } from '../lex/token.ts';
import { durationOf } from './duration.ts';
import {
  type Assertion,
  canonical,
  type Form,
  isSize,
  numberOf,
  partsOf,
  type Span,
  split,
  strength,
  stringValue,
} from './source.ts';

/** An assertion without its place. */
export type Judged = Omit<Assertion, 'line' | 'from' | 'to'>;

const comparisons = new Set(['==', '===', '!=', '!==', '<', '>', '<=', '>=', 'in', 'is']);
const opposite: Readonly<Record<string, string>> = {
  '==': '!=',
  '===': '!=',
  '!=': '==',
  '!==': '==',
  '<': '>=',
  '>': '<=',
  '<=': '>',
  '>=': '<',
};

const exactCalls = /^(deep_?equals?|equals?|eq|isEqual|is_?empty|is_?none|isNull|array_equal|is|allequal)$/i;
const partCalls =
  /^(includes|contains|contains_key|containsKey|has|hasOwnProperty|startsWith|starts_with|startswith|HasPrefix|endsWith|ends_with|endswith|HasSuffix|Contains|match|matches|search|test|isinstance|issubset|issuperset|every|all|any|some|anyMatch|allMatch|noneMatch|MatchString)$/;
const nearCalls = /^(allclose|isclose|approx|approx_eq|relative_eq|abs_diff_eq|IsClose)$/;

/** A negated condition is judged as what must hold then. */
export function judgeCondition(code: Code, span: Span, negated = false, depth = 0): Judged {
  const inner = unwrapped(code, span);
  // Nobody reads what is nested deeper.
  if (depth > 20) return judgeBare(code, inner, negated);
  const both = partsOfBoth(code, inner, negated);
  if (both.length > 1)
    return both.map((part) => judgeCondition(code, part, negated, depth + 1)).reduce(stronger);
  const either = eitherOf(code, inner, negated);
  if (either.length > 1)
    return either.map((part) => judgeCondition(code, part, negated, depth + 1)).reduce(weaker);
  const first = code.tokens[inner.from]?.text;
  if ((first === '!' || first === 'not') && comparisonIn(code, inner) === undefined)
    return judgeCondition(code, { from: inner.from + 1, to: inner.to }, !negated, depth + 1);
  const compared = comparisonIn(code, inner);
  if (compared !== undefined) return judgeComparison(code, inner, compared, negated);
  return judgeBare(code, inner, negated);
}

/** Without the brackets around all of it. */
function unwrapped(code: Code, span: Span): Span {
  let { from, to } = span;
  while (code.tokens[from]?.text === '(' && code.partner[from] === to && from < to) {
    from += 1;
    to -= 1;
  }
  return { from, to };
}

/** What must hold all at once: `a && b`, or `!(a || b)`. Otherwise the strongest side still tells what was meant. */
function partsOfBoth(code: Code, span: Span, negated: boolean): Span[] {
  for (const word of negated ? ['||', 'or'] : ['&&', 'and']) {
    const parts = splitAtWord(code, span, word);
    if (parts.length > 1) return parts;
  }
  return [span];
}

/** Of which one is enough: `a || b`, or `!(a && b)`. */
function eitherOf(code: Code, span: Span, negated: boolean): Span[] {
  for (const word of negated ? ['&&', 'and'] : ['||', 'or']) {
    const parts = splitAtWord(code, span, word);
    if (parts.length > 1) return parts;
  }
  return [span];
}

/** Where one is enough, the laxest tells how much is asked, and two exact ones still leave a choice. */
function weaker(a: Judged, b: Judged): Judged {
  if (isOpposite(a, b)) return judged('trivial', strength.none, a.subject, b.expected);
  const least = b.strength < a.strength ? b : a;
  if (least.form === 'trivial') return least;
  const { form, strength: strong } = least;
  const weak = strong > strength.part ? judged('part', strength.part, '', '') : judged(form, strong, '', '');
  return { ...weak, subject: `${a.subject}||${b.subject}`, expected: `${a.expected}||${b.expected}` };
}

/** `x is True or x is False`, `n == 2 || n != 2`: one of them always holds. */
function isOpposite(a: Judged, b: Judged): boolean {
  if (a.subject !== b.subject || a.subject === '') return false;
  const forms = [a.form, b.form].sort().join();
  if (forms === 'truth,truth') return [a.expected, b.expected].sort().join() === ',not';
  return forms === 'equal,truth' && a.expected === b.expected;
}

function splitAtWord(code: Code, span: Span, word: string): Span[] {
  if (/^\W/.test(word)) return split(code, span.from, span.to, word);
  const parts: Span[] = [];
  let start = span.from;
  for (let at = span.from; at <= span.to; at += 1) {
    if (code.tokens[at]?.text === word) {
      parts.push({ from: start, to: at - 1 });
      start = at + 1;
    }
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return [...parts, { from: start, to: span.to }];
}

function stronger(a: Judged, b: Judged): Judged {
  const best = b.strength > a.strength ? b : a;
  return { ...best, subject: `${a.subject}&&${b.subject}`, expected: `${a.expected}&&${b.expected}` };
}

interface Comparison {
  readonly left: Span;
  readonly right: Span;
  readonly operator: string;
  readonly negated: boolean;
}

function comparisonIn(code: Code, { from, to }: Span): Comparison | undefined {
  for (let at = from; at <= to; at += 1) {
    const text = code.tokens[at]?.text ?? '';
    if (comparisons.has(text) && at > from && at < to) {
      const notBefore = code.tokens[at - 1]?.text === 'not';
      const notAfter = text === 'is' && code.tokens[at + 1]?.text === 'not';
      return {
        left: { from, to: notBefore ? at - 2 : at - 1 },
        right: { from: notAfter ? at + 2 : at + 1, to },
        operator: text,
        negated: notBefore || notAfter,
      };
    }
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return undefined;
}

const truths = new Set(['true', 'false', 'True', 'False']);
const nothings = new Set(['nil', 'None', 'null', 'undefined']);

function judgeComparison(code: Code, span: Span, found: Comparison, outer: boolean): Judged {
  const negated = outer !== found.negated;
  const operator = negated ? (opposite[found.operator] ?? found.operator) : found.operator;
  const left = canonical(code, found.left.from, found.left.to);
  const right = canonical(code, found.right.from, found.right.to);
  if (operator === 'in') return judged('part', strength.part, right, left);
  if (operator === 'is') {
    if (truths.has(right)) return judged('truth', strength.some, left, /false/i.test(right) ? 'not' : '');
    return negated ? judged('truth', strength.some, left, right) : equal(left, right);
  }
  if (operator === '!=' || operator === '!==') {
    const emptied = truths.has(right) ? '' : right;
    return judged('truth', strength.some, left, emptied);
  }
  if (operator.startsWith('==')) return judgeEqual(code, span, left, right);
  return judgeOrder(code, found, operator, left, right);
}

function judgeEqual(code: Code, span: Span, left: string, right: string): Judged {
  if (truths.has(right)) return judged('truth', strength.some, left, /false/i.test(right) ? 'not' : '');
  // `err == nil` says that all went well, and nothing of the result.
  if (nothings.has(right) && /\b\w*err\w*$/i.test(left)) return judged('error', strength.some, left, '');
  const near = nearCall(code, span);
  if (near !== undefined) return { ...equal(left, right), ...near };
  return equal(left, right);
}

function judgeOrder(code: Code, found: Comparison, operator: string, left: string, right: string): Judged {
  const onRight = numberOf(code, found.right) ?? durationOf(code, found.right);
  const onLeft = numberOf(code, found.left) ?? durationOf(code, found.left);
  const value = onRight ?? onLeft;
  const upper = operator.startsWith('<') === (onRight !== undefined);
  const subject = onRight === undefined && onLeft !== undefined ? right : left;
  if (value !== undefined && upper && /abs|diff|delta|error|dist/i.test(subject))
    return { ...judged('near', strength.close, subject, ''), tolerance: value };
  const order = judged('order', strength.part, subject, subject === left ? right : left);
  return value === undefined ? order : { ...order, bound: { upper, value } };
}

/** Tolerance and form where an expected value is wrapped in `approx(…)` and its like. */
export function nearCall(
  code: Code,
  { from, to }: Span,
): Pick<Judged, 'form' | 'strength' | 'tolerance'> | undefined {
  for (let at = from; at < Math.min(to, from + 400); at += 1) {
    if (!nearCalls.test(code.tokens[at]?.text ?? '') || code.tokens[at + 1]?.text !== '(') continue;
    const end = code.partner[at + 1] ?? to;
    const tolerance = namedNumber(code, { from: at, to: end < 0 ? to : end });
    return {
      form: 'near',
      strength: strength.close,
      ...(tolerance === undefined ? {} : { tolerance }),
    };
  }
  return undefined;
}

const toleranceName = /^(rel|abs|rtol|atol|rel_tol|abs_tol|delta|eps|epsilon|max_relative|tolerance)$/;

/** The largest of the tolerances given by name: `rel=1e-6`, `epsilon = 0.1`. */
export function namedNumber(code: Code, { from, to }: Span): number | undefined {
  let largest: number | undefined;
  for (let at = from; at + 2 <= Math.min(to, from + 400); at += 1) {
    if (!toleranceName.test(code.tokens[at]?.text ?? '') || !/^[=:]$/.test(code.tokens[at + 1]?.text ?? ''))
      continue;
    const value = numberOf(code, { from: at + 2, to: at + 2 });
    if (value !== undefined) largest = Math.max(largest ?? value, value);
  }
  return largest;
}

function judgeBare(code: Code, span: Span, negated: boolean): Judged {
  const { from, to } = span;
  const text = canonical(code, from, to);
  const isText = from === to && stringValue(code.tokens[from]) !== '';
  if (isText || truths.has(text) || /^-?\d[\w.]*$/.test(text))
    return judged('trivial', strength.none, text, '');
  const open = code.tokens[to]?.text === ')' ? (code.partner[to] ?? -1) : -1;
  const isMacro = code.tokens[open - 1]?.text === '!';
  const name = open > from ? (code.tokens[isMacro ? open - 2 : open - 1]?.text ?? '') : '';
  if (nearCalls.test(name))
    return {
      ...judged('near', strength.close, text, ''),
      ...nearSides(code, from, open),
      ...nearCall(code, span),
    };
  if (name === 'matches' && isMacro) return judgePattern(code, open, text);
  if (name === 'fullmatch')
    return { ...judged('part', strength.close, text, ''), ...sidesOf(code, from, open) };
  if (name === 'As' && /^errors?\.As\(/.test(text) && !negated)
    return judged('error', strength.close, text, '');
  // errors.Is(err, ErrX) names the very error.
  if (exactCalls.test(name))
    return {
      // As of `a != b`.
      ...(negated ? judged('truth', strength.some, text, '') : judged('equal', strength.exact, text, '')),
      ...sidesOf(code, from, open),
    };
  if (partCalls.test(name))
    return { ...judged('part', strength.part, text, ''), ...sidesOf(code, from, open) };
  return judged('truth', strength.some, text, negated ? 'not' : '');
}

/** `isclose(a, b, rel_tol=1e-9)` compares its first two. */
function nearSides(code: Code, from: number, open: number) {
  return partsOf(code, open).length > 1 ? sidesOf(code, from, open) : {};
}

/** `matches!(x, Err(Error::Key(_)))`; that there is some error, or some value, says nearly nothing. */
function judgePattern(code: Code, open: number, text: string): Judged {
  const [value, pattern] = partsOf(code, open);
  const asked = pattern ? canonical(code, pattern.from, pattern.to) : '';
  if (value === undefined || !/^(Err|Ok|Some)\((_|\.\.)\)$/.test(asked))
    return judged('part', strength.close, text, '');
  return judged('truth', strength.some, canonical(code, value.from, value.to), asked);
}

/** A call that compares has two sides like an operator: `f(got, want)` its arguments, `got.f(want)` its owner and its argument. */
function sidesOf(code: Code, from: number, open: number): Pick<Judged, 'subject' | 'expected'> {
  const [first, second] = partsOf(code, open);
  const textOf = (span: Span | undefined) => (span ? canonical(code, span.from, span.to) : '');
  if (second) return { subject: textOf(first), expected: textOf(second) };
  const owner = canonical(code, from, open - (code.tokens[open - 2]?.text === '.' ? 3 : 2));
  return owner === ''
    ? { subject: textOf(first), expected: '' }
    : { subject: owner, expected: textOf(first) };
}

/** An assertion of a form. */
export function judged(form: Form, strong: number, subject: string, expected: string): Judged {
  return { form, strength: strong, subject, expected };
}

const literal =
  /^(-?\d|"|true$|false$|null$|None$|nil$|undefined$|True$|False$|\[|\{|vec!|Some\(|Ok\(|List\.of|new )/;

/** Whether a text is a value as it is written, and not what a call on one gives: `new Words().of("a")`. */
function isLiteral(text: string): boolean {
  // One of an enumeration: `Role.ADMIN`.
  if (/^[A-Z]\w*\.[A-Z][A-Z\d_]+$/.test(text)) return true;
  if (!literal.test(text)) return false;
  const open = text.indexOf('(');
  if (!/^(new |List\.of)/.test(text) || open < 0) return true;
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth === 0) return text[at + 1] !== '.';
  }
  return true;
}

/** An exact comparison in which the order does not count, as where both sides are sorted before. */
export const inAnyOrder = (one: Judged): Judged => ({ ...one, subject: `sorted(${one.subject})` });

/** Java: `Integer.valueOf(3)` is 3. */
const boxed = /^(?:Double|Float|Integer|Long|Short|Byte|Boolean)\.valueOf\((-?[\w.]+)\)$/;

/** Equality, whichever side the expected value was written on. Two literals that are the same cannot fail. */
export function equal(first: string, second: string): Judged {
  const [left, right] = [first.replace(boxed, '$1'), second.replace(boxed, '$1')];
  if (left === right && literal.test(left)) return judged('trivial', strength.none, left, right);
  const swapped = isLiteral(left) && !isLiteral(right);
  const told = judged('equal', strength.exact, swapped ? right : left, swapped ? left : right);
  // Of which type something is leaves all values of it.
  if (/^typeof /.test(told.subject)) return { ...told, form: 'part', strength: strength.part };
  // As many elements say less than these elements; where there are none it is the same.
  return isSize(told) && told.expected !== '0' ? { ...told, strength: strength.close } : told;
}
