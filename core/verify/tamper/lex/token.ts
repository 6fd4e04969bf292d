/**
 * The scanner that all languages share: one pass over the text, never back, so its time is linear in any input. What
 * differs between languages (comments, strings, operators) is a `Lexicon`.
 */

/** A piece of source text. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'punct' | 'comment';
  /** As written, quotes included. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** Whether nothing but white space and comments stands before it on its line. */
  readonly first: boolean;
}

/** How a language writes what the scanner must not look into. */
export interface Lexicon {
  readonly lineComments: readonly string[];
  readonly blockComment: readonly [open: string, close: string] | null;
  /** Rust's block comments nest. */
  readonly nested?: boolean;
  /** The end of the string, character or regular expression that begins at `at`; `at` itself where none begins. */
  stringEnd(text: string, at: number, previous: Token | undefined): number;
}

/** Source text as tokens, and for each bracket the index of its partner (undefined where there is none). */
export interface Code {
  readonly tokens: readonly Token[];
  readonly comments: readonly Token[];
  readonly partner: readonly (number | undefined)[];
}

const operators = new Set([
  ...['===', '!==', '...', '**=', '<<=', '>>=', '&&=', '||='],
  ...['==', '!=', '<=', '>=', '&&', '||', '=>', '->', '::', ':=', '??', '?.', '**', '+=', '-=', '++', '--'],
]);

const isDigit = (code: number) => code >= 48 && code <= 57;

/** Letters, `_`, `$` and everything beyond ASCII may be part of a name. */
function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36 || code > 127
  );
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && (isWord(text.charCodeAt(at)) || isDigit(text.charCodeAt(at)))) at += 1;
  return at;
}

/** `1_000`, `0x1f`, `1.5e-6`, `1e3f64`; a dot counts only before a digit (`1..2`, `1.max()`). */
function numberEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const end = wordEnd(text, at);
    const next = text[end];
    const signed =
      (next === '-' || next === '+') && /[eE]/.test(text[end - 1] ?? '') && text[from + 1] !== 'x';
    const goesOn = (next === '.' || signed) && isDigit(text.charCodeAt(end + 1));
    if (!goesOn) return end;
    at = end + 1;
  }
}

function punctEnd(text: string, at: number): number {
  if (!'=.*<>&|:?+-'.includes(text[at + 1] ?? ' ')) return at + 1;
  if (operators.has(text.slice(at, at + 3))) return at + 3;
  return operators.has(text.slice(at, at + 2)) ? at + 2 : at + 1;
}

function commentEnd(text: string, at: number, lexicon: Lexicon): number {
  if (lexicon.lineComments.some((mark) => text.startsWith(mark, at))) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  const [open, close] = lexicon.blockComment ?? ['', ''];
  if (open === '' || !text.startsWith(open, at)) return at;
  let depth = 1;
  let from = at + open.length;
  while (depth > 0) {
    const end = text.indexOf(close, from);
    if (end < 0) return text.length;
    if (lexicon.nested) depth += occurrences(text, open, from, end);
    depth -= 1;
    from = end + close.length;
  }
  return from;
}

function occurrences(text: string, what: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) if (text.startsWith(what, at)) count += 1;
  return count;
}

function kindAndEnd(
  text: string,
  at: number,
  lexicon: Lexicon,
  previous: Token | undefined,
): [Token['kind'], number] {
  const comment = commentEnd(text, at, lexicon);
  if (comment > at) return ['comment', comment];
  const string = lexicon.stringEnd(text, at, previous);
  if (string > at) return ['string', string];
  const code = text.charCodeAt(at);
  if (isDigit(code)) return ['number', numberEnd(text, at)];
  if (isWord(code)) return ['word', wordEnd(text, at)];
  return ['punct', punctEnd(text, at)];
}

/** Cuts text into tokens. Never throws: what is not closed ends with its line or with the text. */
export function scan(text: string, lexicon: Lexicon): Code {
  const tokens: Token[] = [];
  const comments: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let first = true;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 10) {
      line += 1;
      lineStart = at + 1;
      first = true;
    }
    if (code <= 32 || code === 0xfeff) {
      at += 1;
      continue;
    }
    const [kind, end] = kindAndEnd(text, at, lexicon, tokens.at(-1));
    const token = { kind, text: text.slice(at, end), line, column: at - lineStart, first };
    (kind === 'comment' ? comments : tokens).push(token);
    if (kind !== 'comment') first = false;
    for (let next = token.text.indexOf('\n'); next >= 0; next = token.text.indexOf('\n', next + 1)) {
      line += 1;
      lineStart = at + next + 1;
    }
    at = end;
  }
  return { tokens, comments, partner: pair(tokens) };
}

/** What is found token by token. A file of data has millions and nothing in them, which is all that `flatMap` is slow at. */
export function gather<T>(tokens: readonly Token[], find: (token: Token, at: number) => readonly T[]): T[] {
  const all: T[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token) for (const one of find(token, at)) all.push(one);
  }
  return all;
}

const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Pairs brackets; one that closes what was never opened is left alone. */
export function pair(tokens: readonly Token[]): (number | undefined)[] {
  const partner = tokens.map((): number | undefined => undefined);
  const open: number[] = [];
  tokens.forEach(({ kind, text }, at) => {
    if (kind !== 'punct') return;
    if (text === '(' || text === '[' || text === '{') open.push(at);
    const opener = closers[text];
    if (opener === undefined) return;
    const last = open.at(-1);
    if (last === undefined || tokens[last]?.text !== opener) return;
    open.pop();
    partner[last] = at;
    partner[at] = last;
  });
  return partner;
}

/** The end of a string of one line that begins at `at` with `quote`; where it is not closed, the end of the line. */
export function quotedEnd(text: string, at: number, quote: string): number {
  for (let end = at + 1; end < text.length; end += 1) {
    const character = text[end];
    if (character === '\\') end += 1;
    else if (character === quote) return end + 1;
    else if (character === '\n') return end;
  }
  return text.length;
}

/** The end of a string over many lines that ends with `close`, without escapes unless told. */
export function blockEnd(text: string, from: number, close: string, escapes = false): number {
  if (!escapes) {
    const end = text.indexOf(close, from);
    return end < 0 ? text.length : end + close.length;
  }
  for (let end = from; end < text.length; end += 1) {
    if (text[end] === '\\') end += 1;
    else if (text.startsWith(close, end)) return end + close.length;
  }
  return text.length;
}
