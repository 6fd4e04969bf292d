/** What tests say, by which one is known again under another name or in another place. */
import type { Unit } from './change.ts';
import { bodyLimit, stringValue } from './source/source.ts';
import { givenIn } from './source/variables.ts';
import { isValue, wordsIn, wordsOf } from './words.ts';

/** A word in more tests than this tells none of them from the others. */
const telling = 40;
/** Halves of a body in common make a renamed test; most of the smaller one, a test that was split. */
const alikeFrom = 0.5;
const withinFrom = 0.75;

/** The tests of a side by their words. */
export class Contents {
  readonly #words = new Map<Unit, Map<string, number>>();
  readonly #index = new Map<string, Unit[]>();

  constructor(units: readonly Unit[]) {
    for (const unit of units) {
      const words = wordsOf(unit);
      this.#words.set(unit, words);
      for (const word of words.keys()) {
        const holders = this.#index.get(word) ?? [];
        if (holders.length <= telling) holders.push(unit);
        this.#index.set(word, holders);
      }
    }
  }

  /** Tests that share telling words, those that share most first. */
  candidates(words: ReadonlyMap<string, number>, among?: ReadonlySet<Unit>): Unit[] {
    const shared = new Map<Unit, number>();
    for (const word of words.keys()) {
      const holders = this.#index.get(word) ?? [];
      if (holders.length > telling) continue;
      for (const unit of holders) if (among?.has(unit) ?? true) shared.set(unit, (shared.get(unit) ?? 0) + 1);
    }
    // The best are among the first few.
    return [...shared]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 5)
      .map(([unit]) => unit);
  }

  /** The words of one of these tests. */
  wordsOf(unit: Unit): ReadonlyMap<string, number> {
    return this.#words.get(unit) ?? wordsOf(unit);
  }

  /** The test whose body is much the same. */
  alike(was: Unit, among: ReadonlySet<Unit>): Unit | undefined {
    const words = wordsOf(was);
    return this.candidates(words, among).find((unit) => {
      const other = this.#words.get(unit) ?? new Map<string, number>();
      const [common, mine, theirs] = overlap(words, other);
      if (common < 2) return false;
      if (was.assertions.length > 0 && unit.assertions.every(({ form }) => form === 'trivial')) return false;
      if (sameSetup(was, unit)) return true;
      // Calls in common are what tests of one function have; what tells them apart are its inputs.
      const values = [...words.keys()].filter(isValue);
      const others = values.length > 0 && !values.some((word) => other.has(word));
      if (common / (mine + theirs - common) >= (others ? withinFrom : alikeFrom)) return true;
      if (others) return false;
      return common >= 4 && common / Math.min(mine, theirs) >= withinFrom && asksAlso(was, unit);
    });
  }
}

/** Words that a test does its work with are told from each other by at least so many. */
const fewestOfSetup = 4;

/** Whether two tests do the very same, and the second looks at the outcome no less often: only how it looks is another. */
function sameSetup(was: Unit, is: Unit): boolean {
  if (is.assertions.length < was.assertions.length || was.source.path !== is.source.path) return false;
  const [common, mine, theirs] = overlap(setupOf(was), setupOf(is));
  return common >= fewestOfSetup && common === mine && common === theirs;
}

/** The words of a test outside of its assertions. */
function setupOf(unit: Unit): Map<string, number> {
  const asked = new Map<string, number>();
  const words = new Map(wordsOf(unit));
  for (const { from, to } of unit.assertions)
    for (const [word, count] of wordsIn(unit, from, to)) asked.set(word, (asked.get(word) ?? 0) + count);
  for (const [word, count] of asked) {
    const left = (words.get(word) ?? 0) - count;
    if (left > 0) words.set(word, left);
    else words.delete(word);
  }
  return words;
}

/** Whether the shorter of two tests asks something that the longer asks, where it asks at all. */
function asksAlso({ assertions: was }: Unit, { assertions: is }: Unit): boolean {
  if (was.length === 0 || is.length === 0 || is.some(({ form }) => form === 'custom')) return true;
  const asked = new Set(was.map(({ subject, expected }) => `${subject}|${expected}`));
  const subjects = new Set(was.map(({ subject }) => subject));
  return is.some(({ subject, expected }) => asked.has(`${subject}|${expected}`) || subjects.has(subject));
}

function overlap(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): [number, number, number] {
  let common = 0;
  for (const [word, count] of a) common += Math.min(count, b.get(word) ?? 0);
  const size = (words: ReadonlyMap<string, number>) =>
    [...words.values()].reduce((sum, count) => sum + count, 0);
  return [common, size(a), size(b)];
}

/** The names of the groups, classes and tests that a test stands in. */
export const around = ({ source, test }: Unit): string =>
  test === undefined
    ? ''
    : [...source.tests, ...source.definitions]
        .filter(({ from, to }) => from < test.from && test.to <= to)
        .sort((a, b) => a.from - b.from)
        .map(({ name }) => name)
        .join('\n');

/** What stands in the body of a test, as it is written, up to its last brackets. */
export function bodyOf({ source: { code, path }, test }: Unit): string {
  if (test === undefined || test.body < 0) return '';
  const end = Math.min(test.to, test.from + bodyLimit);
  let from = test.body;
  // The head of a function of Python ends with its colon.
  if (path.endsWith('.py'))
    while (from < end && code.tokens[from]?.text !== ':')
      from = Math.max(from, code.partner[from] ?? from) + 1;
  const texts = code.tokens.slice(from + 1, end + 1).map(({ text }) => text);
  while (!path.endsWith('.py') && /^[)};]$/.test(texts.at(-1) ?? '')) texts.pop();
  return texts.filter((text) => !/^[,;]$/.test(text)).join(' ');
}

/** A test as it is written up to its last brackets, without its name; its variables go by their order. */
export function textOf({ source: { code, path }, test, name }: Unit): string[] {
  if (test === undefined) return [];
  const own = new Map([...givenIn(code, test).keys()].map((word, at) => [word, `${at}`]));
  const tokens = code.tokens.slice(test.from, Math.min(test.to, test.from + bodyLimit) + 1);
  // A test that is called like what it calls still calls it.
  const head = tokens.findIndex((token) => token.text === name || stringValue(token) === name);
  const texts = tokens
    .filter((token, at) => at !== head && !/^[,;]$/.test(token.text))
    .map((token) =>
      token.kind === 'string' ? `"${stringValue(token)}"` : (own.get(token.text) ?? token.text),
    );
  // Whoever does more after it closes later.
  while (!path.endsWith('.py') && /^[)}]$/.test(texts.at(-1) ?? '')) texts.pop();
  return texts;
}
