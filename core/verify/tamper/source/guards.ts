/** Conditions around what a test does: an assertion behind one is only made where it holds. */
import { type Code, gather } from '../lex/token.ts';
import { blockEndAt } from './indent.ts';
import { canonical, type Span } from './source.ts';

/** A block that only runs under a condition, without a branch for the other case. */
export interface Guard extends Span {
  /** Where its `if` stands. */
  readonly at: number;
  /** Canonical text of what must hold. */
  readonly condition: string;
  /** Whether it ends with a bare `return`, so that what follows is its other branch. */
  readonly leaves: boolean;
  /** Whether it ends what is around it: the test, or a round of a loop or the whole of it. */
  readonly exits: boolean;
}

/** All guards of a file in order of their `if`. */
export function guardsOf(code: Code, indented: boolean): Guard[] {
  return indented ? byIndent(code) : byBraces(code);
}

/** What makes a `try` fail where nothing was thrown, or counts that its handler ran. */
const failing = /^(fail\w*|Fail|throw|raise|panic|reject|unreachable|assertions|hasAssertions|plan)$/;

/** Handlers of errors, in which an assertion is only made where there was one. */
export function handlersOf(code: Code, indented: boolean): Guard[] {
  return gather(code.tokens, (token, at): Guard[] => {
    if (token.kind !== 'word' || !/^(catch|except)$/.test(token.text)) return [];
    const span = indented ? exceptAt(code, at) : catchAt(code, at);
    return span ? [{ at, condition: token.text, leaves: false, exits: false, ...span }] : [];
  });
}

/** By which a function is handed over that is called later, or never. */
const listening =
  /^(on|once|subscribe|addEventListener|addListener|setTimeout|setImmediate|nextTick|queueMicrotask)$/;

/** Functions of JavaScript that somebody else calls: a test that waits for none of them ends before they are. */
export function listenersOf(code: Code): Guard[] {
  return gather(code.tokens, (token, at): Guard[] => {
    const to =
      listening.test(token.text) && code.tokens[at + 1]?.text === '(' ? (code.partner[at + 1] ?? -1) : -1;
    const isFunction = code.tokens.slice(at + 2, at + 12).some(({ text }) => /^(=>|function)$/.test(text));
    if (to < 0 || !isFunction) return [];
    return [{ at, from: at + 1, to, condition: 'called', leaves: false, exits: false }];
  });
}

const anyFails = (code: Code, from: number, to: number) =>
  code.tokens.slice(Math.max(from, 0), to).some(({ text }) => failing.test(text));

/** `try: … except X:` without an `else:` or anything that fails. */
function exceptAt(code: Code, at: number): Span | undefined {
  const column = code.tokens[at]?.column ?? 0;
  let head = at - 1;
  while (
    head > at - longestTry &&
    head > 0 &&
    !(code.tokens[head]?.text === 'try' && code.tokens[head]?.column === column)
  )
    head -= 1;
  if (code.tokens[head]?.text !== 'try' || anyFails(code, head, at)) return undefined;
  const to = blockEndAt(code, at);
  return code.tokens[to + 1]?.text === 'else' ? undefined : { from: colonAfter(code, at), to };
}

/** `try { … } catch (e) { … }` and `run().catch((e) => { … })`. */
function catchAt(code: Code, at: number): Span | undefined {
  const before = code.tokens[at - 1]?.text;
  const open = at + 1;
  if (before === '.') {
    const to = code.tokens[open]?.text === '(' ? (code.partner[open] ?? -1) : -1;
    return to < 0 ? undefined : { from: open, to };
  }
  const body = code.tokens[open]?.text === '(' ? (code.partner[open] ?? -1) + 1 : open;
  const to = code.tokens[body]?.text === '{' ? (code.partner[body] ?? -1) : -1;
  if (before !== '}' || to < 0 || anyFails(code, code.partner[at - 1] ?? at, at)) return undefined;
  return { from: body, to };
}

/** No `try` of a test has more tokens before its handler. */
const longestTry = 2000;

/** Heads are short: no condition that a person wrote has more tokens. */
const longestHead = 300;

function byBraces(code: Code): Guard[] {
  return gather(code.tokens, (token, at): Guard[] => {
    if (token.text === 'let') return [...letElse(code, at), ...letNothing(code, at)];
    if (token.text !== 'if' || token.kind !== 'word' || code.tokens[at - 1]?.text === 'else') return [];
    let body = at + 1;
    const bracketed = code.tokens[body]?.text === '(' ? (code.partner[body] ?? -1) : -1;
    if (bracketed > 0 && code.tokens[bracketed + 1]?.text !== '{') return single(code, at, bracketed);
    while (
      body < Math.min(at + longestHead, code.tokens.length) &&
      !/^[{;}]$/.test(code.tokens[body]?.text ?? '')
    )
      body = Math.max(body, code.partner[body] ?? -1) + 1;
    const to = code.tokens[body]?.text === '{' ? (code.partner[body] ?? -1) : -1;
    if (to < 0 || code.tokens[to + 1]?.text === 'else') return [];
    return [
      {
        at,
        from: body,
        to,
        condition: bare(canonical(code, at + 1, body - 1)),
        leaves: leavesBefore(code, to),
        exits: exitWord.test(lastWord(code, to)),
      },
    ];
  });
}

/** Rust's `let Ok(x) = y else { return; };` */
function letElse(code: Code, at: number): Guard[] {
  if (/^(if|while|&&)$/.test(code.tokens[at - 1]?.text ?? '')) return [];
  let head = at + 1;
  while (head < at + longestHead && !/^([;}]|else)$/.test(code.tokens[head]?.text ?? ';'))
    head = Math.max(head, code.partner[head] ?? -1) + 1;
  const to = code.tokens[head + 1]?.text === '{' ? (code.partner[head + 1] ?? -1) : -1;
  if (code.tokens[head]?.text !== 'else' || to < 0 || !leavesBefore(code, to)) return [];
  return [
    { at, from: head + 1, to, condition: canonical(code, at + 1, head - 1), leaves: true, exits: true },
  ];
}

/** Rust's `let _ = x.map(|y| …);`: what is done with a value only where there is one. */
function letNothing(code: Code, at: number): Guard[] {
  const [name, sign] = [code.tokens[at + 1]?.text, code.tokens[at + 2]?.text];
  if (name !== '_' || sign !== '=') return [];
  for (let next = at + 3; next < at + longestHead; next += 1) {
    const text = code.tokens[next]?.text ?? ';';
    if (text === ';') break;
    const to = code.tokens[next + 1]?.text === '(' ? (code.partner[next + 1] ?? -1) : -1;
    if (/^(map|map_err|inspect|and_then|is_ok_and|is_some_and)$/.test(text) && to > 0)
      return [
        { at, from: next + 1, to, condition: canonical(code, at + 3, next - 2), leaves: false, exits: false },
      ];
    next = Math.max(next, code.partner[next] ?? -1);
  }
  return [];
}

/** `if (x) y();` */
function single(code: Code, at: number, bracketed: number): Guard[] {
  let to = bracketed + 1;
  while (to < Math.min(bracketed + longestHead, code.tokens.length)) {
    const next = code.tokens[to + 1];
    if (code.tokens[to]?.text === ';' || next === undefined || (next.first && next.text !== '.')) break;
    to = Math.max(to + 1, code.partner[to + 1] ?? -1);
  }
  if (code.tokens[to + 1]?.text === 'else') return [];
  const alone = to <= bracketed + 2 ? (code.tokens[bracketed + 1]?.text ?? '') : '';
  const [leaves, exits] = [alone === 'return', exitWord.test(alone)];
  return [
    { at, from: bracketed + 1, to, condition: bare(canonical(code, at + 1, bracketed)), leaves, exits },
  ];
}

const bare = (text: string) => text.replace(/^\((.*)\)$/, '$1');

/** Whether the block that closes at `to` ends with a `return` or `continue` without a value. */
function leavesBefore(code: Code, to: number): boolean {
  return /^(return|continue)$/.test(lastWord(code, to));
}

const lastWord = (code: Code, to: number) =>
  code.tokens[code.tokens[to - 1]?.text === ';' ? to - 2 : to - 1]?.text ?? '';

const exitWord = /^(return|continue|break)$/;

interface Open {
  readonly at: number;
  readonly column: number;
  readonly colon: number;
}

/** One pass over the logical lines of Python. */
function byIndent(code: Code): Guard[] {
  const found: Guard[] = [];
  const open: Open[] = [];
  const close = (to: number, column: number, next: string) => {
    while (open.length > 0 && (open.at(-1)?.column ?? 0) >= column) {
      const one = open.pop();
      if (one === undefined || (one.column === column && /^(else|elif)$/.test(next))) continue;
      const last = code.tokens[to]?.text ?? '';
      const [leaves, exits] = [/^(return|continue)$/.test(last), exitWord.test(last)];
      const condition = bare(canonical(code, one.at + 1, one.colon - 1));
      found.push({ at: one.at, from: one.colon, to, condition, leaves, exits });
    }
  };
  for (let at = 0; at < code.tokens.length; at += 1) {
    const token = code.tokens[at];
    if (token?.first) {
      close(at - 1, token.column, token.text);
      if (token.text === 'if') open.push({ at, column: token.column, colon: colonAfter(code, at) });
    }
    at = Math.max(at, code.partner[at] ?? -1);
  }
  close(code.tokens.length - 1, 0, '');
  return found.sort((a, b) => a.at - b.at);
}

function colonAfter(code: Code, from: number): number {
  let at = from + 1;
  while (at < Math.min(from + longestHead, code.tokens.length) && code.tokens[at]?.text !== ':')
    at = Math.max(at, code.partner[at] ?? -1) + 1;
  return at;
}

/** Where the body of a test is left for good on its own level: the first `return` without a value, or nothing. */
export function leftAt(code: Code, body: number, to: number, indented: boolean): number | undefined {
  const column = indented ? columnInside(code, body) : -1;
  for (let at = body + 1; at < to; at += 1) {
    const token = code.tokens[at];
    if (
      token?.text === 'return' &&
      (indented ? token.first && token.column === column : isStatement(code, at))
    ) {
      const next = code.tokens[at + 1];
      if (at + 1 > to || next === undefined || next.first || /^[;}]$/.test(next.text)) return at;
    }
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return undefined;
}

/** Not behind a condition without a block of its own. */
const isStatement = (code: Code, at: number) =>
  /^[;{}]$/.test(code.tokens[at - 1]?.text ?? '') ||
  (code.tokens[at]?.first === true && code.tokens[at - 1]?.text !== ')');

/** The column of a head of Python: `async` stands before its `def`. */
export const columnOf = ({ tokens }: Code, head: number): number =>
  tokens[tokens[head - 1]?.text === 'async' ? head - 1 : head]?.column ?? 0;

function columnInside(code: Code, head: number): number {
  const own = columnOf(code, head);
  for (let at = head + 1; at < Math.min(head + longestHead, code.tokens.length); at += 1) {
    const token = code.tokens[at];
    if (token?.first) return token.column > own ? token.column : -1;
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return -1;
}
