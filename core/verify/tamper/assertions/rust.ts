/** Assertions of Rust: the `assert…!` macros, and the panic that a test expects. */
import type { Code } from '../lex/token.ts';
import { type Judged, judgeCondition, judged } from '../source/condition.ts';
import { type Assertion, canonical, checksByName, partsOf, strength, stringValue } from '../source/source.ts';
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
    const told = isMacro ? macro(code, token.text, open) : called(code, at, close);
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
  const kind = /^(?:debug_|prop_)?assert(?:_(\w+))?$/.exec(name);
  if (!kind) return undefined;
  const args = partsOf(code, open);
  const [first] = args;
  if (kind[1] === undefined) return first && judgeCondition(code, first);
  if (kind[1] === 'ne') return judged('truth', strength.some, textOf(code, first), textOf(code, args[1]));
  if (kind[1] === 'matches')
    return judged('part', strength.close, textOf(code, first), textOf(code, args[1]));
  return judgeNamed(code, kind[1], args);
}

const textOf = (code: Code, span: { from: number; to: number } | undefined) =>
  span ? canonical(code, span.from, span.to) : '';

function called(code: Code, at: number, close: number): Judged | undefined {
  const name = code.tokens[at]?.text ?? '';
  if (name === 'should_panic' || !checksByName(name) || code.tokens[at - 1]?.text === '.') return undefined;
  return judged('custom', strength.close, canonical(code, at + 1, close), name);
}
