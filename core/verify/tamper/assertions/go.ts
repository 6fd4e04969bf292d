/** Assertions of Go: an `if` whose block fails the test, testify's `assert` and `require`, and Gomega's `Expect`. */
import type { Code } from '../lex/token.ts';
import { equal, judgeCondition, judged } from '../source/condition.ts';
import {
  type Assertion,
  butFor,
  canonical,
  checksByName,
  partsOf,
  type Span,
  split,
  strength,
} from '../source/source.ts';
import { gomegaAt } from './gomega.ts';
import { judgeError, judgeNamed } from './named.ts';

/** All assertions of a file, in order. */
export function assertionsOfGo(code: Code): Assertion[] {
  const found: Assertion[] = [];
  const open: Branch[] = [];
  const seen = new Set<number>();
  code.tokens.forEach((token, at) => {
    while (open.length > 0 && (open.at(-1)?.to ?? 0) < at) open.pop();
    if (token.text === 'if') {
      const branch = branchAt(code, at);
      if (branch) open.push(branch);
    }
    if (failsAt(code, at)) {
      const branch = open.findLast(({ body }) => body < at);
      const one = failure(code, at, branch);
      if (!seen.has(one.from)) found.push(one);
      seen.add(one.from);
    }
    const called = gomegaAt(code, at) ?? calledAt(code, at);
    if (called) found.push(called);
  });
  return found;
}

interface Branch {
  readonly at: number;
  readonly condition: Span;
  readonly body: number;
  readonly to: number;
}

/** Whether the brace at `at` opens a list or a map (`[]int{`, `map[string]*T{`): after an index no name follows but that of a type. */
function isList({ tokens }: Code, at: number): boolean {
  let from = at - 1;
  while (from > at - 8 && (tokens[from]?.kind === 'word' || /^[.*]$/.test(tokens[from]?.text ?? '')))
    from -= 1;
  return tokens[from]?.text === ']' && from < at - 1 && tokens[from + 1]?.text !== '.';
}

/** `if init; condition { … }`: a composite literal of a named type stands in brackets there, so the first other brace is the body. */
function branchAt(code: Code, at: number): Branch | undefined {
  let body = at + 1;
  // No condition is longer than 400 tokens, or holds another `if`.
  while (
    body < Math.min(at + 400, code.tokens.length) &&
    (!/^(\{|if)$/.test(code.tokens[body]?.text ?? '') || isList(code, body))
  )
    body = Math.max(body, code.partner[body] ?? -1) + 1;
  const to = code.tokens[body]?.text === '{' ? (code.partner[body] ?? -1) : -1;
  const condition = split(code, at + 1, body - 1, ';').at(-1);
  return to < 0 || condition === undefined ? undefined : { at, condition, body, to };
}

const failing = new Set(['Fatal', 'Fatalf', 'Error', 'Errorf', 'Fail', 'FailNow']);

/** `t.Fatal(…)`, with whatever short name the test's `T` has. */
function failsAt(code: Code, at: number): boolean {
  const owner = code.tokens[at]?.text ?? '';
  if (!/^(t|tt|tb|b|T|TB|s|st|g)$/.test(owner) || code.tokens[at + 1]?.text !== '.') return false;
  return failing.has(code.tokens[at + 2]?.text ?? '') && code.tokens[at + 3]?.text === '(';
}

function failure(code: Code, at: number, branch: Branch | undefined): Assertion {
  if (branch === undefined) {
    const to = code.partner[at + 3] ?? at + 3;
    return { line: code.tokens[at]?.line ?? 1, from: at, to, ...judged('truth', strength.some, 'fail', '') };
  }
  const differs = difference(code, branch);
  const told = differs ?? judgeCondition(code, branch.condition, true);
  if (differs) return { line: code.tokens[branch.at]?.line ?? 1, from: branch.at, to: branch.to, ...differs };
  const init = canonical(code, branch.at + 1, branch.condition.from - 1);
  const place = { line: code.tokens[branch.at]?.line ?? 1, from: branch.at, to: branch.to };
  const both = sidesOf(code, branch);
  const [subject, expected] = [both.get(told.subject), both.get(told.expected)];
  if (told.form === 'equal' && subject !== undefined && expected !== undefined)
    return { ...place, ...told, ...equal(subject, expected) };
  return { ...place, ...told, subject: init === '' ? told.subject : `${init}${told.subject}` };
}

/** `if got, want := f(x), 3; got != want`: what each name of such an `if` is given. */
function sidesOf(code: Code, { at, condition }: Branch): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let sign = at + 1;
  while (sign < condition.from && code.tokens[sign]?.text !== ':=') sign += 1;
  if (sign >= condition.from) return found;
  const names = split(code, at + 1, sign - 1, ',');
  const values = split(code, sign + 1, condition.from - 2, ',');
  if (names.length < 2 || names.length !== values.length) return found;
  names.forEach((name, index) => {
    const value = values[index];
    if (value) found.set(canonical(code, name.from, name.to), canonical(code, value.from, value.to));
  });
  return found;
}

/** `if diff := cmp.Diff(want, got); diff != ""`: equal, in words. */
function difference(code: Code, { at, condition, body }: Branch) {
  for (let next = at + 1; next < Math.min(condition.to, body); next += 1) {
    if (
      !/^(Diff|DiffStrings|Equal)$/.test(code.tokens[next]?.text ?? '') ||
      code.tokens[next + 1]?.text !== '('
    )
      continue;
    if (!/^(cmp|deep|diff)$/.test(code.tokens[next - 2]?.text ?? '') || code.tokens[next]?.text === 'Equal')
      continue;
    const [want, got, ...options] = partsOf(code, next + 1).map((part) =>
      canonical(code, part.from, part.to),
    );
    if (want === undefined || got === undefined) continue;
    const leftOut = options.filter((option) => /\bIgnore[A-Z]/.test(option));
    return leftOut.length > 0 ? judged('part', strength.close, got, butFor(want, leftOut)) : equal(got, want);
  }
  return undefined;
}

/** `require.Equal(t, want, got)`, `is.Equal(got, want)`, `wantKeys(t, …)`. */
function calledAt(code: Code, at: number): Assertion | undefined {
  const name = code.tokens[at]?.text ?? '';
  const close = code.tokens[at + 1]?.text === '(' ? (code.partner[at + 1] ?? -1) : -1;
  if (close < 0 || code.tokens[at]?.kind !== 'word' || code.tokens[at - 1]?.text === 'func') return undefined;
  const member = code.tokens[at - 1]?.text === '.';
  const owner = member ? (code.tokens[at - 2]?.text ?? '') : '';
  const place = { line: code.tokens[at]?.line ?? 1, from: at, to: close };
  if (/^(assert|require)$/.test(owner)) {
    const args = partsOf(code, at + 1);
    const isT = args[0]?.from === args[0]?.to && /^(t|tb|b|T|tt)$/.test(code.tokens[at + 2]?.text ?? '');
    return { ...place, ...judgeTestify(code, name, isT ? args.slice(1) : args) };
  }
  // A suite of testify asserts by its own methods, a mock of it by `AssertExpectations`.
  if (/^(s|suite|ts|is)$/.test(owner) && suiteMethods.test(name))
    return { ...place, ...judgeTestify(code, name, partsOf(code, at + 1)) };
  if (member && /^Assert(Expectations|Called|NotCalled|NumberOfCalls)$/.test(name))
    return { ...place, ...judged('custom', strength.close, canonical(code, at - 2, close), name) };
  // A mock of gomock: each call that it expects fails the test where it does not come.
  if (member && name === 'EXPECT' && code.tokens[close + 1]?.text === '.') {
    const end = Math.max(code.partner[close + 3] ?? close, close);
    return { ...place, to: end, ...expectedCall(code, owner, close + 2, end) };
  }
  if (owner === 'goleak' && /^Verify(None|TestMain)$/.test(name))
    return { ...place, ...judged('custom', strength.close, 'goleak', owner) };
  if (member || !checksByName(name)) return undefined;
  return { ...place, ...judged('custom', strength.close, canonical(code, at + 1, close), name) };
}

/** `m.EXPECT().Send("a", gomock.Any()).AnyTimes()`: any argument leaves others open, any times whether it is called. */
function expectedCall(code: Code, owner: string, from: number, to: number) {
  const given = partsOf(code, from + 1).map((part) => canonical(code, part.from, part.to));
  const anything = given.filter((arg) => /^gomock\.Any\(\)$/.test(arg)).length;
  let link = to;
  let often = false;
  while (code.tokens[link + 1]?.text === '.' && (code.partner[link + 3] ?? -1) > 0) {
    often ||= /^(AnyTimes|MinTimes|MaxTimes)$/.test(code.tokens[link + 2]?.text ?? '');
    link = code.partner[link + 3] ?? link;
  }
  const strong = anything === 0 ? strength.exact : anything < given.length ? strength.close : strength.part;
  const call = canonical(code, from, to);
  return judged('equal', often ? strong - 1 : strong, owner, often ? `${call}, or more` : call);
}

const suiteMethods =
  /^(Not)?(Equal|EqualValues|True|False|Nil|NoError|Error|ErrorIs|ErrorAs|ErrorContains|EqualError|Len|Contains|Empty|InDelta|Greater|Less|GreaterOrEqual|LessOrEqual|Panics|ElementsMatch|JSONEq|Regexp|Zero|Subset|Exactly)f?$/;

function judgeTestify(code: Code, name: string, args: readonly Span[]) {
  const text = (span: Span | undefined) => (span ? canonical(code, span.from, span.to) : '');
  const [first, second] = args;
  if (/^NoErrorf?$/.test(name)) return judged('error', strength.some, text(first), '');
  if (/^Error(Is|As)f?$/.test(name)) return { ...judgeError(text(second), 'is'), subject: text(first) };
  if (/^(ErrorContains|EqualError)f?$/.test(name))
    return { ...judgeError(text(second), ''), subject: text(first) };
  if (/^Errorf?$/.test(name)) return judged('error', strength.some, text(first), '');
  // What is waited for is what is asked.
  if (/^Eventuallyf?$/.test(name) && first) {
    const back = code.tokens.slice(first.from, first.to).findIndex((token) => token.text === 'return');
    if (back >= 0) return judgeCondition(code, { from: first.from + back + 1, to: first.to - 1 });
  }
  return judgeNamed(code, name, args) ?? judged('truth', strength.some, text(first), '');
}
