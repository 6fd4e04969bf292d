/** Reads tests and functions of Rust. */
import { assertionsOfRust } from '../assertions/rust.ts';
import { rust as lexicon } from '../lex/rust.ts';
import { type Code, scan } from '../lex/token.ts';
import { blockFunctions, leavesAtOnce } from './braces.ts';
import type { Definition, Language, Skip, Test } from './source.ts';

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
    return { tests, definitions, assertions: assertionsOfRust(code) };
  },
};

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
