/** Assertions of Rust: the `assert…!` macros, and the panic that a test expects. */
import type { Code } from '../lex/token.ts';
import { type Judged, judgeCondition, judged } from '../source/condition.ts';
import {
  type Assertion,
  butFor,
  canonical,
  checksByName,
  partsOf,
  type Span,
  strength,
  stringValue,
} from '../source/source.ts';
import { judgeError, judgeNamed } from './named.ts';

/** All assertions of a file, in order. */
export function assertionsOfRust(code: Code): Assertion[] {
  const found: Assertion[] = [];
  code.tokens.forEach((token, at) => {
    if (token.kind !== 'word') return;
    if (token.text === 'should_panic') found.push(panicAt(code, at));
    const isMacro = code.tokens[at + 1]?.text === '!';
    const open = isMacro ? at + 2 : at + 1;
    const close = /^[([{]$/.test(code.tokens[open]?.text ?? '') ? (code.partner[open] ?? -1) : -1;
    if (close < 0 || code.tokens[at - 1]?.text === 'fn') return;
    // `macro_rules! assert_iter { … }` only says what the macro does.
    if (code.tokens[at - 1]?.text === '!' && code.tokens[at - 2]?.text === 'macro_rules') return;
    const told = isMacro
      ? macro(code, token.text, open)
      : (expectedCall(code, at, close) ?? called(code, at, close));
    if (told) found.push({ line: token.line, from: at, to: close, ...told });
  });
  return found;
}

function panicAt(code: Code, at: number): Assertion {
  const close = code.partner[at + 1] ?? -1;
  const message =
    close > at ? stringValue(code.tokens.slice(at, close).find(({ kind }) => kind === 'string')) : '';
  const to = Math.max(close, at);
  return { line: code.tokens[at]?.line ?? 1, from: at, to, ...judgeError(message, '') };
}

function macro(code: Code, name: string, open: number): Judged | undefined {
  const kind = /^(?:(?:debug_|prop_)?assert|ensure)(?:_(\w+))?$/.exec(name);
  if (!kind) return undefined;
  const args = partsOf(code, open);
  const [first] = args;
  // That a place is never reached is told by the condition that leads there.
  if (kind[1] === undefined && first && textOf(code, first) === 'false') return undefined;
  if (kind[1] === undefined) return first && judgeCondition(code, first);
  if (kind[1] === 'ne') return judged('truth', strength.some, textOf(code, first), textOf(code, args[1]));
  if (kind[1] === 'matches')
    return judged('part', strength.close, textOf(code, first), textOf(code, args[1]));
  if (kind[1].endsWith('snapshot')) return snapshot(code, args);
  return judgeNamed(code, kind[1], args);
}

/** insta: `assert_json_snapshot!(value, { ".id" => "[id]" }, @"…")`; what is redacted may be anything. */
function snapshot(code: Code, args: readonly Span[]): Judged | undefined {
  const opens = (text: string) => (span: Span) => code.tokens[span.from]?.text === text;
  const redacted = args.filter(opens('{'));
  const plain = args.filter((span) => !opens('{')(span) && !opens('@')(span));
  const value = plain.find(({ from }) => code.tokens[from]?.kind !== 'string') ?? plain[0];
  if (value === undefined) return undefined;
  const inline = args.find(opens('@'));
  const expected = butFor(
    inline ? textOf(code, inline) : 'a snapshot',
    redacted.map((span) => textOf(code, span)),
  );
  return judged(
    'equal',
    redacted.length > 0 ? strength.close : strength.exact,
    textOf(code, value),
    expected,
  );
}

/** mockall: `store.expect_load().with(eq("k")).times(1)`; without a number it may be called as often as it likes. */
function expectedCall(code: Code, at: number, close: number): (Judged & { to: number }) | undefined {
  if (code.tokens[at - 1]?.text !== '.' || !/^expect_\w+$/.test(code.tokens[at]?.text ?? ''))
    return undefined;
  if (close !== at + 2) return undefined;
  let [to, often, given] = [close, '', ''];
  while (code.tokens[to + 1]?.text === '.' && (code.partner[to + 3] ?? -1) > 0) {
    const end = code.partner[to + 3] ?? to;
    const link = code.tokens[to + 2]?.text ?? '';
    if (/^(times|never|once)$/.test(link)) often = canonical(code, to + 2, end);
    else if (/^with/.test(link)) given = canonical(code, to + 2, end);
    else if (!/^in_sequence$/.test(link)) break;
    to = end;
  }
  if (!/^(mock\w*|\w+)$/.test(code.tokens[at - 2]?.text ?? '') || code.tokens[to + 1]?.text !== '.')
    return undefined;
  const counted = often !== '' && !/\.\./.test(often);
  const strong = (counted ? strength.close : strength.some) + (given === '' ? 0 : 1);
  const subject = `${code.tokens[at - 2]?.text}.${code.tokens[at]?.text}`;
  return { ...judged('equal', strong, subject, `${given}${often}`), to };
}

const textOf = (code: Code, span: { from: number; to: number } | undefined) =>
  span ? canonical(code, span.from, span.to) : '';

function called(code: Code, at: number, close: number): Judged | undefined {
  const name = code.tokens[at]?.text ?? '';
  if (name === 'should_panic' || !checksByName(name) || code.tokens[at - 1]?.text === '.') return undefined;
  return judged('custom', strength.close, canonical(code, at + 1, close), name);
}
