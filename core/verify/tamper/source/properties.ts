/** Properties of Rust: tests whose inputs a library draws. */
import type { Code } from '../lex/token.ts';
import { bodyLimit, type Span, type Test } from './source.ts';

/** Macros that a property stands in, and words by which a test draws in its body. */
const macros = /^(proptest|quickcheck)$/;
const runners = /^(TestRunner|QuickCheck|arbtest|bolero)$/;

const known = new WeakMap<Code, readonly Span[]>();

/** Blocks `proptest! { … }` of a file, in order. Kept, as each file is asked for each of its tests. */
function blocksOf(code: Code): readonly Span[] {
  const found = known.get(code);
  if (found) return found;
  const blocks: Span[] = [];
  code.tokens.forEach(({ text }, at) => {
    const to = code.partner[at + 2] ?? -1;
    if (macros.test(text) && code.tokens[at + 1]?.text === '!' && to > at) blocks.push({ from: at, to });
  });
  known.set(code, blocks);
  return blocks;
}

/** The block of properties around a place, or what opens at it. */
export const propertiesAround = (code: Code, at: number): Span | undefined =>
  blocksOf(code).find(({ from, to }) => from <= at && at <= to);

/** Whether a test is a property: by the macro around it, by its parameters (`text in ".*"`), or by what runs it. */
export function isProperty(code: Code, { from, to, body }: Test): boolean {
  if (propertiesAround(code, from)) return true;
  const head = code.tokens.slice(from, body);
  if (head.some(({ kind, text }) => kind === 'word' && (text === 'in' || macros.test(text)))) return true;
  return code.tokens
    .slice(body, Math.min(to, body + bodyLimit))
    .some(({ kind, text }) => kind === 'word' && runners.test(text));
}
