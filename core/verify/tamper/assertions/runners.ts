/**
 * Assertions of JavaScript that a runner hands to its tests, and those that a file takes out of such a handle or of `assert`
 * by their names: `t.equal(a, b)`, `({ equal }) => equal(a, b)`,
 * `const { strictEqual } = require('node:assert')`.
 */
import { type Code, gather } from '../lex/token.ts';
import { type Assertion, canonical, partsOf, type Span, stringValue } from '../source/source.ts';
import { judgeError, judgeNamed } from './named.ts';

const methods =
  /^(not|notOk|ok|true|false|truthy|falsy|is|equals?|strictEquals?|deepEquals?|deepStrictEqual|partialDeepStrictEqual|looseEqual|notEqual|notStrictEqual|notDeepEqual|notDeepStrictEqual|same|strictSame|notSame|match|notMatch|doesNotMatch|regex|notRegex|like|has|hasStrict|type|throws|doesNotThrow|rejects|doesNotReject|throwsAsync|error|ifError)$/;

const handle = /^(t|tt|st|s2t)$/;

/** Whether the token at `at` is what tape, tap, ava and node:test hand to a test, or what a test made of it. */
export function isHandle(code: Code, at: number): boolean {
  const name = code.tokens[at]?.text ?? '';
  return handle.test(name) || (code.tokens[at]?.kind === 'word' && madeOf(code).has(name));
}

const made = new WeakMap<Code, ReadonlySet<string>>();

/** `const plan = planned(t, { plan: 2 })`: names of what is made of a handle first of all. Kept, as each file is asked often. */
function madeOf(code: Code): ReadonlySet<string> {
  const known = made.get(code);
  if (known) return known;
  const { tokens } = code;
  const names = gather(tokens, ({ text }, at): string[] => {
    if (!/^(const|let|var)$/.test(text) || tokens[at + 2]?.text !== '=' || tokens[at + 4]?.text !== '(')
      return [];
    const isFirst = handle.test(tokens[at + 5]?.text ?? '') && /^[,)]$/.test(tokens[at + 6]?.text ?? '');
    return isFirst ? [tokens[at + 1]?.text ?? ''] : [];
  });
  const found = new Set(names);
  made.set(code, found);
  return found;
}

/** `t.equal(a, b)`, `equal(a, b)`; `at` stands before the arguments. */
export function ofRunner(code: Code, name: string, at: number): Assertion | undefined {
  const to = code.tokens[at + 1]?.text === '(' ? (code.partner[at + 1] ?? -1) : -1;
  // A method or a function of that name has a body.
  if (to < 0 || !methods.test(name) || code.tokens[to + 1]?.text === '{') return undefined;
  const args = partsOf(code, at + 1);
  const told = /^(throws|rejects|throwsAsync)$/.test(name)
    ? judgeError(textOf(code, args[1]), '')
    : judgeNamed(code, name.replace('Equals', 'Equal'), args);
  return told && { line: code.tokens[at]?.line ?? 1, from: at, to, ...told };
}

const textOf = (code: Code, span: Span | undefined) => (span ? canonical(code, span.from, span.to) : '');

const taken = new WeakMap<Code, ReadonlySet<string>>();

/** The names of assertions that a file takes out of a handle or a module of assertions. Kept, as each file is asked often. */
export function takenOut(code: Code): ReadonlySet<string> {
  const known = taken.get(code);
  if (known) return known;
  const found = new Set<string>();
  code.tokens.forEach(({ text }, open) => {
    const close = text === '{' ? (code.partner[open] ?? -1) : -1;
    if (close > 0 && close - open < mostNames && isTaken(code, open, close))
      for (const { from, to } of partsOf(code, open)) {
        const name = code.tokens[to]?.text ?? '';
        // `equal: same` and `equal as same` are known by what they come to be called only where that says what they do.
        if (to - from <= 2 && methods.test(name)) found.add(name);
      }
  });
  taken.set(code, found);
  return found;
}

/** No list of names that is taken out of something has more tokens. */
const mostNames = 80;

const modules = /^(node:)?assert(\/strict)?$|^(tap|tape|ava)$|^chai$|^uvu\/assert$/;

/** Whether `{ … }` is the argument of a test, or taken out of a handle or a module of assertions. */
function isTaken({ tokens }: Code, open: number, close: number): boolean {
  const [before, after] = [tokens[open - 1]?.text, tokens[close + 1]];
  if (before === '(' && after?.text === ')' && tokens[close + 2]?.text === '=>')
    return tokens.slice(Math.max(0, open - longestHead), open).some(({ text }) => text === 'test');
  if (before === 'import') return after?.text === 'from' && modules.test(stringValue(tokens[close + 2]));
  if (after?.text !== '=') return false;
  const given = tokens[close + 2]?.text ?? '';
  if (given === 'require') return modules.test(stringValue(tokens[close + 4]));
  return handle.test(given) || given === 'assert';
}

/** `test('a title', { timeout: 10 }, async (`, with some room. */
const longestHead = 14;
