/** What a change added to the tests of after: all of a new one, and of one that was there before only what it had not. */
import type { Unit } from './change.ts';
import { callsIn, general } from './rules/carried.ts';
import { assertionKey, bodyLimit } from './source/source.ts';
import { givenIn, meant } from './source/variables.ts';
import { addWords } from './supports.ts';
import { addTable } from './table.ts';
import { addArguments, wordsIn, wordsOf } from './words.ts';

/** One thing that a test asks, and of what. */
export interface Asked {
  /** As it is written, and with its variables replaced by what they were given. */
  readonly raw: string;
  readonly key: string;
  /** What is called to come to what is looked at. */
  readonly calls: readonly string[];
}

/** What a test asks, and of what. */
export function askedBy({ source, test, assertions }: Unit): Asked[] {
  const given = test ? givenIn(source.code, test) : new Map<string, string>();
  return assertions.map((one) => {
    const subject = meant(one.subject, given);
    const key = assertionKey({ ...one, subject, expected: meant(one.expected, given) });
    return { raw: assertionKey(one), key, calls: callsIn(subject).filter((name) => !general.test(name)) };
  });
}

type Counts = Map<string, number>;

/** Counts down as it is used up, so that nothing stands for two. */
export class Gains {
  readonly #past: ReadonlyMap<Unit, readonly Unit[]>;
  readonly #words = new Map<Unit, Counts>();
  readonly #asked = new Map<Unit, readonly Asked[]>();

  /** `past` tells which tests of before a test is. */
  constructor(past: ReadonlyMap<Unit, readonly Unit[]>) {
    this.#past = new Map([...past].map(([unit, was]) => [unit, [...was]]));
  }

  /** The tests of before that a test is; none for a new one. */
  pastOf(unit: Unit): readonly Unit[] {
    return this.#past.get(unit) ?? [];
  }

  /** The assertions that are new to a test and stand for nothing yet. */
  assertionsOf(unit: Unit): readonly Asked[] {
    const known = this.#asked.get(unit);
    if (known) return known;
    const open = [...askedBy(unit)];
    for (const { key, raw } of this.pastOf(unit).flatMap(askedBy)) {
      const same = open.findIndex((one) => one.key === key);
      const at = same < 0 ? open.findIndex((one) => one.raw === raw) : same;
      if (at >= 0) open.splice(at, 1);
    }
    this.#asked.set(unit, open);
    return open;
  }

  /** Takes those of `assertionsOf` that stand for something now, by their places. */
  spendAssertions(unit: Unit, used: ReadonlySet<number>): void {
    this.#asked.set(
      unit,
      this.assertionsOf(unit).filter((_, at) => !used.has(at)),
    );
  }

  /** Takes all that a removed test asked and said. */
  spend(unit: Unit, was: Unit): void {
    const open = this.assertionsOf(unit);
    const used = new Set<number>();
    for (const { key } of askedBy(was)) {
      const at = open.findIndex((one, index) => one.key === key && !used.has(index));
      if (at >= 0) used.add(at);
    }
    this.spendAssertions(unit, used);
    this.spendWords(unit, [...wordsOf(was).keys()]);
  }

  /** How often each word stands in a test more than it stood there, as far as it stands for nothing yet. */
  wordsOf(unit: Unit): ReadonlyMap<string, number> {
    const known = this.#words.get(unit);
    if (known) return known;
    const gained = wordsWithHelpers(unit, own(unit));
    for (const was of this.pastOf(unit)) takeAway(gained, wordsWithHelpers(was, own(was)));
    this.#words.set(unit, gained);
    return gained;
  }

  /** Takes each of some words once. */
  spendWords(unit: Unit, words: readonly string[]): void {
    const left = new Map(this.wordsOf(unit));
    takeAway(left, new Map(words.map((word) => [word, 1])));
    this.#words.set(unit, left);
  }
}

/** A helper of more tokens, or more helpers, tell nothing of one test. */
const [longestHelper, mostHelpers] = [400, 200];

/** The words of a test, of its table, and of the functions beside it that it calls: a factory of inputs, a page. */
export function wordsWithHelpers(unit: Unit, itself: ReadonlyMap<string, number> = wordsOf(unit)): Counts {
  const words = new Map(itself);
  const { definitions, code } = unit.source;
  for (const { name, from, to } of definitions.slice(0, mostHelpers)) {
    if (!words.has(name) || to - from > longestHelper) continue;
    addWords(words, code.tokens.slice(from, to + 1));
  }
  addArguments(words, unit);
  addTable(words, unit);
  return words;
}

/** The words of a test without those of the tests that stand in it: they are tests of their own. */
function own(unit: Unit): Counts {
  const words = wordsOf(unit);
  const { test, source } = unit;
  if (test === undefined) return words;
  let end = -1;
  const within = source.tests.filter(
    ({ from, to, group }) => !group && from > test.from && to <= test.to && from <= test.from + bodyLimit,
  );
  for (const { from, to } of within.sort((a, b) => a.from - b.from)) {
    if (from <= end) continue;
    end = to;
    takeAway(words, wordsIn(unit, from, to));
  }
  return words;
}

function takeAway(words: Counts, less: ReadonlyMap<string, number>): void {
  for (const [word, count] of less) {
    const left = (words.get(word) ?? 0) - count;
    if (left > 0) words.set(word, left);
    else words.delete(word);
  }
}
