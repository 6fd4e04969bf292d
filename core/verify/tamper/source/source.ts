/** What is read from a file of code, the same for every language: its tests, functions and assertions. */
import type { Place } from '../finding.ts';
import type { Code, Token } from '../lex/token.ts';

/** How a test or a group of tests is kept from running. */
export type Skip = 'no' | 'sometimes' | 'always';

/** A run of tokens, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A test, or a group of tests; the span holds its decorators, its table and its body. */
export interface Test extends Span {
  readonly name: string;
  readonly line: number;
  readonly group: boolean;
  /** Its own, not that of a group around it. */
  readonly skip: Skip;
  readonly focus: boolean;
  /** Where the body begins; -1 where there is none. */
  readonly body: number;
}

/** A function or class that is no test. */
export interface Definition extends Span {
  readonly name: string;
  readonly line: number;
}

/** What an assertion asks for, by how it is written. */
export type Form = 'equal' | 'near' | 'part' | 'order' | 'truth' | 'error' | 'custom' | 'trivial';

/** How much a check says: the higher, the fewer wrong results pass it. */
export const strength = {
  /** Cannot fail. */
  none: 0,
  /** True for nearly any result: not null, truthy, not equal, some error. */
  some: 2,
  /** A property of the result: contains, matches, greater than, instance of. */
  part: 3,
  /** The result but for details: nearly equal, a subset of fields, an error of a kind. */
  close: 4,
  /** This result and no other. */
  exact: 5,
} as const;

/** `value` is what a result is compared with; `upper` when the result must stay below it. */
export interface Bound {
  readonly upper: boolean;
  readonly value: number;
}

/** One thing that a test asks for. */
export interface Assertion extends Span {
  readonly line: number;
  readonly form: Form;
  readonly strength: number;
  /** What is looked at, and what it is compared with: canonical text, so that layout and quotes do not count. */
  readonly subject: string;
  readonly expected: string;
  readonly bound?: Bound;
  /** How far off a result may be; the larger the laxer. */
  readonly tolerance?: number;
  /** Only made where some condition holds. */
  readonly guarded?: true;
}

const size = /^len\(.*\)$|\.(length|size|len|count|shape|ndim)(\(\))?$/;

/** Whether only the size of a result is looked at. */
export function isSize({
  form,
  subject,
  expected,
}: Pick<Assertion, 'form' | 'subject' | 'expected'>): boolean {
  return size.test(subject) || (form === 'part' && /^\d+$/.test(expected));
}

/** What a language reads from tokens. */
export interface Reading {
  readonly tests: readonly Test[];
  readonly definitions: readonly Definition[];
  readonly assertions: readonly Assertion[];
  /** A marker that keeps every test of the file from running, and its line. */
  readonly fileSkip?: { readonly line: number; readonly skip: Skip };
}

/** A file of code on one side. */
export interface Source extends Reading {
  readonly path: string;
  readonly side: Place['side'];
  readonly code: Code;
  /** Whether it belongs to the tests, by its path. */
  readonly isTest: boolean;
  /** Whether the other side has the same text. */
  readonly same: boolean;
}

/** How a language is read. */
export interface Language {
  readonly name: 'javascript' | 'python' | 'go' | 'rust' | 'java';
  scan(text: string): Code;
  read(code: Code, path: string): Reading;
}

/** What is expected, and what of it is not looked at: fields of a deep comparison. */
export const butFor = (expected: string, leftOut: readonly string[]): string =>
  leftOut.length === 0 ? expected : `${expected}, but for ${leftOut.join()}`;

/** Names of functions that check by themselves: `expectCreated`, `assert_valid`, `verifyTotals`. */
export function checksByName(name: string): boolean {
  return /^(assert|expect|check|verify|ensure|should|must|require)(_\w|[A-Z])/.test(name);
}

const textLimit = 400;

/** Of the body of a test so many tokens are looked at: enough for any that a person wrote, and a bound where tests nest. */
export const bodyLimit = 20_000;

/** The text of tokens without layout, kind of quotes, `await`, `this.` and `self.`, and trailing commas. */
export function canonical(code: Code, from: number, to: number): string {
  let text = '';
  for (let at = from; at <= to && text.length < textLimit; at += 1) {
    const token = code.tokens[at];
    if (token === undefined) break;
    const next = code.tokens[at + 1]?.text ?? '';
    if (token.text === 'await' || (token.text === '&' && at === from)) continue;
    if ((token.text === 'this' || token.text === 'self') && next === '.') {
      at += 1;
      continue;
    }
    if (token.text === ',' && (next === ')' || next === ']' || next === '}')) continue;
    const glued = token.kind === 'word' || token.kind === 'number';
    if (glued && /[\w$]$/.test(text)) text += ' ';
    text += token.kind === 'string' ? unquoted(token.text) : token.text;
  }
  return text;
}

function unquoted(text: string): string {
  const bare = text.replace(/^[rRbBuUfF]{0,2}#*("""|'''|"|'|`)/, '').replace(/("""|'''|"|'|`)#*$/, '');
  return `"${bare}"`;
}

/** What a string token says, without its quotes. */
export function stringValue(token: Token | undefined): string {
  return token?.kind === 'string' ? unquoted(token.text).slice(1, -1) : '';
}

/** The parts of a bracket that opens at `open`, cut at its commas; without the empty one after a trailing comma. */
export function partsOf(code: Code, open: number): Span[] {
  const close = code.partner[open] ?? -1;
  return close < 0 ? [] : split(code, open + 1, close - 1, ',');
}

/** A span cut at a separator outside all brackets. */
export function split(code: Code, from: number, to: number, separator: string): Span[] {
  const parts: Span[] = [];
  let start = from;
  for (let at = from; at <= to; at += 1) {
    const token = code.tokens[at];
    if (token?.text === separator && token.kind === 'punct') {
      if (at > start) parts.push({ from: start, to: at - 1 });
      start = at + 1;
    }
    const partner = code.partner[at] ?? -1;
    if (partner > at) at = partner;
  }
  if (to >= start) parts.push({ from: start, to });
  return parts;
}

/** A number as written, or by the name of a constant (`1_000`, `-0.5`, `1e-6`, `5f64`, `100L`); undefined where the span is something else. */
export function numberOf(code: Code, span: Span | undefined): number | undefined {
  if (span === undefined) return undefined;
  const negative = code.tokens[span.from]?.text === '-';
  const at = negative ? span.from + 1 : span.from;
  const token = code.tokens[at];
  if (at !== span.to) return productOf(code, span);
  if (token === undefined) return undefined;
  const value = token.kind === 'number' ? readNumber(token.text) : constantsOf(code).get(token.text);
  return value === undefined ? undefined : (negative ? -1 : 1) * value;
}

/** `EPS * 10.0`, `0.5 * 1e-3`: two numbers, or names of numbers. */
function productOf(code: Code, { from, to }: Span): number | undefined {
  const sign = code.tokens[from + 1]?.text;
  if (to !== from + 2 || (sign !== '*' && sign !== '/')) return undefined;
  const [left, right] = [numberOf(code, { from, to: from }), numberOf(code, { from: to, to })];
  if (left === undefined || right === undefined) return undefined;
  return sign === '*' ? left * right : left / right;
}

const constants = new WeakMap<Code, ReadonlyMap<string, number>>();

/** Names in capitals that a file gives one number: `const CLOSE: f64 = 1e-2`, `TOLERANCE = 0.1`. Kept, as each file is asked often. */
function constantsOf(code: Code): ReadonlyMap<string, number> {
  const known = constants.get(code);
  if (known) return known;
  const found = new Map<string, number>();
  code.tokens.forEach(({ kind, text }, at) => {
    if (kind !== 'word' || !/^[A-Z][A-Z\d_]+$/.test(text) || found.has(text)) return;
    const sign = code.tokens[at + 1]?.text === ':' ? at + 3 : at + 1;
    const value = code.tokens[sign + 1];
    if (code.tokens[sign]?.text === '=' && value?.kind === 'number') found.set(text, readNumber(value.text));
  });
  constants.set(code, found);
  return found;
}

/** The value of a number token; suffixes of type are dropped. */
export function readNumber(text: string): number {
  const plain = text.replaceAll('_', '');
  if (/^0[xXbBoO]/.test(plain)) return Number(plain.replace(/[nLlu]\w*$/, ''));
  return Number(/^[\d.]+(?:[eE][+-]?\d+)?/.exec(plain)?.[0] ?? Number.NaN);
}

/** Whether the token at `at` is this word. */
export function isAt(code: Code, at: number, text: string): boolean {
  return code.tokens[at]?.text === text;
}

/** What makes two assertions the same. */
export function assertionKey({ form, subject, expected, tolerance, bound, guarded }: Assertion): string {
  return `${form}|${subject}|${expected}|${tolerance ?? ''}|${bound?.value ?? ''}${guarded ? '|if' : ''}`;
}
