/** Reads tests and functions of JavaScript and TypeScript: jest, vitest, mocha, node:test, Playwright. */
import { assertionsOfJavascript } from '../assertions/javascript.ts';
import { javascript as lexicon } from '../lex/javascript.ts';
import { withTables } from '../lex/table.ts';
import { type Code, scan } from '../lex/token.ts';
import { blockFunctions, leavesAtOnce, skipsInside } from './braces.ts';
import {
  type Assertion,
  canonical,
  type Language,
  partsOf,
  type Reading,
  type Skip,
  stringValue,
  type Test,
} from './source.ts';

/** JavaScript and TypeScript. */
export const javascript: Language = {
  name: 'javascript',
  scan: (text) => withTables(scan(text, lexicon)),
  read: (code) => {
    const assertions = assertionsOfJavascript(code);
    return {
      tests: withGroups(testsOf(code), assertions),
      ...skippedFile(code),
      definitions: blockFunctions(code),
      assertions,
    };
  },
};

/** A test that only holds others (`t.test('inner', …)` of tap and node:test), and asserts nothing itself, is a group. */
function withGroups(tests: readonly Test[], assertions: readonly Assertion[]): Test[] {
  const holding = new Set<Test>();
  const asking = new Set<Test>();
  const open: Test[] = [];
  const within = (at: number) => {
    while (open.length > 0 && (open.at(-1)?.to ?? 0) < at) open.pop();
    return open.at(-1);
  };
  let next = 0;
  for (const test of tests) {
    for (; next < assertions.length && (assertions[next]?.from ?? 0) < test.from; next += 1)
      mark(asking, within(assertions[next]?.from ?? 0));
    mark(holding, within(test.from));
    open.push(test);
  }
  for (const { from } of assertions.slice(next)) mark(asking, within(from));
  return tests.map((test) => (holding.has(test) && !asking.has(test) ? { ...test, group: true } : test));
}

function mark(marked: Set<Test>, test: Test | undefined): void {
  if (test) marked.add(test);
}

const heads = /^([xf])?(it|test|describe|suite|context|specify)$/;
const groups = /^(describe|suite|context)$/;
const modifiers =
  /^(skip|only|each|for|todo|fails|failing|fixme|concurrent|sequential|serial|parallel|skipIf|runIf|describe|extend)$/;

/** `t.test(…)`, `tap.test(…)`, `QUnit.test(…)`. */
const runners = /^(t|tt|st|tap|tape|QUnit)$/;

function testsOf(code: Code): Test[] {
  const tests: Test[] = [];
  const aliases = aliasesOf(code);
  for (let at = 0; at < code.tokens.length; at += 1) {
    const one = testAt(code, at, aliases);
    if (one) tests.push(one);
  }
  return tests;
}

interface Alias {
  readonly group: boolean;
  readonly skip: Skip;
}

/** `const itSlow = process.env.SLOW ? it : it.skip`: names that stand for `it` and its like. */
function aliasesOf(code: Code): ReadonlyMap<string, Alias> {
  const found = new Map<string, Alias>();
  code.tokens.forEach((token, at) => {
    if (!/^(const|let|var)$/.test(token.text) || code.tokens[at + 2]?.text !== '=') return;
    const alias = aliasFrom(code, at + 3);
    if (alias) found.set(code.tokens[at + 1]?.text ?? '', alias);
  });
  return found;
}

function aliasFrom(code: Code, from: number): Alias | undefined {
  const words: string[] = [];
  // The longest of them choose between two names by a comparison.
  for (let at = from; at < Math.min(from + 30, code.tokens.length); at += 1) {
    const token = code.tokens[at];
    if (token === undefined || token.text === ';' || (token.first && !/^[?:.]$/.test(token.text))) break;
    if (/^(=>|function|await|require|import|class)$/.test(token.text)) return undefined;
    words.push(token.text);
    at = Math.max(at, code.partner[at] ?? -1);
  }
  const head = words.findIndex((word, index) => heads.test(word) && /^([?:]|)$/.test(words[index - 1] ?? ''));
  if (head < 0) return undefined;
  const skips = words.some((word) => /^(skip|todo|fixme|skipIf|runIf)$/.test(word));
  const chooses = words.includes('?') || words.includes('skipIf') || words.includes('runIf');
  const skip = !skips ? 'no' : chooses ? 'sometimes' : 'always';
  return { group: groups.test(words[head] ?? ''), skip };
}

function testAt(code: Code, at: number, aliases: ReadonlyMap<string, Alias>): Test | undefined {
  const text = code.tokens[at]?.text ?? '';
  const alias = aliases.get(text);
  const head = heads.exec(text) ?? (alias && [text, undefined, alias.group ? 'describe' : 'it']);
  const before = code.tokens[at - 1]?.text;
  if (!head || before === 'function' || (before === '.' && !runners.test(code.tokens[at - 2]?.text ?? '')))
    return undefined;
  const chosen = alias === undefined ? choiceAround(code, at) : undefined;
  const { open, words } = chosen ?? chain(code, at);
  const to = code.partner[open] ?? -1;
  if (code.tokens[open]?.text !== '(' || to < 0) return undefined;
  const args = partsOf(code, open);
  const [title, second] = args;
  const last = args.findLast(({ from, to: end }) => isFunction(code, from, end));
  if (title === undefined || (last === undefined && !words.has('todo'))) return undefined;
  // `test.skip(browser === 'webkit', 'why')` inside a body skips that test, and is none itself.
  const name =
    title.from === title.to ? stringValue(code.tokens[title.from]) : canonical(code, title.from, title.to);
  const group = groups.test(head[2] ?? '') || words.has('describe');
  const body = last ? bodyOf(code, last.from, last.to) : -1;
  const options = second && second !== last ? optionsIn(code, second.from, second.to) : new Set<string>();
  const own = skipOf(head[1], words, options);
  const skip = chosen ? chosen.skip : own === 'no' ? (alias?.skip ?? 'no') : own;
  const around = group ? skippedAround(code, body, code.partner[body] ?? body) : undefined;
  const inside = skip === 'no' && body > 0 ? (around?.skip ?? skippedInside(code, body, group)) : skip;
  const focus = head[1] === 'f' || words.has('only') || options.has('only');
  return { name, line: code.tokens[at]?.line ?? 1, from: at, to, group, skip: inside, focus, body };
}

/** `(process.env.KEY ? describe : describe.skip)('name', …)`: the first name of such a choice stands for the test. */
function choiceAround(code: Code, at: number): { open: number; words: Set<string>; skip: Skip } | undefined {
  if (code.tokens[at - 1]?.text !== '?') return undefined;
  let close = at;
  // Two names with their modifiers are no longer.
  while (close < at + 12 && code.tokens[close]?.text !== ')') close += 1;
  const words = code.tokens.slice(at, close).map(({ text }) => text);
  const from = code.partner[close] ?? -1;
  if (from < 0 || from > at || code.tokens[close + 1]?.text !== '(' || !words.includes(':')) return undefined;
  const skip = words.some((word) => /^(skip|todo)$/.test(word)) ? 'sometimes' : 'no';
  return { open: close + 1, words: new Set(), skip };
}

/** The words after `it` (`.skip`, `.each(…)`), and where the call with the title begins. */
function chain(code: Code, at: number): { open: number; words: Set<string> } {
  const words = new Set<string>();
  let next = at + 1;
  while (code.tokens[next]?.text === '.' && modifiers.test(code.tokens[next + 1]?.text ?? '')) {
    const word = code.tokens[next + 1]?.text ?? '';
    words.add(word);
    next += 2;
    // The table, or the condition; a table may also be a template.
    if (!/^(each|for|skipIf|runIf)$/.test(word)) continue;
    if (code.tokens[next]?.kind === 'string') next += 1;
    else if (code.tokens[next]?.text === '(') next = (code.partner[next] ?? next) + 1;
  }
  return { open: next, words };
}

function isFunction(code: Code, from: number, to: number): boolean {
  for (let at = from; at <= to; at += 1) {
    const text = code.tokens[at]?.text;
    if (text === '=>' || text === 'function') return true;
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return false;
}

function bodyOf(code: Code, from: number, to: number): number {
  for (let at = from; at <= to; at += 1) {
    const text = code.tokens[at]?.text;
    if (text === '=>') return at + 1;
    if (text === '{' && at > from) return at;
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return -1;
}

function optionsIn(code: Code, from: number, to: number): Set<string> {
  const found = new Set<string>();
  for (let at = from; at < to; at += 1) {
    const text = code.tokens[at]?.text ?? '';
    if (
      /^(skip|only|todo)$/.test(text) &&
      code.tokens[at + 1]?.text === ':' &&
      code.tokens[at + 2]?.text !== 'false'
    ) {
      // A reason, or `true`; anything else is asked when the test runs.
      const told = code.tokens[at + 2];
      const fixed =
        (told?.kind === 'string' || told?.text === 'true') && /^[,}]$/.test(code.tokens[at + 3]?.text ?? '');
      found.add(fixed || text !== 'skip' ? text : 'skipIf');
    }
  }
  return found;
}

function skipOf(prefix: string | undefined, words: ReadonlySet<string>, options: ReadonlySet<string>): Skip {
  const always = ['skip', 'todo', 'fails', 'failing', 'fixme'];
  if (prefix === 'x' || always.some((word) => words.has(word))) return 'always';
  if (options.has('skip') || options.has('todo')) return 'always';
  return words.has('skipIf') || words.has('runIf') || options.has('skipIf') ? 'sometimes' : 'no';
}

function skippedInside(code: Code, body: number, group: boolean): Skip {
  if (group) return 'no';
  if (leavesAtOnce(code, body)) return 'always';
  return skipsInside(code, body, /^(this|t|ctx|context|test|it)$/, /^(skip|fixme)$/);
}

const hooks = /^(before|beforeEach|beforeAll|setup|suiteSetup)$/;
const runner = /^(this|t|ctx|context|test|it)$/;
const skipping = /^(skip|fixme)$/;

interface Skipped {
  readonly skip: Exclude<Skip, 'no'>;
  readonly line: number;
}

/** What keeps all tests between two places from running: a hook that skips, or a skip of its own (`test.skip(condition)`). */
function skippedAround(code: Code, from: number, to: number): Skipped | undefined {
  for (let at = from + 1; at < to; at += 1) {
    const token = code.tokens[at];
    const text = token?.text ?? '';
    const open = code.tokens[at + 1]?.text === '(' ? at + 1 : -1;
    const called = open > 0 && (code.partner[open] ?? -1) > 0;
    const skip = !called
      ? 'no'
      : hooks.test(text)
        ? skippedByHook(code, open)
        : skipping.test(text) &&
            code.tokens[at - 1]?.text === '.' &&
            runner.test(code.tokens[at - 2]?.text ?? '')
          ? skippedHere(code, open)
          : 'no';
    if (skip !== 'no') return { skip, line: token?.line ?? 1 };
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return undefined;
}

function skippedFile(code: Code): Pick<Reading, 'fileSkip'> {
  const fileSkip = skippedAround(code, -1, code.tokens.length);
  return fileSkip ? { fileSkip } : {};
}

/** `before(function () { this.skip(); })`, `beforeEach(({ skip }) => skip())`. */
function skippedByHook(code: Code, open: number): Skip {
  const own = partsOf(code, open).findLast(({ from, to }) => isFunction(code, from, to));
  const body = own ? bodyOf(code, own.from, own.to) : -1;
  if (own === undefined || body < 0) return 'no';
  if (code.tokens[body]?.text === '{') return skipsInside(code, body, runner, skipping);
  const asked = code.tokens.slice(body, own.to).some(({ text }) => /^(&&|\?)$/.test(text));
  const skips = code.tokens
    .slice(body, Math.min(own.to, body + 20))
    .some(({ text }, index, all) => skipping.test(text) && (index === 0 || all[index - 1]?.text === '.'));
  return skips ? (asked ? 'sometimes' : 'always') : 'no';
}

/** Of Playwright: `test.skip()` and `test.skip(condition, 'why')`; with a title and a body it is a test that is skipped. */
function skippedHere(code: Code, open: number): Skip {
  const [first, ...rest] = partsOf(code, open);
  if (first === undefined) return 'always';
  const isTitle = code.tokens[first.from]?.kind === 'string';
  if (isTitle || rest.some(({ from, to }) => isFunction(code, from, to))) return 'no';
  return first.from === first.to && code.tokens[first.from]?.text === 'true' ? 'always' : 'sometimes';
}
