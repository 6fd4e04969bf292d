/** Tests that are run for each of many plain values: `parametrize("n", [2, 3])`, `#[case(2)]`, `for n in (2, 3): assert …`. */
import type { Unit } from '../change.ts';
import type { Code } from '../lex/token.ts';
import { bodyLimit, canonical, partsOf, type Span } from '../source/source.ts';

/** A value that a test is run for. */
export interface Value extends Span {
  readonly text: string;
  readonly line: number;
}

/** The values of a test, by its marks or by the first list that it is run over. */
export function valuesOf({ source: { code, path }, test, assertions }: Unit): Value[] {
  if (test === undefined) return [];
  const to = Math.min(test.to, test.from + bodyLimit);
  const marked: Value[] = [];
  for (let at = test.from; at < to; at += 1) {
    const open = markAt(code, at, path);
    const close = open < 0 ? -1 : (code.partner[open] ?? -1);
    if (close > open + 1) marked.push(oneOf(code, { from: open + 1, to: close - 1 }));
  }
  // What is added in a loop is what that runs over.
  const isLooped = path.endsWith('.go') && marked.every(({ text }) => /^\w+$/.test(text));
  if (marked.length > 0 && !isLooped) return marked;
  for (let at = test.from; at < to; at += 1) {
    const open = listAt(code, at);
    const close = open < 0 ? -1 : (code.partner[open] ?? -1);
    const parts = close < 0 ? [] : partsOf(code, open);
    if (parts.length === 0 || !parts.every((part) => isPlain(code, part))) continue;
    // What a loop does is only a case where it asks something.
    if (isLoop(code, at) && !assertions.some(({ from }) => from > close && from < close + loopLimit))
      continue;
    return parts.map((part) => oneOf(code, part));
  }
  return [];
}

/** What is asked in a loop stands close to its head. */
const loopLimit = 60;

const oneOf = (code: Code, span: Span): Value => ({
  ...span,
  text: canonical(code, span.from, span.to),
  line: code.tokens[span.from]?.line ?? 1,
});

/** Where the bracket opens of `#[case(2)]`, `#[case::two(2)]`, `#[test_case(2)]` or `@example(2)`. */
function markAt({ tokens }: Code, at: number, path: string): number {
  const [text = '', before] = [tokens[at]?.text, tokens[at - 1]?.text];
  // A seed of a fuzz test.
  if (path.endsWith('.go'))
    return text === 'Add' && before === '.' && tokens[at - 2]?.text === 'f' && tokens[at + 1]?.text === '('
      ? at + 1
      : -1;
  const names = path.endsWith('.py')
    ? before === '@' && text === 'example'
    : before === '[' && /^(test_)?case$/.test(text);
  if (!names) return -1;
  const open = tokens[at + 1]?.text === '::' ? at + 3 : at + 1;
  return tokens[open]?.text === '(' ? open : -1;
}

const isLoop = ({ tokens }: Code, at: number) => /^(in|of|range)$/.test(tokens[at]?.text ?? '');

/** Where a list opens that a test is run over: after the word at `at`. */
function listAt(code: Code, at: number): number {
  const { tokens } = code;
  const text = tokens[at]?.text ?? '';
  let open = -1;
  if (text === 'each' && tokens[at - 1]?.text === '.') open = at + 2;
  else if (text === 'parametrize') open = partsOf(code, at + 1)[1]?.from ?? -1;
  else if (/^(ValueSource|EnumSource)$/.test(text)) {
    open = at;
    while (open < at + 8 && !/^[{)]$/.test(tokens[open]?.text ?? '')) open += 1;
    if (tokens[open]?.text !== '{') return -1;
  } else if (
    /^(in|of)$/.test(text) &&
    tokens.slice(Math.max(0, at - 4), at).some((one) => one.text === 'for')
  )
    open = at + 1;
  else if (text === 'range') {
    open = at + 1;
    while (open < at + 6 && tokens[open]?.text !== '{') open += 1;
  }
  return open >= 0 && /^[[({]$/.test(tokens[open]?.text ?? '') ? open : -1;
}

/** A number, a text or a name: `-1`, `"a"`, `Color.RED`. */
function isPlain({ tokens }: Code, { from, to }: Span): boolean {
  if (to - from > 3) return false;
  return tokens.slice(from, to + 1).every(({ kind, text }) => kind !== 'punct' || /^(-|\.|::)$/.test(text));
}
