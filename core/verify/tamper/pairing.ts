/**
 * Which test of before is which test of after: by name in the same file, by name anywhere, by what its body says, and at
 * last by whether another test took its inputs over (a table, a merged test).
 */
import type { Change, Source, Unit } from './change.ts';
import { asksTheSame, isAboutError } from './rules/carried.ts';
import { strength } from './source/source.ts';
import { givenIn } from './source/variables.ts';
import { addWords, Supports } from './supports.ts';
import { addArguments, isDrawn, isValue, wordsIn, wordsOf } from './words.ts';

/** Tests of before that became one test of after. */
export interface Pairing {
  readonly pairs: readonly { readonly was: readonly Unit[]; readonly is: Unit }[];
  readonly removed: readonly Unit[];
}

/** Pairs the tests of a change. */
export function pairTests({ units, sources }: Change): Pairing {
  const open = {
    was: units.before.filter(({ test }) => test),
    is: new Set(units.after.filter(({ test }) => test)),
  };
  const all = [...open.is];
  const taken = new Map<Unit, Unit[]>();
  const take = (was: Unit, is: Unit) => {
    const others = taken.get(is);
    if (others) others.push(was);
    else taken.set(is, [was]);
    open.is.delete(is);
  };
  for (const key of [placeAndName, nameOnly, withoutKind]) open.was = byKey(open.was, open.is, key, take);
  const contents = new Contents(all, new Supports(sources.after));
  open.was = open.was.filter((was) => {
    const is = contents.alike(was, open.is);
    if (is) take(was, is);
    return is === undefined;
  });
  const names = new Map([...open.is].map((unit) => [unit, new Set(tellingWords(unit))]));
  open.was = open.was.filter((was) => {
    const told = tellingWords(was);
    const is = [...open.is].find((unit) => soundsAlike(was, told, unit, names.get(unit)));
    if (is) take(was, is);
    return is === undefined;
  });
  if (wordsOfProduct(sources.after, failing) < wordsOfProduct(sources.before, failing))
    open.was = open.was.filter((was) => {
      const is = [...open.is].find((unit) => answersInstead(was, unit));
      if (is) take(was, is);
      return is === undefined;
    });
  // Those that nobody came to by now may take over many; only then those that have a past of their own.
  const fresh = new Set(open.is);
  const removed = open.was.filter((was) => {
    const is = contents.covering(was, fresh) ?? contents.covering(was) ?? contents.together(was, fresh);
    if (is) take(was, is);
    return is === undefined;
  });
  return { pairs: [...taken].map(([is, was]) => ({ is, was })), removed };
}

const placeAndName = ({ source, name }: Unit) => `${source.path}\n${name}`;
const nameOnly = ({ name }: Unit) => name;
/** Go: what a test printed and compared, an example may print. */
const withoutKind = ({ source, name }: Unit) =>
  `${source.path}\n${source.path.endsWith('.go') ? name.replace(/^(Test|Example)_?(?=.)/, '') : name}`;

/** Pairs in order where a name stands more than once; returns who stays alone. */
function byKey(
  was: readonly Unit[],
  is: ReadonlySet<Unit>,
  key: (unit: Unit) => string,
  take: (was: Unit, is: Unit) => void,
): Unit[] {
  const queues = new Map<string, Unit[]>();
  for (const unit of is) {
    const queue = queues.get(key(unit));
    if (queue) queue.push(unit);
    else queues.set(key(unit), [unit]);
  }
  for (const queue of queues.values()) queue.reverse();
  return was.filter((unit) => {
    const found = queues.get(key(unit))?.pop();
    if (found) take(unit, found);
    return found === undefined;
  });
}

/** `test_half_cents_round_up`, `roundsHalfCentsUp`: the words of a name. */
export const spoken = (name: string): string =>
  name
    .slice(0, 300)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();

const small = new Set('a an the is are it its of to in on for and or with when test tests should'.split(' '));
const tellingWords = (unit: Unit) =>
  spoken(unit.name)
    .split(/\W+/)
    .filter((word) => word !== '' && !small.has(word));

/** A test of the same file whose name says all that the other's said and more, and that calls something the other called. */
function soundsAlike(was: Unit, then: readonly string[], is: Unit, now?: ReadonlySet<string>): boolean {
  if (was.source.path !== is.source.path || then.length < 2) return false;
  if (!then.every((word) => now?.has(word))) return false;
  const words = wordsOf(is);
  return [...wordsOf(was).keys()].some((word) => !isValue(word) && word.length > 2 && words.has(word));
}

/** At how many places of its changed files the product says such a word. */
export const wordsOfProduct = (sources: readonly Source[], meant: RegExp): number =>
  sources
    .filter(({ isTest, same }) => !isTest && !same)
    .reduce((sum, { code }) => sum + code.tokens.filter(({ text }) => meant.test(text)).length, 0);

/** By which a product throws, whatever its language. */
export const failing = /^(throw|raise|Err|panic|Errorf)$/;

/** Whether a test that looked for an error gave way to one of the same file that looks exactly at what the same call gives. */
function answersInstead(was: Unit, is: Unit): boolean {
  if (was.source.path !== is.source.path || !was.assertions.every(isAboutError)) return false;
  if (!is.assertions.some(({ form, strength: strong }) => form === 'equal' && strong >= strength.exact))
    return false;
  const words = wordsOf(is);
  // Which error it was is nothing that the other must know.
  const own = [...wordsOf(was).keys()].filter(
    (word) => !asking.test(word) && !/^(toThrow|match$|[A-Z])/.test(word),
  );
  return own.some(isValue) && own.every((word) => words.has(word));
}

/** By which a test is run for each of many. */
const goneThrough =
  /^(EnumSource|MethodSource|ValueSource|each|forEach|parametrize|given|forAll|property|values)$/;

/** A word in more tests than this tells none of them from the others. */
const telling = 40;
/** Halves of a body in common make a renamed test; most of the smaller one, a test that was split. */
const alikeFrom = 0.5;
const withinFrom = 0.75;

class Contents {
  readonly #words = new Map<Unit, Map<string, number>>();
  readonly #index = new Map<string, Unit[]>();

  readonly #supports: Supports;

  constructor(units: readonly Unit[], supports: Supports) {
    this.#supports = supports;
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
  #candidates(words: ReadonlyMap<string, number>, among?: ReadonlySet<Unit>): Unit[] {
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

  /** The words of a test and of the functions beside it that it calls: a factory of inputs, a page. */
  #withHelpers(unit: Unit): Map<string, number> {
    const words = new Map(this.#words.get(unit));
    for (const { name, from, to } of unit.source.definitions.slice(0, 200)) {
      if (!words.has(name) || to - from > 400) continue;
      addWords(words, unit.source.code.tokens.slice(from, to + 1));
    }
    addArguments(words, unit);
    return words;
  }

  /** The test whose body is much the same. */
  alike(was: Unit, among: ReadonlySet<Unit>): Unit | undefined {
    const words = wordsOf(was);
    return this.#candidates(words, among).find((unit) => {
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

  /** Of several new tests that hold all its inputs and expectations together, and call what it called, the one with most. */
  together(was: Unit, among: ReadonlySet<Unit>): Unit | undefined {
    const words = wordsOf(was);
    const values = [...words.keys()].filter(isValue);
    const called = was.assertions.flatMap(({ subject }) => subject.match(/\w+(?=\()/g) ?? []);
    if (values.length < 2) return undefined;
    const held = [...among]
      .filter((unit) => unit.assertions.length > 0 && unit.source.path === was.source.path)
      .map((unit) => ({ unit, other: this.#words.get(unit) ?? new Map<string, number>() }))
      .filter(({ other }) => called.some((name) => other.has(name)));
    if (!values.every((word) => held.some(({ other }) => other.has(word)))) return undefined;
    const share = (other: ReadonlyMap<string, number>) => values.filter((word) => other.has(word)).length;
    return held.sort((a, b) => share(b.other) - share(a.other))[0]?.unit;
  }

  /** A test with all its inputs and expectations, and most of what it calls; or with all its assertions. */
  covering(was: Unit, among?: ReadonlySet<Unit>): Unit | undefined {
    const words = wordsOf(was);
    // What a test calls its own variables is nothing that another must know.
    const own = was.test ? givenIn(was.source.code, was.test) : new Map<string, string>();
    return this.#candidates(words, among).find((unit) => {
      const keys = new Set(unit.assertions.map(assertionKey));
      // That there is an error says nothing of the input.
      const telling = was.assertions.some(({ subject }) => subject !== 'error');
      if (telling && was.assertions.every((one) => keys.has(assertionKey(one)))) return true;
      const fails = was.assertions.some(({ form }) => form === 'error');
      if (fails && !unit.assertions.some(isAboutError)) return false;
      const other = this.#withHelpers(unit);
      // A test that was there before took nothing over by what a new builder holds.
      if (among) this.#supports.addTo(other);
      const itself = this.#words.get(unit) ?? other;
      const text = [...itself.keys()].filter((word) => word.startsWith('"')).join('\n');
      const values = [...words.keys()].filter(isValue);
      const shares = values.some((word) => other.has(word));
      if (shares && drawsFor(was, unit)) return true;
      const names = [...words.keys()].filter(
        (word) => !isValue(word) && !own.has(word) && !asking.test(word),
      );
      // How many there are may be counted in place of being written down.
      const counts = ['len', 'length', 'size'].some((word) => other.has(word) && !words.has(word));
      const heldBy = (word: string) =>
        other.has(word) ||
        (counts && /^\d$/.test(word) && values.length > 2) ||
        (word.length > 2 && values.length < 500 && holdsWhole(text, word.replaceAll('"', '')));
      const called = names.filter((word) => other.has(word)).length;
      // Without values of its own, one case of those that are gone through.
      if (values.length === 0 && ![...other.keys()].some((word) => goneThrough.test(word))) return false;
      return unit.assertions.length > 0 && values.every(heldBy) && called * 2 >= names.length;
    });
  }
}

/** How a test asks, and what for an error it asks: another test may ask in another way. */
const asking = /^(assert|expect|should|verify|require|raises|throws|rejects)|(Error|Exception)$|^class$/;

/** Whether a test with drawn inputs asks of the same calls what an example asked of them. */
function drawsFor(was: Unit, is: Unit): boolean {
  if (was.assertions.length === 0 || !isDrawn(is)) return false;
  return was.assertions.every((one) => is.assertions.some((other) => asksTheSame(one, other)));
}

/** Whether a text holds another as a word of its own, and not as a part of a longer one. */
function holdsWhole(text: string, part: string): boolean {
  if (part === '') return true;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1))
    if (!/\w/.test(text[at - 1] ?? '') && !/\w/.test(text[at + part.length] ?? '')) return true;
  return false;
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

/** What makes two assertions the same. */
export function assertionKey({
  form,
  subject,
  expected,
  tolerance,
  bound,
  guarded,
}: Unit['assertions'][number]): string {
  return `${form}|${subject}|${expected}|${tolerance ?? ''}|${bound?.value ?? ''}${guarded ? '|if' : ''}`;
}

function overlap(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): [number, number, number] {
  let common = 0;
  for (const [word, count] of a) common += Math.min(count, b.get(word) ?? 0);
  const size = (words: ReadonlyMap<string, number>) =>
    [...words.values()].reduce((sum, count) => sum + count, 0);
  return [common, size(a), size(b)];
}
