/** The words of tests, by which one is known again as another. */
import type { Unit } from './change.ts';
import { isProperty } from './source/properties.ts';
import { bodyLimit, type Span, stringValue } from './source/source.ts';
import { addWords } from './supports.ts';

/** Words that every test has, so that they make no two alike. */
const everyday = new Set(
  'it test describe expect toBe toEqual assert self def fn func function const let var return async await if else t testing T void public class new assertEquals assertTrue assert_eq import from in for of not to be equal the a Test Run Errorf Fatalf Error Fatal want got unwrap is_ok is_err unwrap_err'.split(
    ' ',
  ),
);

/** Whether a word says nothing of what a test is about: it stands in all of them, or prints. */
export const isEveryday = (word: string): boolean => everyday.has(word) || printing.test(word);

/** The words, numbers and strings of a test's body, without its name. */
export function wordsOf(unit: Unit): Map<string, number> {
  const { test, source } = unit;
  if (test === undefined) return new Map();
  // How long `it('…', fn, 5000)` may take is no input.
  const limited =
    source.code.tokens[test.to - 1]?.kind === 'number' && source.code.tokens[test.to - 2]?.text === ',';
  return wordsIn(unit, test.from, Math.min(limited ? test.to - 2 : test.to, test.from + bodyLimit));
}

/** The words of a piece of a test. */
export function wordsIn({ source, name }: Unit, from: number, to: number): Map<string, number> {
  const words = new Map<string, number>();
  for (let at = from; at <= to; at += 1) {
    const token = source.code.tokens[at];
    if (token === undefined || token.kind === 'punct') continue;
    // What a failure would print is no input.
    if (printing.test(token.text) && source.code.tokens[at - 1]?.text === '.') {
      at = Math.max(at, source.code.partner[at + 1] ?? -1);
      continue;
    }
    // Which element of a list is looked at is no input either.
    const before = source.code.tokens[at - 1]?.text;
    const isIndex = before === '[' && source.code.partner[at - 1] === at + 1;
    if (isIndex && source.code.tokens[at - 2]?.kind === 'word' && token.kind === 'number') continue;
    const word = token.kind === 'string' ? `"${stringValue(token)}"` : token.text;
    // A text that only shows a variable, as the message of an assertion does.
    if (token.kind === 'string' && /^"(\{\w*(:[^{}]*)?\}[\s:,]*)+"$/.test(word)) continue;
    if (everyday.has(word) || word === name || word === `"${name}"`) continue;
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  return words;
}

/** No factory of arguments has more tokens. */
const longestFactory = 2000;

/** The factories of arguments that JUnit runs a test with: it names them in quotes, or they have the name of the test. */
export function factoriesOf({ source, name }: Unit, words: ReadonlyMap<string, number>): Span[] {
  if (!source.path.endsWith('.java') || !words.has('MethodSource')) return [];
  return source.definitions
    .filter((one) => one.name === name || words.has(`"${one.name}"`) || words.has(`"#${one.name}"`))
    .map(({ from, to }) => ({ from, to: Math.min(to, from + longestFactory) }));
}

/** Adds what the factories of a test say. */
export function addArguments(words: Map<string, number>, unit: Unit): void {
  for (const { from, to } of factoriesOf(unit, words))
    addWords(words, unit.source.code.tokens.slice(from, to + 1));
}

const printing = /^(Errorf?|Fatalf?|Logf?|Skipf?|println|printf|log|warn)$/;

/** Whether a word is a number or a string. */
export const isValue = (word: string) => /^["\d]/.test(word);

/** By which inputs are drawn. */
const drawing = /^(Fuzz|EnumSource|proptest|forAll|fc|jsc|rapid|quick|Property|ForAll|quickcheck)$/;

/** Whether the inputs of a test are drawn; in Java a mark says so, and a class may have any name. */
export function isDrawn(unit: Unit): boolean {
  const { source, test } = unit;
  if (source.path.endsWith('.java'))
    return source.code.tokens
      .slice(test?.from ?? 0, test?.body ?? 0)
      .some(({ text }, at, head) => drawing.test(text) && head[at - 1]?.text === '@');
  // How a property of Rust asserts says nothing of where its inputs come from.
  if (source.path.endsWith('.rs') && test && isProperty(source.code, test)) return true;
  return [...wordsOf(unit).keys()].some(
    (word) => drawing.test(word) || (word === 'given' && source.path.endsWith('.py')),
  );
}

/** How a test asks, and what for an error it asks: another test may ask in another way. */
export const asking =
  /^(assert|expect|should|verify|require|raises|throws|rejects)|(Error|Exception)$|^class$/;
