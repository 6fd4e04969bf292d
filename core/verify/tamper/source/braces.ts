/** What languages with braces have in common: functions and classes, and how the body of a test is left before its end. */
import type { Code } from '../lex/token.ts';
import { bodyLimit, type Definition, type Skip } from './source.ts';

const notNames = new Set([
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'function',
  'return',
  'match',
  'synchronized',
  'with',
]);
const heads = new Set([
  'function',
  'class',
  'func',
  'fn',
  'struct',
  'interface',
  'enum',
  'trait',
  'type',
  'record',
]);

/** Functions, methods, arrow functions that have a name, classes and types. */
export function blockFunctions(code: Code): Definition[] {
  const found: Definition[] = [];
  code.tokens.forEach((token, at) => {
    if (token.kind !== 'word') return;
    const one = headed(code, at) ?? method(code, at) ?? arrow(code, at);
    // A method of Go is found by its head and by its name.
    if (one && one.from !== found.at(-1)?.from) found.push(one);
  });
  return found;
}

function headed(code: Code, at: number): Definition | undefined {
  if (!heads.has(code.tokens[at]?.text ?? '')) return undefined;
  let name = at + 1;
  // A method of Go has its receiver first; a generator its star.
  if (code.tokens[name]?.text === '(') name = (code.partner[name] ?? name) + 1;
  if (code.tokens[name]?.text === '*') name += 1;
  return code.tokens[name]?.kind === 'word' ? definition(code, name, bodyFrom(code, name + 1)) : undefined;
}

/** Behind these a call is asked for its answer, and the brace opens what is done by it: `if !matches(got) {` of Go and Rust. */
const asking = /^(!|!=|&&|\|\||=|:=|==|if|while|for|in|range|match|switch|case|return|else)$/;

/** `name(…) {` and `name(…): Type {` and `name(…) throws X {`. */
function method(code: Code, at: number): Definition | undefined {
  const name = code.tokens[at]?.text ?? '';
  const before = code.tokens[at - 1]?.text ?? '';
  if (code.tokens[at + 1]?.text !== '(' || notNames.has(name) || before === '.' || before === 'new')
    return undefined;
  const close = code.partner[at + 1] ?? -1;
  if (close < 0 || heads.has(before) || asking.test(before)) return undefined;
  const next = code.tokens[close + 1]?.text;
  if (next !== '{' && next !== 'throws' && next !== ':') return undefined;
  if (next === ':' && before === '?') return undefined;
  return definition(code, at, bodyFrom(code, close + 1));
}

/** `const name = (…) =>`, `exports.name = (…) =>` and `const name = async function`. */
function arrow(code: Code, at: number): Definition | undefined {
  if (code.tokens[at]?.text === 'exports' && code.tokens[at + 1]?.text === '.')
    return arrowAfter(code, at + 1);
  return /^(const|let|var)$/.test(code.tokens[at]?.text ?? '') ? arrowAfter(code, at) : undefined;
}

function arrowAfter(code: Code, at: number): Definition | undefined {
  if (code.tokens[at + 2]?.text !== '=') return undefined;
  const isAsync = code.tokens[at + 3]?.text === 'async';
  const params = isAsync ? at + 4 : at + 3;
  const close = code.tokens[params]?.text === '(' ? (code.partner[params] ?? -1) : params;
  if (close < 0) return undefined;
  // A type of the result may stand between.
  for (let next = close + 1; next < close + 8; next += 1) {
    if (code.tokens[next]?.text === '=>') {
      const body = bodyFrom(code, next + 1);
      return definition(code, at + 1, body) && expression(code, at + 1, next + 1, body);
    }
    if (/^[;={]$/.test(code.tokens[next]?.text ?? ';')) break;
  }
  return undefined;
}

/** An arrow function without braces ends with its statement. */
function expression(code: Code, name: number, from: number, body: number): Definition | undefined {
  if (body === from) return definition(code, name, body);
  let to = from;
  while (to < Math.min(from + 200, code.tokens.length - 1)) {
    to = Math.max(to, code.partner[to] ?? -1);
    const next = code.tokens[to + 1];
    if (next === undefined || next.text === ';' || (next.first && !/^[.?:&|+]/.test(next.text))) break;
    to += 1;
  }
  const found = definition(code, name, -1);
  return found && { ...found, to };
}

/** The brace that opens a body, unless the declaration ends before. Heads are short: 200 tokens are a long one. */
function bodyFrom(code: Code, from: number): number {
  for (let at = from; at < Math.min(from + 200, code.tokens.length); at += 1) {
    const text = code.tokens[at]?.text;
    if (text === '{') return at;
    if (text === ';' || text === '}' || text === ')') return -1;
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return -1;
}

function definition(code: Code, at: number, body: number): Definition | undefined {
  const token = code.tokens[at];
  if (token === undefined) return undefined;
  const to = body < 0 ? at : (code.partner[body] ?? at);
  return { name: token.text, line: token.line, from: at, to: Math.max(at, to) };
}

/** Whether the first thing in a body is a bare `return`. */
export function leavesAtOnce(code: Code, body: number): boolean {
  if (code.tokens[body + 1]?.text !== 'return') return false;
  const next = code.tokens[body + 2];
  return next === undefined || next.text === ';' || next.text === '}' || next.first;
}

/** Calls such as `t.Skip()` in a body, but for what is put off to its end by the word `late`; inside an inner block, or with a condition, they skip only sometimes. */
export function skipsInside(code: Code, body: number, owner: RegExp, verb: RegExp, late = ''): Skip {
  const to = Math.min(code.partner[body] ?? -1, body + bodyLimit);
  let skip: Skip = 'no';
  const inner: number[] = [];
  for (let at = body + 1; at < to; at += 1) {
    while (inner.length > 0 && (inner.at(-1) ?? 0) < at) inner.pop();
    if (late !== '' && code.tokens[at]?.text === late) {
      while (at < to && code.tokens[at]?.text !== '{' && !code.tokens[at + 1]?.first) at += 1;
      at = Math.max(at, code.partner[at] ?? -1);
      continue;
    }
    if (code.tokens[at]?.text === '{' && (code.partner[at] ?? -1) > at) inner.push(code.partner[at] ?? at);
    if (!verb.test(code.tokens[at]?.text ?? '') || code.tokens[at + 1]?.text !== '(') continue;
    if (code.tokens[at - 1]?.text !== '.' || !owner.test(code.tokens[at - 2]?.text ?? '')) continue;
    const asked = /^(\)|&&|\|\||\?|:)$/.test(code.tokens[at - 3]?.text ?? '');
    const conditional = inner.length > 0 || asked || code.tokens[at + 2]?.kind === 'word';
    if (!conditional) return 'always';
    skip = 'sometimes';
  }
  return skip;
}
