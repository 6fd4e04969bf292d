/**
 * How a test of Rust fails without an assertion: it returns an error (`return Err(…)`, `Err(…)` at its end, `bail!`) or
 * panics, under a condition that tells what it asks for.
 */
import type { Code } from '../lex/token.ts';
import { type Judged, judgeCondition, judged } from '../source/condition.ts';
import { type Assertion, bodyLimit, canonical, type Span, strength, type Test } from '../source/source.ts';

/** Failures of a test that no assertion makes, in order. */
export function failuresOf(code: Code, test: Test): Assertion[] {
  const to = Math.min(code.partner[test.body] ?? test.to, test.body + bodyLimit);
  const reader = new Reader(code, returnsResult(code, test));
  if (test.body > test.from && code.tokens[test.body]?.text === '{') reader.read(test.body + 1, to - 1);
  return reader.found;
}

/** `fn a() -> Result<(), E>`, `-> anyhow::Result<()>`, `-> TestResult`. */
function returnsResult({ tokens }: Code, { from, body }: Test): boolean {
  const head = tokens.slice(from, body);
  const arrow = head.findLastIndex(({ text }) => text === '->');
  return arrow >= 0 && head.slice(arrow).some(({ text }) => /Result$/.test(text));
}

/** What is asked where a test fails. */
interface Asked {
  readonly at: number;
  readonly told: Judged;
  /** Of a `match`: whether the arm that fails is only for what is missing. */
  readonly match?: Span;
}

/** Nobody nests deeper. */
const deepest = 30;
/** No head that a person wrote has more tokens. */
const longestHead = 300;

/** Walks the statements of a body; what stands in brackets is handed to something else, and functions inside are no steps. */
class Reader {
  readonly found: Assertion[] = [];
  readonly #seen = new Set<number>();
  readonly #code: Code;
  readonly #returns: boolean;

  constructor(code: Code, returns: boolean) {
    this.#code = code;
    this.#returns = returns;
  }

  read(from: number, to: number, around?: Asked, depth = 0): void {
    const { tokens, partner } = this.#code;
    if (depth > deepest) return;
    for (let at = from; at <= to; at += 1) {
      const text = tokens[at]?.text ?? '';
      if (this.#fails(at)) this.#tell(at, around);
      const open = headed.test(text) && tokens[at]?.kind === 'word' ? this.#braceAfter(at, to) : -1;
      const close = partner[open] ?? -1;
      if (open > 0 && close > open) {
        if (!skipped.test(text)) this.read(open + 1, close - 1, this.#askedAt(text, at, open), depth + 1);
        at = this.#otherwise(text, at, { from: open, to: close }, depth);
      } else if (text === 'let') at = this.#letElse(at, to, depth);
      else if (/^[([]$/.test(text)) at = Math.max(at, partner[at] ?? -1);
      else if (text === '{' && (partner[at] ?? -1) > at) {
        const own = !/^(\||async|move|->)$/.test(tokens[at - 1]?.text ?? '');
        if (own) this.read(at + 1, (partner[at] ?? at) - 1, around, depth + 1);
        at = partner[at] ?? at;
      }
    }
  }

  /** The last token of an `if` with its `else`, in which the opposite holds. */
  #otherwise(text: string, at: number, { from, to }: Span, depth: number): number {
    const { tokens, partner } = this.#code;
    if (text !== 'if' || tokens[to + 1]?.text !== 'else' || tokens[to + 2]?.text !== '{') return to;
    const end = partner[to + 2] ?? to;
    this.read(to + 3, end - 1, { at, told: this.#judge(at, from, false) }, depth + 1);
    return Math.max(end, to);
  }

  #judge(at: number, open: number, negated: boolean): Judged {
    const { tokens } = this.#code;
    const condition = { from: at + 1, to: open - 1 };
    if (tokens[at + 1]?.text !== 'let') return judgeCondition(this.#code, condition, negated);
    const sign = tokens.slice(at, open).findIndex(({ text }) => text === '=');
    return judged('truth', strength.some, canonical(this.#code, at + sign + 1, open - 1), '');
  }

  #askedAt(text: string, at: number, open: number): Asked | undefined {
    if (text === 'if') return { at, told: this.#judge(at, open, true) };
    if (text !== 'match') return undefined;
    const subject = canonical(this.#code, at + 1, open - 1);
    return { at, told: judged('part', strength.close, subject, ''), match: { from: open, to: open } };
  }

  /** `let Some(x) = y else { return Err(…) };` */
  #letElse(at: number, to: number, depth: number): number {
    const { tokens, partner } = this.#code;
    let end = at;
    while (end < Math.min(to, at + longestHead) && !/^(;|else|\{)$/.test(tokens[end]?.text ?? ';'))
      end = Math.max(end, partner[end] ?? -1) + 1;
    const close = tokens[end]?.text === 'else' ? (partner[end + 1] ?? -1) : -1;
    const sign = tokens.slice(at, end).findIndex(({ text }) => text === '=');
    if (close < 0 || sign < 0) return at;
    const subject = canonical(this.#code, at + sign + 1, end - 1);
    this.read(
      end + 2,
      close - 1,
      { at, told: judged('truth', strength.some, `${subject}.is_ok()`, '') },
      depth + 1,
    );
    return close;
  }

  #braceAfter(at: number, to: number): number {
    const { tokens, partner } = this.#code;
    let open = at + 1;
    while (open < Math.min(to, at + longestHead) && !/^[{;]$/.test(tokens[open]?.text ?? ';'))
      open = Math.max(open, partner[open] ?? -1) + 1;
    return tokens[open]?.text === '{' ? open : -1;
  }

  #fails(at: number): boolean {
    const { tokens, partner } = this.#code;
    const [before, text, next] = [tokens[at - 1]?.text ?? '', tokens[at]?.text ?? '', tokens[at + 1]?.text];
    if (next === '!' && /^(assert|prop_assert)$/.test(text)) return tokens[at + 3]?.text === 'false';
    if (next === '!') return text === 'panic' || (text === 'bail' && this.#returns);
    if (text !== 'Err' || next !== '(' || !this.#returns) return false;
    const after = tokens[(partner[at + 1] ?? at) + 1]?.text ?? '';
    if (before === 'return') return true;
    return /^(=>|[{};])$/.test(before) && /^[,}]$/.test(after);
  }

  #tell(at: number, around: Asked | undefined): void {
    const { tokens, partner } = this.#code;
    const open = tokens[at + 1]?.text === '!' ? at + 2 : at + 1;
    const to = Math.max(partner[open] ?? at, at);
    const from = around?.at ?? at;
    if (this.#seen.has(from)) return;
    this.#seen.add(from);
    const line = tokens[from]?.line ?? 1;
    const told = around === undefined ? judged('custom', strength.some, '', 'Err') : this.#told(around, at);
    this.found.push({ line, from, to, ...told });
  }

  /** An arm for what is missing asks no more than that something is there. */
  #told({ told, match }: Asked, at: number): Judged {
    if (match === undefined) return told;
    const { tokens } = this.#code;
    let from = at;
    while (from > match.from + 1 && tokens[from]?.text !== '=>') from -= 1;
    let start = from - 1;
    while (start > match.from && !/^[,{}]$/.test(tokens[start - 1]?.text ?? '{')) start -= 1;
    const isMissing = /^(Err|None)$/.test(tokens[start]?.text ?? '') && from - start < 6;
    return isMissing ? judged('truth', strength.some, `${told.subject}.is_ok()`, '') : told;
  }
}

const headed = /^(if|match|while|for|loop|fn|impl|struct|enum|trait|mod|macro_rules)$/;
const skipped = /^(fn|impl|struct|enum|trait|mod|macro_rules)$/;

/** How many steps of a test hand an error on (`parse("12")?;`), which fails it. */
export function handedOn(code: Code, test: Test): number {
  if (!returnsResult(code, test)) return 0;
  const body = code.tokens.slice(test.body, Math.min(test.to, test.body + bodyLimit));
  return body.filter(({ kind, text }, at) => kind === 'punct' && text === '?' && body[at - 1]?.text !== '<')
    .length;
}
