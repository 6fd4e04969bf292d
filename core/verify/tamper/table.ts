/** Tables of tests: their rows, and what runs over them. */
import type { Unit } from './change.ts';
import { type Code, gather } from './lex/token.ts';
import { bodyLimit, canonical, partsOf, type Span } from './source/source.ts';
import { addWords } from './supports.ts';
import { factoriesOf, wordsOf } from './words.ts';

/** A case of a table. */
export interface Row extends Span {
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

/** Adds what the table of a test says where it stands beside the test. */
export function addTable(words: Map<string, number>, unit: Unit): void {
  const { from: first = 0, to: last = 0 } = unit.test ?? {};
  for (const { from, to } of tableOf(unit))
    if (to < first || from > last) addWords(words, unit.source.code.tokens.slice(from, to + 1));
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
    if (!/^[[{(]$/.test(inner) && !keyed && !startsNamed(code, at)) continue;
    const parts = partsOf(code, at).filter((part) => part.to > part.from);
    // The arguments of a call are no rows.
    const isCall = code.tokens[at]?.text === '(' && code.tokens[at - 1]?.kind === 'word';
    const alike = new Set(parts.map((part) => shapeAt(code, part.from)));
    if (isCall || isType(code, at) || alike.size > 1 || !parts.every((part) => isRow(code, part.from)))
      continue;
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

/** Rust: `let many: ((), (u8, i8)) = random();` says what kind of thing there is. */
const isType = ({ tokens }: Code, at: number) =>
  tokens[at]?.text === '(' && tokens[at - 1]?.text === ':' && /^(let|mut)$/.test(tokens[at - 3]?.text ?? '');

/** `[pytest.param(…)`, `[Case { … }`: the first row of a list has a name before its bracket. */
function startsNamed({ tokens }: Code, at: number): boolean {
  if (tokens[at]?.text !== '[') return false;
  const [first = '', next, last] = tokens.slice(at + 1, at + 4).map(({ text }) => text);
  return (first === 'pytest' && last === 'param') || (next === '{' && /^[A-Z]\w*$/.test(first));
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

/** What is run over, and whether as a whole. */
export interface Iterated {
  readonly name: string;
  readonly cut: boolean;
  readonly line: number;
}

/** What loops and tables of tests run over, by name. */
export function iterated(code: Code, from: number, to: number): Iterated[] {
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
