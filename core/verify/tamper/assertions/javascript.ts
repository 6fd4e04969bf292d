/** Assertions of JavaScript and TypeScript: `expect(…).…` in the ways of jest, vitest, chai and Playwright; `assert.…`. */
import type { Code } from '../lex/token.ts';
import { equal, inAnyOrder, type Judged, judgeCondition, judged } from '../source/condition.ts';
import {
  type Assertion,
  canonical,
  checksByName,
  numberOf,
  partsOf,
  type Span,
  strength,
  stringValue,
} from '../source/source.ts';
import { judgeError, judgeNamed, placesAsTolerance } from './named.ts';
import { isHandle, ofRunner, takenOut } from './runners.ts';

/** All assertions of a file, in order. */
export function assertionsOfJavascript(code: Code): Assertion[] {
  const found: Assertion[] = [];
  for (let at = 0; at < code.tokens.length; at += 1) {
    const one = assertionAt(code, at);
    if (one) found.push(one);
  }
  return found;
}

function assertionAt(code: Code, at: number): Assertion | undefined {
  const token = code.tokens[at];
  const before = code.tokens[at - 1]?.text;
  // `t['throws'](…)`, for readers of JavaScript to whom a keyword is no name.
  if (before === '[' && token?.kind === 'string' && isHandle(code, at - 2))
    return code.tokens[at + 1]?.text === ']' ? ofRunner(code, stringValue(token), at + 1) : undefined;
  if (token?.kind !== 'word' || before === 'function') return undefined;
  if (before === '.') {
    if (/^expect([A-Z]\w*)?$/.test(token.text)) return askedOfAnswer(code, at);
    if (code.tokens[at - 2]?.text === 'assert' && code.tokens[at - 4]?.text === 'sinon')
      return ofSpy(code, token.text, at);
    // `t.assert.equal(a, b)` of node:test, `chai.assert.equal(a, b)`; sinon's is read with its method.
    if (token.text === 'assert' && code.tokens[at + 1]?.text === '.')
      return code.tokens[at - 2]?.text === 'sinon' ? undefined : assertAt(code, at, at - 2);
    if (isHandle(code, at - 2)) return ofRunner(code, token.text, at);
    if (/^(should|and)$/.test(token.text) && code.tokens[at + 2]?.kind === 'string')
      return asksPage(code, at);
    return token.text === 'should' ? shouldAt(code, at) : undefined;
  }
  if (token.text === 'pass') return ofMatcher(code, at);
  if (token.text === 'expect') return expectAt(code, at);
  if (token.text === 'assert') return assertAt(code, at);
  if (takenOut(code).has(token.text)) return ofRunner(code, token.text, at);
  const end = code.tokens[at + 1]?.text === '(' ? (code.partner[at + 1] ?? -1) : -1;
  if (end < 0 || !checksByName(token.text) || code.tokens[end + 1]?.text === '{') return undefined;
  const subject = canonical(code, at + 1, end);
  return { line: token.line, from: at, to: end, ...judged('custom', strength.close, subject, token.text) };
}

/** `const pass = received.id === id;` in a matcher of the project: what it compares, all tests that use it compare. */
function ofMatcher(code: Code, at: number): Assertion | undefined {
  if (code.tokens[at + 1]?.text !== '=' || !extendsExpect(code, at)) return undefined;
  let to = at + 2;
  while (
    to < at + longestMatch &&
    !(code.tokens[to + 1]?.first || /^[;}]$/.test(code.tokens[to + 1]?.text ?? ';'))
  )
    to = Math.max(to + 1, code.partner[to + 1] ?? -1);
  return { line: code.tokens[at]?.line ?? 1, from: at, to, ...judgeCondition(code, { from: at + 2, to }) };
}

/** No comparison of a matcher has more tokens. */
const longestMatch = 100;

const extensions = new WeakMap<Code, number>();

/** Whether `expect.extend({ … })` is around the token at `at`. Its place is kept, as each file is asked often. */
function extendsExpect(code: Code, at: number): boolean {
  const { tokens, partner } = code;
  const known = extensions.get(code);
  const open =
    known ??
    tokens.findIndex(
      ({ text }, index) =>
        text === 'extend' && tokens[index - 2]?.text === 'expect' && tokens[index - 1]?.text === '.',
    );
  extensions.set(code, open);
  return open >= 0 && open < at && at < (partner[open + 1] ?? -1);
}

/** The names of a chain `.a.b(…).c(…)` from `at` on, the arguments of its last call, and where it ends. */
interface Chain {
  readonly names: readonly string[];
  readonly open: number;
  readonly to: number;
}

function chainFrom(code: Code, from: number): Chain {
  const names: string[] = [];
  let at = from;
  let open = -1;
  while (code.tokens[at]?.text === '.' && code.tokens[at + 1]?.kind === 'word') {
    names.push(code.tokens[at + 1]?.text ?? '');
    at += 2;
    if (code.tokens[at]?.text === '(' && (code.partner[at] ?? -1) > 0) {
      // What follows a promise (`.then`) is no part of the assertion.
      if (names.at(-1) === 'then' || names.at(-1) === 'catch')
        return { names: names.slice(0, -1), open, to: at };
      open = at;
      at = (code.partner[at] ?? at) + 1;
    }
  }
  return { names, open, to: at - 1 };
}

/** `expect(x)`, `expect.soft(x)`, `expect.poll(() => x)`. */
function expectAt(code: Code, at: number): Assertion | undefined {
  const open = code.tokens[at + 1]?.text === '.' ? at + 3 : at + 1;
  const close = code.partner[open] ?? -1;
  if (code.tokens[open]?.text !== '(' || close < 0) return undefined;
  const chain = chainFrom(code, close + 1);
  const matcher = chain.names.at(-1);
  // A matcher that is only named, and never called, asks nothing.
  const isCalled = code.tokens[chain.to]?.text === ')';
  if (matcher === undefined || (!isCalled && calling.test(matcher))) return undefined;
  const subject = { from: open + 1, to: close - 1 };
  return { line: code.tokens[at]?.line ?? 1, from: at, to: chain.to, ...judgeMatcher(code, subject, chain) };
}

/** Matchers that are nothing without their brackets; others of chai are read. */
const calling =
  /^(to[A-Z]\w*|equals?|eql?|include|contain|match|throws?|above|below|least|most|property|members|closeTo|instance[oO]f|lengthOf|keys|calledWith)$/;

/** `sinon.assert.calledOnceWithExactly(spy, 1)`. */
function ofSpy(code: Code, name: string, at: number): Assertion | undefined {
  const to = code.tokens[at + 1]?.text === '(' ? (code.partner[at + 1] ?? -1) : -1;
  const [spy, ...given] = to < 0 ? [] : partsOf(code, at + 1);
  if (spy === undefined || !/^(called|callCount|callOrder|notCalled|alwaysCalled|never)/.test(name))
    return undefined;
  const strong = /^(notCalled|callCount|callOrder)$|With(Exactly)?$/.test(name)
    ? strength.exact
    : /^called$/.test(name)
      ? strength.some
      : strength.close;
  const told = judged('equal', strong, textOf(code, spy), given.map((part) => textOf(code, part)).join());
  return { line: code.tokens[at]?.line ?? 1, from: at, to, ...told };
}

/** supertest's `….expect(200, { id: 1 })`. */
function askedOfAnswer(code: Code, at: number): Assertion | undefined {
  const to = code.tokens[at + 1]?.text === '(' ? (code.partner[at + 1] ?? -1) : -1;
  if (to < at + 3) return undefined;
  const told = judged('custom', strength.close, canonical(code, at + 1, to), 'expect');
  return { line: code.tokens[at]?.line ?? 1, from: at, to, ...told };
}

/** `x.should.equal(y)`. */
function shouldAt(code: Code, at: number): Assertion | undefined {
  const chain = chainFrom(code, at + 1);
  if (chain.names.length === 0) return undefined;
  let from = at - 2;
  while (code.tokens[from - 1]?.text === '.' && from > at - 60) from -= 2;
  return {
    line: code.tokens[at]?.line ?? 1,
    from,
    to: chain.to,
    ...judgeMatcher(code, { from, to: at - 2 }, chain),
  };
}

/** Cypress: `cy.get('.total').should('have.text', '2.50')`. */
function asksPage(code: Code, at: number): Assertion | undefined {
  const to = code.tokens[at + 1]?.text === '(' ? (code.partner[at + 1] ?? -1) : -1;
  if (to < 0) return undefined;
  const names = stringValue(code.tokens[at + 2]).split('.');
  const matcher = names.at(-1) ?? '';
  const expected = partsOf(code, at + 1)
    .slice(1)
    .map((part) => textOf(code, part))
    .join();
  let from = at - 2;
  while (from > at - 60 && from > 0 && /^[.)]$/.test(code.tokens[from]?.text ?? ''))
    from = (code.tokens[from]?.text === ')' ? (code.partner[from] ?? from) : from) - 1;
  const subject = canonical(code, Math.max(from, 0), at - 2);
  const strong = /^(text|value|eq|equals?)$/.test(matcher)
    ? strength.exact
    : /^(length|attr|class|css|data|prop|id)$/.test(matcher)
      ? strength.close
      : /^(exist|ok|visible)$/.test(matcher) || names.includes('not')
        ? strength.some
        : strength.part;
  const form = strong === strength.exact ? 'equal' : strong === strength.some ? 'truth' : 'part';
  return { line: code.tokens[at]?.line ?? 1, from: at, to, ...judged(form, strong, subject, expected) };
}

/** `assert(x)`, `assert.ok(x)`, `assert.strict.equal(a, b)`; `from` is where it begins, with what it was handed by. */
function assertAt(code: Code, at: number, from = at): Assertion | undefined {
  const chain = chainFrom(code, at + 1);
  const open = chain.names.length > 0 ? chain.open : at + 1;
  const close = code.partner[open] ?? -1;
  if (code.tokens[open]?.text !== '(' || close < 0) return undefined;
  const args = partsOf(code, open);
  const name = chain.names.at(-1) ?? 'ok';
  // The function of `throws(fn, Kind)` says nothing of the error.
  const told = /^(throws|rejects)$/.test(name)
    ? judgeError(textOf(code, args[1]), '')
    : judgeNamed(code, name, args);
  return told && { line: code.tokens[at]?.line ?? 1, from, to: close, ...told };
}

const textOf = (code: Code, span: Span | undefined) => (span ? canonical(code, span.from, span.to) : '');

const exact =
  /^(toBe|toEqual|toStrictEqual|equal|equals|eq|eql|toHaveBeen(Last|Nth)?CalledWith|toHaveBeenCalledTimes|toHaveBeenCalledExactlyOnceWith|toHaveReturnedWith|toHaveResolvedWith|calledWith|calledOnceWith|calledOnceWithExactly|toHaveText|toHaveTextContent|toHaveValue|toHaveDisplayValue|toHaveURL|toHaveTitle|toHaveAccessibleName|members)$/;
const constants: ReadonlyMap<string, string> = new Map(
  Object.entries({
    toBeNull: 'null',
    toBeUndefined: 'undefined',
    toBeNaN: 'NaN',
    null: 'null',
    undefined: 'undefined',
    true: 'true',
    false: 'false',
    empty: 'empty',
  }),
);
/** What an element is or is not. */
const states = /^toBe(Disabled|Enabled|Checked|Required|Visible|Hidden|Focused|Editable|Valid|Invalid)$/;
const close =
  /^(toMatchObject|toMatchSnapshot|toMatchInlineSnapshot|toThrowErrorMatchingSnapshot|toThrowErrorMatchingInlineSnapshot|toHaveLength|lengthOf|toHaveCount|toHaveProperty|property|toHaveAttribute|toHaveBeenCalledOnce|calledOnce|keys)$/;
const some =
  /^(toBeTruthy|toBeFalsy|toBeDefined|ok|exist|toExist|toHaveBeenCalled|called|toHaveReturned|toBeAttached|exists)$/;
const parts =
  /^to(Contain|Match|Include|Start|End)|^toBe(InstanceOf|TypeOf|OneOf|An?$)|^toHave(Class|Style|CSS|Id|JSProperty|Screenshot|Accessible|Error|Role|Form|Been|Returned|Resolved|Nth|Last)|^toSatisfy|^toPass/;
const near = /^(toBeCloseTo|closeTo|approximately)$/;
const orders =
  /^(toBeGreaterThan|toBeLessThan|toBeGreaterThanOrEqual|toBeLessThanOrEqual|above|below|least|most|greaterThan|lessThan)$/;
const throwing = /^(toThrow|toThrowError|throw|throws|rejectedWith)$/;
const asymmetric =
  /^"?expect\.(any|anything)\b|expect\.(arrayContaining|objectContaining|stringContaining|stringMatching)/;
/** A comparison with a whole of which some part may be anything. */
const partly = /\bexpect\.(any|anything)\(/;

function judgeMatcher(code: Code, subject: Span, { names, open }: Chain): Judged {
  const matcher = names.at(-1) ?? '';
  const args = open < 0 ? [] : partsOf(code, open);
  const left = canonical(code, subject.from, subject.to);
  const right = textOf(code, args[0]);
  const not = names.includes('not');
  // Members in any order, unless they are said to be ordered.
  if (
    !not &&
    /^(members|toIncludeSameMembers)$/.test(matcher) &&
    !names.some((name) => /^(ordered|include)$/.test(name))
  )
    return inAnyOrder(equal(left, right));
  if (throwing.test(matcher))
    return { ...judgeError(not ? '' : right, textOf(code, args[1])), subject: left };
  if (names.includes('rejects') && !not) return { ...judgeError(right, ''), subject: left };
  // Never called at all is one result; never with these arguments leaves all others.
  if (not && /Called|called/.test(matcher))
    return judged('equal', right === '' ? strength.exact : strength.close, left, `not ${matcher}`);
  if (not && (exact.test(matcher) || constants.get(matcher) !== undefined))
    return judged('truth', strength.some, left, right);
  return judgePlain(code, subject, { matcher, args, left, right, not });
}

interface Plain {
  readonly matcher: string;
  readonly args: readonly Span[];
  readonly left: string;
  readonly right: string;
  readonly not: boolean;
}

function judgePlain(code: Code, subject: Span, { matcher, args, left, right, not }: Plain): Judged {
  if (matcher === 'toHaveCount' && !not) return equal(`${left}.count()`, right);
  const state = states.exec(matcher);
  if (state) return equal(`${left}.${state[1]?.toLowerCase()}`, String(!not));
  const value =
    constants.get(matcher) ?? (exact.test(matcher) ? args.map((arg) => textOf(code, arg)).join() : undefined);
  if (value === 'true' || value === 'false') return judgeTruth(code, subject, left, value);
  if (value !== undefined && asymmetric.test(value)) return judged('part', strength.part, left, value);
  if (value !== undefined && partly.test(value)) return judged('part', strength.close, left, value);
  // A pattern without both its ends fits more than one text.
  if (value !== undefined && /^to(Have|Contain)/.test(matcher) && /^"\/(?!\^.*\$\/).*\/\w*"/.test(value))
    return judged('part', strength.part, left, value);
  if (value !== undefined) return equal(left, value);
  if (near.test(matcher)) {
    const given = numberOf(code, args[1]);
    // jest compares two decimal places unless told; chai takes the distance itself.
    const tolerance = matcher === 'toBeCloseTo' ? placesAsTolerance(given ?? 2) : given;
    return {
      ...judged('near', strength.close, left, right),
      ...(tolerance === undefined ? {} : { tolerance }),
    };
  }
  if (close.test(matcher)) return judged('part', strength.close, left, right);
  if (some.test(matcher)) {
    const inner = judgeCondition(code, subject, matcher === 'toBeFalsy');
    return inner.strength === strength.some ? judged('truth', strength.some, left, '') : inner;
  }
  if (orders.test(matcher)) {
    const bound = numberOf(code, args[0]);
    const order = judged('order', strength.part, left, right);
    return bound === undefined
      ? order
      : { ...order, bound: { upper: /Less|less|below|most/.test(matcher), value: bound } };
  }
  // What a project added itself says what its name says.
  if (!not && args.length > 0 && /^to[A-Z]/.test(matcher) && !parts.test(matcher))
    return judged('custom', strength.close, left, args.map((arg) => textOf(code, arg)).join());
  return judged('part', strength.part, left, `${not ? 'not ' : ''}${right}`);
}

/** `expect(a > b).toBe(true)` says what its comparison says. */
function judgeTruth(code: Code, subject: Span, left: string, value: string): Judged {
  const inner = judgeCondition(code, subject, value === 'false');
  if (inner.form === 'trivial') return inner;
  return inner.form === 'truth' && inner.expected === '' ? equal(left, value) : inner;
}
