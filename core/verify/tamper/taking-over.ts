/**
 * Whether another test took over what a removed one looked at. A test that is new may have taken anything over. One that was
 * there before asks what it asked before, and only what the change added to it can stand for what is gone: its new
 * assertions, each for one, or the inputs that it gained.
 */
import type { Change, Unit } from './change.ts';
import { around, bodyOf, type Contents, textOf } from './contents.ts';
import { askedBy, Gains, wordsWithHelpers } from './gains.ts';
import { gather } from './lex/token.ts';
import { asksTheSame, general, isAboutError } from './rules/carried.ts';
import { valuesOf } from './rules/values.ts';
import { bodyLimit } from './source/source.ts';
import { givenIn } from './source/variables.ts';
import { addWords, type Supports } from './supports.ts';
import { tableOf } from './table.ts';
import { asking, isDrawn, isEveryday, isValue, wordsOf } from './words.ts';

/** By which a test is run for each of many. */
const goneThrough =
  /^(EnumSource|MethodSource|ValueSource|each|forEach|parametrize|given|forAll|property|values)$/;

/** Who took over what is gone. */
export class TakingOver {
  readonly #contents: Contents;
  readonly #supports: Supports;
  readonly #gains: Gains;
  readonly #gone: ReadonlySet<string>;

  /** `past` tells which test of before a test is: it holds nothing for those that are new. */
  constructor(
    contents: Contents,
    supports: Supports,
    past: ReadonlyMap<Unit, readonly Unit[]>,
    { gone }: Change,
  ) {
    this.#contents = contents;
    this.#supports = supports;
    this.#gains = new Gains(past);
    this.#gone = gone;
  }

  /** Of several new tests that hold all its inputs and expectations together, and call what it called, the one with most. */
  together(was: Unit, among: ReadonlySet<Unit>): Unit | undefined {
    const words = wordsOf(was);
    const values = [...words.keys()].filter(isValue);
    const called = was.assertions.flatMap(({ subject }) => subject.match(/\w+(?=\()/g) ?? []);
    if (values.length < 2) return undefined;
    const held = [...among]
      .filter((unit) => unit.assertions.length > 0 && unit.source.path === was.source.path)
      .map((unit) => ({ unit, other: this.#contents.wordsOf(unit) }))
      .filter(({ other }) => called.some((name) => other.has(name)));
    if (!values.every((word) => held.some(({ other }) => other.has(word)))) return undefined;
    const share = (other: ReadonlyMap<string, number>) => values.filter((word) => other.has(word)).length;
    return held.sort((a, b) => share(b.other) - share(a.other))[0]?.unit;
  }

  /** Whether a test stays that does just what a removed one did, or that and more after it: one of the two was too many. */
  isRepeated(was: Unit): boolean {
    const unit = this.#contents
      .candidates(wordsOf(was))
      .find((one) => this.#repeats(was, one) || this.#goesOn(was, one));
    // What came with the change stands for no other.
    if (unit) this.#gains.spend(unit, was);
    return unit !== undefined;
  }

  /** The test that looks at what a removed one looked at. */
  covering(was: Unit, among?: ReadonlySet<Unit>): Unit | undefined {
    return this.#contents
      .candidates(wordsOf(was), among)
      .filter((unit) => !(this.#holdsBody(was, unit) && this.#isDead(was, unit)))
      .find((unit) => this.#hasRow(was, unit) || this.#asksAll(was, unit) || this.#holds(was, unit));
  }

  #repeats(was: Unit, unit: Unit): boolean {
    // A test that moved may stand for all that were alike: a contract that several classes share.
    const moved = this.#gains.pastOf(unit).some(({ source }) => source.path !== unit.source.path);
    if (!moved && (was.source.path !== unit.source.path || around(was) !== around(unit))) return false;
    const [mine, theirs] = [textOf(was), textOf(unit)];
    return mine.length > 0 && mine.every((text, at) => text === theirs[at]);
  }

  /** A test that goes on with all that the removed one did, word for word, which it did not before. */
  #goesOn(was: Unit, unit: Unit): boolean {
    return this.#holdsBody(was, unit) && !this.#isDead(was, unit);
  }

  #holdsBody(was: Unit, unit: Unit): boolean {
    const said = bodyOf(was);
    if (said === '' || unit.source.same || !bodyOf(unit).includes(said)) return false;
    return !this.#gains.pastOf(unit).some((one) => bodyOf(one).includes(said));
  }

  /** What stands after a `return` is there, but asks nothing. */
  #isDead(was: Unit, unit: Unit): boolean {
    const asked = [was, ...this.#gains.pastOf(unit)].reduce(
      (sum, { assertions }) => sum + assertions.length,
      0,
    );
    return unit.assertions.length < asked;
  }

  /** A test with a table, or a list, that has the one case of the removed test in it. */
  #hasRow(was: Unit, unit: Unit): boolean {
    const asked = askedBy(was);
    const folder = ({ path }: Unit['source']) => path.slice(0, path.lastIndexOf('/') + 1);
    if (asked.length === 0 || folder(was.source) !== folder(unit.source)) return false;
    if (tableOf(was).length > 1 || unit.assertions.length < was.assertions.length) return false;
    const words = wordsOf(was);
    const values = [...words.keys()].filter(isValue);
    const other = this.#contents.wordsOf(unit);
    if (values.length === 0 || !callsOf(was).every((name) => this.#knows(name, other))) return false;
    const { code } = unit.source;
    return [...tableOf(unit), ...valuesOf(unit)].some(({ from, to }) => {
      const row = new Map<string, number>();
      addWords(row, code.tokens.slice(from, to + 1));
      return values.every((word) => row.has(word));
    });
  }

  /** A test that asks all that the removed one asked, of the same calls. */
  #asksAll(was: Unit, unit: Unit): boolean {
    // That there is an error says nothing of the input.
    if (!was.assertions.some(({ subject }) => subject !== 'error')) return false;
    const other = this.#wordsNow(unit);
    const open = this.#gains.assertionsOf(unit);
    const asked = askedBy(was);
    const used = new Set<number>();
    for (const one of asked) {
      const at = open.findIndex(
        ({ key, raw }, index) =>
          !used.has(index) &&
          (key === one.key || (raw === one.raw && one.calls.every((name) => this.#knows(name, other)))),
      );
      if (at < 0) return false;
      used.add(at);
    }
    // Where what is asked tells nothing of the inputs, they are looked at themselves.
    const values = [...wordsOf(was).keys()].filter(isValue);
    const told = asked.some(({ key }) => /["\d]/.test(key.replace(/^.*?\|/, '')));
    const held = values.filter((word) => other.has(word)).length;
    if (!told && held * 2 < values.length) return false;
    this.#gains.spendAssertions(unit, used);
    this.#gains.spendWords(unit, values);
    return true;
  }

  #knows(name: string, words: ReadonlyMap<string, number>): boolean {
    return words.has(name) || this.#gone.has(name);
  }

  #wordsNow(unit: Unit): Map<string, number> {
    const words = wordsWithHelpers(unit);
    // A test that was there before took nothing over by what a new builder holds.
    if (this.#gains.pastOf(unit).length === 0) this.#supports.addTo(words);
    return words;
  }

  /** A test with all its inputs and expectations, and most of what it calls. */
  #holds(was: Unit, unit: Unit): boolean {
    if (unit.assertions.length === 0) return false;
    const words = wordsOf(was);
    // What a test calls its own variables is nothing that another must know.
    const own = was.test ? givenIn(was.source.code, was.test) : new Map<string, string>();
    const fails = was.assertions.some(({ form }) => form === 'error');
    if (fails && !unit.assertions.some(isAboutError)) return false;
    const other = this.#wordsNow(unit);
    const text = [...this.#contents.wordsOf(unit).keys()].filter((word) => word.startsWith('"')).join('\n');
    const values = [...words.keys()].filter(isValue);
    const past = this.#gains.pastOf(unit).length > 0;
    const shares = values.some((word) => other.has(word));
    if (shares && drawsFor(was, unit) && !this.#gains.pastOf(unit).some(isDrawn)) return true;
    const names = [...words.keys()].filter((word) => !isValue(word) && !own.has(word) && !asking.test(word));
    // How many there are may be counted in place of being written down.
    const counts = ['len', 'length', 'size'].some((word) => other.has(word) && !words.has(word));
    const heldBy = (word: string) =>
      other.has(word) ||
      (counts && /^\d$/.test(word) && values.length > 2) ||
      (word.length > 2 && values.length < 500 && holdsWhole(text, word.replaceAll('"', '')));
    const called = names.filter((word) => other.has(word)).length;
    // Without values of its own, one case of those that are gone through.
    if (values.length === 0 && ![...other.keys()].some((word) => goneThrough.test(word))) return false;
    if (!values.every(heldBy) || called * 2 < names.length) return false;
    return !past || this.#gained(was, unit, other, values, names);
  }

  /** Whether a test that was there before gained the inputs of the removed one, and calls what that called. */
  #gained(
    was: Unit,
    unit: Unit,
    other: ReadonlyMap<string, number>,
    values: readonly string[],
    names: readonly string[],
  ): boolean {
    const asked = askedBy(was);
    const calls = [...callsOf(was), ...asked.flatMap((one) => one.calls)];
    if (!calls.every((name) => this.#knows(name, other))) return false;
    const gain = this.#gains.wordsOf(unit);
    if (values.length === 0)
      return [...gain.keys()].some((word) => goneThrough.test(word) || names.includes(word));
    const told = new Set(asked.flatMap(({ key }) => key.match(/"[^"]*"|\b\d[\w.]*/g) ?? []));
    const ofTable = tableOf(was).length > 1;
    // What a test is prepared with may have been there before; what stands in its assertions tells it from others.
    const inAssertions = values.filter((word) => told.has(word));
    const own = inAssertions.length > 0 && !ofTable ? inAssertions : values;
    const gained = own.filter((word) => gain.has(word)).length;
    // Of a table more than one row is taken over.
    const enough = ofTable ? gained * 2 >= own.length : gained > 0;
    if (enough) this.#gains.spendWords(unit, own);
    return enough;
  }
}

/** What a test calls, but for what it asks by. */
function callsOf({ source: { code }, test, name }: Unit): string[] {
  if (test === undefined || test.body < 0) return [];
  return gather(
    code.tokens.slice(test.body, Math.min(test.to, test.from + bodyLimit)),
    ({ kind, text }, index) => {
      const isCall = kind === 'word' && code.tokens[test.body + index + 1]?.text === '(';
      return isCall && text !== name && !asking.test(text) && !general.test(text) && !isEveryday(text)
        ? [text]
        : [];
    },
  );
}

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
