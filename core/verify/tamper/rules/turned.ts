/**
 * Assertions that say the opposite of what they said, word for word: `Error(t, err)` for `NoError(t, err)`, `is_ok()` for
 * `is_err()`. Both say equally much, so that nothing is lost by strength; but what had to be refused may pass now.
 */
import type { Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import type { Code } from '../lex/token.ts';
import type { Pairing } from '../pairing.ts';
import { type Assertion, bodyLimit, canonical, partsOf, type Span } from '../source/source.ts';
import { valueEnd } from '../source/variables.ts';

/** A test of more assertions is data. */
const most = 300;

/** Assertions in whose place their opposite is asked, of what the same statements made. */
export function turnedRules({ pairs }: Pairing): Suspicion[] {
  return pairs.flatMap(({ was, is }): Suspicion[] => {
    if (is.source.same || is.assertions.length > most) return [];
    const then = was.flatMap((unit) => (unit.assertions.length > most ? [] : claimsOf(unit)));
    const now = claimsOf(is);
    const [less, more] = [beyond(then, now), beyond(now, then)];
    return less.flatMap((old): Suspicion[] => {
      const at = more.findIndex(({ text, denied }) => text === old.text && denied !== old.denied);
      const [other] = at < 0 ? [] : more.splice(at, 1);
      return other ? [tell(old, other)] : [];
    });
  });
}

/** What an assertion says whether it asks for it or denies it, and what made the things that it names. */
interface Claim {
  readonly unit: Unit;
  readonly one: Assertion;
  readonly text: string;
  readonly denied: boolean;
}

/** Those of the first that stand in the second less often. */
function beyond(some: readonly Claim[], others: readonly Claim[]): Claim[] {
  const left = new Map<string, number>();
  const keyOf = ({ text, denied }: Claim) => `${denied}\n${text}`;
  for (const one of others) left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1);
  return some.filter((one) => {
    const count = left.get(keyOf(one)) ?? 0;
    left.set(keyOf(one), count - 1);
    return count <= 0;
  });
}

function claimsOf(unit: Unit): Claim[] {
  return unit.assertions.flatMap((one): Claim[] => {
    const said =
      one.form === 'custom' || one.form === 'trivial' ? undefined : sayingOf(unit.source.code, one);
    if (said === undefined) return [];
    return [{ unit, one, text: `${said.words.join(' ')}\n${madeBy(unit, one)}`, denied: said.denied }];
  });
}

/** Words that deny, and what they deny; names of assertions without `assert` before them, in small letters. */
const denials: Readonly<Record<string, string>> = {
  '!=': '==',
  '!==': '===',
  '!': '',
  not: '',
  false: 'true',
  ne: 'eq',
  noerror: 'error',
  noerrorf: 'errorf',
  succeed: 'haveoccurred',
  notto: 'to',
  tonot: 'to',
  shouldnot: 'should',
  iserr: 'isok',
  isnone: 'issome',
  isnotnone: 'issome',
  isfalse: 'istrue',
  befalse: 'betrue',
  tobefalsy: 'tobetruthy',
  tobeundefined: 'tobedefined',
  doesnotthrow: 'throws',
  notthrow: 'throws',
  notthrows: 'throws',
  doesnotreject: 'rejects',
  notpanics: 'panics',
  doesnotcontain: 'contains',
  isnotequalto: 'isequalto',
  isnotnull: 'isnull',
  isnotempty: 'isempty',
  isnotpresent: 'ispresent',
  isnotinstanceof: 'isinstanceof',
  ...Object.fromEntries(
    'ok equal equals strictequal deepequal deepstrictequal same nil null in contains empty zero regex isinstance'
      .split(' ')
      .map((name) => [`not${name}`, name]),
  ),
};

/** Names of which one side is all that is asked; what follows is a message. */
const ofOne =
  /^(assert|true|false|ok|notok|error|noerror|(not)?(nil|null|empty|zero)|is(not)?none|(not)?panics)f?$/;
/** Of an error, whatever it is like: what throws is what is asked. */
const throwing = /^(throws|rejects|panics|tothrow|tothrowerror|throw)$/;

const plainName = (text: string) =>
  text
    .replace(/^assert_?(?=.)/, '')
    .replaceAll('_', '')
    .toLowerCase();

/** What is said without brackets and messages, each word for its opposite, and whether an odd number of them denied it. */
function sayingOf(code: Code, one: Assertion): { words: string[]; denied: boolean } | undefined {
  const words: string[] = [];
  let denied = false;
  for (const { from, to } of spansOf(code, one))
    for (let at = from; at <= to; at += 1) {
      const token = code.tokens[at];
      if (token === undefined || words.length > longest) return undefined;
      if (/^[()[\]{},.;?]$|^(await|is|self|this)$/.test(token.text)) continue;
      const name = token.kind === 'string' ? token.text : plainName(token.text);
      const meant = token.kind === 'string' ? undefined : denials[name];
      if (meant !== undefined) denied = !denied;
      const word = meant ?? name;
      if (word !== '') words.push(word);
      const open = at + 1;
      if (/^(tothrow|tothrowerror|throw)$/.test(word) && code.tokens[open]?.text === '(')
        at = Math.max(at, code.partner[open] ?? -1);
    }
  return { words, denied };
}

/** A longer assertion is data. */
const longest = 200;

/** The parts of an assertion that say something: without the block of an `if`, and without messages. */
function spansOf(code: Code, { from, to }: Assertion): Span[] {
  const first = code.tokens[from]?.text ?? '';
  if (first === 'if') {
    let body = from;
    while (body < to && code.tokens[body]?.text !== '{') body = Math.max(body, code.partner[body] ?? -1) + 1;
    return [{ from, to: body - 1 }];
  }
  const open = code.tokens[from + 1]?.text === '!' ? from + 2 : from + 1;
  if (code.tokens[open]?.text !== '(' || code.partner[open] !== to)
    return [{ from, to: saidTo(code, from, to) }];
  const name = plainName(first);
  const meant = denials[name] ?? name;
  const parts = partsOf(code, open);
  const handle = /^(t|tb|tt|T)$/.test(code.tokens[open + 1]?.text ?? '') ? 1 : 0;
  if (throwing.test(meant)) return [{ from, to: from }, ...parts.filter((part) => isFunction(code, part))];
  const least = handle + (ofOne.test(name) ? 1 : 2);
  const message = parts.findIndex((part, at) => at >= least && code.tokens[part.from]?.kind === 'string');
  return [{ from, to: from }, ...parts.slice(handle, message < 0 ? parts.length : message)];
}

/** Python: `assert x, "message"`. */
function saidTo(code: Code, from: number, to: number): number {
  if (code.tokens[from]?.text !== 'assert') return to;
  for (let at = from; at <= to; at += 1) {
    if (code.tokens[at]?.text === ',') return at - 1;
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return to;
}

const isFunction = (code: Code, { from, to }: Span) =>
  code.tokens
    .slice(from, Math.min(to, from + 20) + 1)
    .some(({ text }) => /^(=>|->|::|func|function|lambda)$/.test(text));

/** The last statement before an assertion that gave a value to each name in it: where another made it, another thing is asked. */
function madeBy({ source: { code }, test }: Unit, { from, to }: Assertion): string {
  const first = Math.max(test?.body ?? 0, from - bodyLimit, 0);
  const names = new Set<string>();
  for (let at = from; at <= Math.min(to, from + longest); at += 1) {
    const token = code.tokens[at];
    const after = code.tokens[at - 1]?.text !== '.' && code.tokens[at + 1]?.text !== '(';
    if (token?.kind === 'word' && after) names.add(token.text);
  }
  const made: string[] = [];
  for (let at = from - 1; at > first && names.size > 0; at -= 1) {
    if (!/^(=|:=)$/.test(code.tokens[at]?.text ?? '')) continue;
    let start = at - 1;
    while (start > first && /^,$/.test(code.tokens[start - 1]?.text ?? '')) start -= 2;
    const given = code.tokens.slice(start, at).filter(({ text }) => names.delete(text));
    if (given.length > 0) made.push(canonical(code, start, valueEnd(code, at + 1)));
  }
  return made.sort().join('\n');
}

function tell(old: Claim, { unit, one }: Claim): Suspicion {
  return {
    at: { side: 'after', file: unit.source.path, line: one.line },
    was: { side: 'before', file: old.unit.source.path, line: old.one.line },
    kind: 'weakened-assertion',
    severity: 'medium',
    message: `'${unit.name}' asks for the opposite of what it asked before.`,
  };
}
