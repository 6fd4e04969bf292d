/** Reads tests and functions of JavaScript and TypeScript: jest, vitest, mocha, node:test, Playwright. */
import { assertionsOfJavascript } from '../assertions/javascript.ts';
import { javascript as lexicon } from '../lex/javascript.ts';
import { type Code, scan } from '../lex/token.ts';
import { blockFunctions, leavesAtOnce, skipsInside } from './braces.ts';
import { canonical, type Language, partsOf, type Skip, stringValue, type Test } from './source.ts';

/** JavaScript and TypeScript. */
export const javascript: Language = {
  name: 'javascript',
  scan: (text) => scan(text, lexicon),
  read: (code) => ({
    tests: testsOf(code),
    definitions: blockFunctions(code),
    assertions: assertionsOfJavascript(code),
  }),
};

const heads = /^([xf])?(it|test|describe|suite|context|specify)$/;
const groups = /^(describe|suite|context)$/;
const modifiers =
  /^(skip|only|each|for|todo|fails|failing|fixme|concurrent|sequential|serial|parallel|skipIf|runIf|describe|extend)$/;

function testsOf(code: Code): Test[] {
  const tests: Test[] = [];
  for (let at = 0; at < code.tokens.length; at += 1) {
    const one = testAt(code, at);
    if (one) tests.push(one);
  }
  return tests;
}

function testAt(code: Code, at: number): Test | undefined {
  const head = heads.exec(code.tokens[at]?.text ?? '');
  const before = code.tokens[at - 1]?.text;
  if (!head || before === 'function' || (before === '.' && code.tokens[at - 2]?.text !== 't'))
    return undefined;
  const { open, words } = chain(code, at);
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
  const skip = skipOf(head[1], words, options);
  const inside = skip === 'no' && !group && body > 0 ? skippedInside(code, body) : skip;
  const focus = head[1] === 'f' || words.has('only') || options.has('only');
  return { name, line: code.tokens[at]?.line ?? 1, from: at, to, group, skip: inside, focus, body };
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
    )
      found.add(text);
  }
  return found;
}

function skipOf(prefix: string | undefined, words: ReadonlySet<string>, options: ReadonlySet<string>): Skip {
  const always = ['skip', 'todo', 'fails', 'failing', 'fixme'];
  if (prefix === 'x' || always.some((word) => words.has(word))) return 'always';
  if (options.has('skip') || options.has('todo')) return 'always';
  return words.has('skipIf') || words.has('runIf') ? 'sometimes' : 'no';
}

function skippedInside(code: Code, body: number): Skip {
  if (leavesAtOnce(code, body)) return 'always';
  return skipsInside(code, body, /^(this|t|ctx|context|test|it)$/, /^(skip|fixme)$/);
}
