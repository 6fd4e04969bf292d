/** Reads tests and functions of Rust. */
import { failuresOf } from '../assertions/results.ts';
import { assertionsOfRust } from '../assertions/rust.ts';
import { rust as lexicon } from '../lex/rust.ts';
import { type Code, gather, scan } from '../lex/token.ts';
import { blockFunctions, leavesAtOnce } from './braces.ts';
import type { Assertion, Definition, Language, Reading, Skip, Test } from './source.ts';

/** Rust. */
export const rust: Language = {
  name: 'rust',
  scan: (text) => scan(text, lexicon),
  read(code) {
    const functions = blockFunctions(code);
    const tests: Test[] = [];
    const definitions: Definition[] = [];
    for (const one of functions) {
      const found = testOf(code, one);
      if (found) tests.push(found);
      else definitions.push(one);
    }
    for (const macro of macrosOf(code)) {
      const made = tests.filter(({ from, to }) => macro.from < from && to < macro.to);
      if (made.length === 0) continue;
      definitions.push(macro);
      for (const one of made) tests.splice(tests.indexOf(one), 1);
      tests.push(...uses(code, macro));
    }
    const groups = conditioned(code, tests);
    return {
      tests: [...tests, ...groups],
      definitions,
      assertions: checksIn(code, tests),
      ...wholeFile(code),
    };
  },
};

/** What assertions ask for, and what a test that returns an error or panics asks for by that. */
function checksIn(code: Code, tests: readonly Test[]): Assertion[] {
  const asserted = assertionsOfRust(code);
  const failures = tests.flatMap((test) => failuresOf(code, test));
  return [...asserted, ...failures].sort((a, b) => a.from - b.from);
}

/** `#![cfg(…)]` at the top of a file keeps all of it from being compiled elsewhere. */
function wholeFile(code: Code): Pick<Reading, 'fileSkip'> {
  const at = code.tokens.findIndex(
    ({ text }, index) =>
      text === 'cfg' && code.tokens[index - 1]?.text === '[' && code.tokens[index - 2]?.text === '!',
  );
  if (at < 0 || code.tokens[at - 3]?.text !== '#' || code.tokens[at + 2]?.text === 'test') return {};
  return { fileSkip: { line: code.tokens[at]?.line ?? 1, skip: 'sometimes' } };
}

/** `#[cfg(feature = "slow")]` before a module, or before a macro around tests: without it they are not compiled. */
function conditioned(code: Code, tests: readonly Test[]): Test[] {
  return gather(code.tokens, (token, at): Test[] => {
    const open = at + 1;
    const close = code.partner[open] ?? -1;
    if (token.text !== 'cfg' || code.tokens[at - 1]?.text !== '[' || close < 0) return [];
    const words = code.tokens.slice(open, close).map(({ text }) => text);
    if (!words.some((word) => /^(feature|any|not|target_\w+|windows|unix)$/.test(word))) return [];
    let head = close + 2;
    while (code.tokens[head]?.text === '#' && code.tokens[head + 1]?.text === '[')
      head = (code.partner[head + 1] ?? head + 1) + 1;
    const body = code.tokens[head]?.text === 'pub' ? head + 3 : head + 2;
    const around = code.tokens[body - 2]?.text === 'mod' || code.tokens[body - 1]?.text === '!';
    const to = around && code.tokens[body]?.text === '{' ? (code.partner[body] ?? -1) : -1;
    if (!tests.some((test) => head <= test.from && test.to <= to)) return [];
    return [
      { name: '', line: token.line, from: head, to, group: true, skip: 'sometimes', focus: false, body },
    ];
  });
}

/** `macro_rules! name { … }`. */
function macrosOf(code: Code): Definition[] {
  return gather(code.tokens, (token, at): Definition[] => {
    const name = code.tokens[at + 2];
    const to = code.partner[at + 3] ?? -1;
    return token.text === 'macro_rules' && name && to > 0
      ? [{ name: name.text, line: token.line, from: at + 2, to }]
      : [];
  });
}

/** Each use of a macro that makes tests is one, of as many cases as it is given. */
function uses(code: Code, { name, to: after }: Definition): Test[] {
  return gather(code.tokens, (token, at): Test[] => {
    const to = code.partner[at + 2] ?? -1;
    if (at < after || token.text !== name || code.tokens[at + 1]?.text !== '!' || to < 0) return [];
    return [
      {
        name: `${name}!`,
        line: token.line,
        from: at,
        to,
        group: false,
        skip: 'no',
        focus: false,
        body: at + 2,
      },
    ];
  });
}

function testOf(code: Code, { name, line, from, to }: Definition): Test | undefined {
  if (code.tokens[from - 1]?.text !== 'fn') return undefined;
  const attributes = attributesBefore(code, from - 1);
  const words = code.tokens.slice(attributes, from).map(({ text }) => text);
  const isTest = words.some((word, at) => marks.has(word) && /^([[]|::)$/.test(words[at - 1] ?? ''));
  if (!isTest) return undefined;
  const body = bodyOf(code, from, to);
  const skip = leavesAtOnce(code, body) ? 'always' : skipOf(words);
  return { name, line, from: attributes, to, group: false, skip, focus: false, body };
}

const marks = new Set(['test', 'rstest', 'test_case', 'quickcheck', 'proptest', 'wasm_bindgen_test']);

/** Where the attributes of the function begin whose `fn` stands at `at`. */
function attributesBefore(code: Code, at: number): number {
  let from = at;
  while (/^(pub|async|unsafe|const|extern)$/.test(code.tokens[from - 1]?.text ?? '')) from -= 1;
  while (code.tokens[from - 1]?.text === ']' && from > at - 300) {
    const open = code.partner[from - 1] ?? -1;
    if (open < 1 || code.tokens[open - 1]?.text !== '#') break;
    from = open - 1;
  }
  return from;
}

function skipOf(words: readonly string[]): Skip {
  const at = words.indexOf('ignore');
  if (at >= 0) return words.includes('cfg_attr') ? 'sometimes' : 'always';
  const cfg = words.indexOf('cfg');
  if (cfg < 0) return 'no';
  return words.includes('feature') || words.includes('any') ? 'sometimes' : 'no';
}

function bodyOf(code: Code, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    if (code.tokens[at]?.text === '{') return at;
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return to;
}
