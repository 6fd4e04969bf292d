/** Assertions that are gone, or say less than before. What only moved, in a helper or another test, is still there. */
import { type Change, hasUnknownMember, quotesUnknown, type Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { outsidePairs, type Pairing } from '../pairing.ts';
import { type Assertion, assertionKey, isSize, strength } from '../source/source.ts';
import { givenIn, meant } from '../source/variables.ts';
import { addTable } from '../table.ts';
import { addArguments, isDrawn, wordsOf } from '../words.ts';
import { answersTheCall } from './answered.ts';
import {
  asksTheSame,
  comparesOwners,
  comparesTheWhole,
  isNearTogether,
  losesOrder,
  losesRest,
  tellsTheError,
  worksOut,
} from './carried.ts';
import { fewerTimes } from './fewer-times.ts';
import { failsWhereCaught } from './handlers.ts';
import {
  goesWithout,
  isSaidOtherwise,
  refusesOption,
  saysWhat,
  skipsInstead,
  spanOf,
  tookOver,
  withSubtests,
} from './instead.ts';
import {
  asksThePlatform,
  countsTheSame,
  holdsItsError,
  isFurtherOff,
  type Loosened,
  leavesOutNew,
  loosened,
  onlySaysOk,
  saysTheFlag,
} from './loosened.ts';
import { freshIn, hollowIn, keysOf, newcomers } from './newcomers.ts';
import { removedFrom, tell } from './told.ts';

/** Removed and weakened assertions, and bounds and tolerances that let more pass. */
export function assertionRules(change: Change, pairing: Pairing): Suspicion[] {
  return lessIn(change, [...pairing.pairs, ...outsidePairs(change)]);
}

/** Assertions that are gone or say less between these units; `all` are those whose past is known. */
export function lessIn(change: Change, pairs: Pairing['pairs'], all = pairs): Suspicion[] {
  const elsewhere = newcomers(change, all);
  const known = new Set(all.map(({ is }) => is));
  const fresh = change.units.after.filter((unit) => unit.test && !unit.source.same && !known.has(unit));
  return pairs.flatMap(({ was, is }) =>
    compare(was, withSubtests(is, fresh), elsewhere, change).filter(
      ({ kind, at }) =>
        kind !== 'removed-assertion' || !was.some((unit) => tookOver(unit, at.line, is, fresh)),
    ),
  );
}

interface Lost {
  readonly unit: Unit;
  readonly one: Assertion;
}

function compare(
  was: readonly Unit[],
  is: Unit,
  elsewhere: Map<string, number>,
  change: Change,
): Suspicion[] {
  const { unknown, sources } = change;
  if (refusesOption(was, is, unknown)) return [];
  const givenNow = givenTo(is);
  const hollow = new Set(hollowIn(is, givenNow));
  const now = new Set(is.assertions.filter((one) => !hollow.has(one)).map(assertionKey));
  const [then, fewer] = [keysOf(was), fewerTimes(was, is)];
  const givenBy = new Map(was.map((unit) => [unit, givenTo(unit)]));
  const given = (unit: Unit) => givenBy.get(unit) ?? new Map<string, string>();
  const lost = was
    .flatMap((unit): Lost[] => unit.assertions.map((one) => ({ unit, one })))
    .filter(
      ({ one, unit }) =>
        (!now.has(assertionKey(one)) || fewer.has(one)) &&
        !skipsInstead(one, was, is) &&
        saysWhat(one, unit, given(unit)).form !== 'trivial',
    );
  if (lost.length === 0) return [];
  const wasHollow = was.flatMap((unit) => hollowIn(unit, given(unit)));
  const fresh = new Fresh(is, freshIn(is, hollow, then, wasHollow));
  // What a test asked that was there before, it asks for those as well that were merged into it.
  const whole = was.length > 1 ? new Fresh(is, is.assertions) : undefined;
  // Whatever has an obvious successor goes first, so that it is not taken by another.
  const followed = new Set(
    lost
      .slice(0, comparable)
      .sort((a, b) => b.one.strength - a.one.strength)
      .filter(
        ({ one, unit }) =>
          fresh.takeSame(one, given(unit)) ||
          fresh.covers(one, given(unit), unit) ||
          fresh.takeAnswer(one, unit) ||
          goesWithout(one, is) ||
          (unit.name !== is.name && whole?.covers(one, given(unit), unit)),
      ),
  );
  const rest = lost.filter((one) => !followed.has(one));
  const shorter = is.assertions.length < was.reduce((sum, { assertions }) => sum + assertions.length, 0);
  return rest.flatMap(({ unit, one }, at): Suspicion[] => {
    if (at >= comparable && !shorter) return [];
    const found = at < comparable ? fresh.successor(one) : undefined;
    const weakened = found && fresh.loosened(one, found, given(unit));
    if (weakened && found && isExcused(one, found, given(unit), change, is)) return [];
    if (found) return weakened ? [tell(unit, one, is.source, found, weakened)] : [];
    const [key, there] = [assertionKey(one), elsewhere.get(assertionKey(one)) ?? 0];
    if (there > 0) {
      elsewhere.set(key, there - 1);
      return [];
    }
    if (
      isOfGone(one, unit, change) ||
      failsWhereCaught(one, unit, is) ||
      isSaidOtherwise(one, { was, is, given: given(unit), sources }) ||
      (at < comparable && (fresh.joins(one) || fresh.takeAny(one)))
    )
      return [];
    const nearlyNothing = at < comparable ? fresh.takeWeak(one) : undefined;
    return [
      nearlyNothing
        ? tell(unit, one, is.source, nearlyNothing, 'weakened-assertion')
        : removedFrom(unit, one, is),
    ];
  });
}

/** Whether what an assertion leaves out is new, or what it looked at was told by something that the product no longer has. */
const isExcused = (
  one: Assertion,
  other: Assertion,
  given: ReadonlyMap<string, string>,
  change: Change,
  { source }: Unit,
) =>
  leavesOutNew(other, change) ||
  asksThePlatform(one, other, source) ||
  quotesUnknown(meant(one.subject, given), change.unknown);

/** Whether an assertion names what the product no longer has. */
function isOfGone(one: Assertion, { source }: Unit, { gone, unknown }: Change): boolean {
  const said = `${one.subject} ${one.expected}`;
  return (
    said.split(/\W+/).some((word) => gone.has(word)) ||
    quotesUnknown(said, unknown) ||
    hasUnknownMember(source.code, one.from, one.to, unknown)
  );
}

const givenTo = ({ source, test }: Unit) => (test ? givenIn(source.code, test) : new Map<string, string>());

/** Comparing each with each is bounded: a test of thousands of assertions is data, and counted only. */
const comparable = 300;

/** The assertions of a test that were not there before. */
class Fresh {
  readonly #open: Set<Assertion>;
  readonly #names = new Map<Assertion, readonly string[]>();
  readonly #all: readonly Assertion[];
  readonly #values: ReadonlySet<string>;
  readonly #strings: string;
  readonly #table: boolean;
  readonly #property: boolean;
  readonly #given: ReadonlyMap<string, string>;
  readonly #said: string;
  readonly #typed: boolean;

  constructor(is: Unit, fresh: readonly Assertion[]) {
    this.#given = givenTo(is);
    this.#typed = /\.(go|rs|java)$/.test(is.source.path);
    this.#all = fresh.slice(0, comparable).map((one) => saysWhat(one, is, this.#given));
    this.#open = new Set(this.#all);
    this.#said = this.#all.map(({ expected }) => meant(expected, this.#given)).join('\n');
    for (const one of this.#all) this.#names.set(one, namesIn(one));
    const words = wordsOf(is);
    addArguments(words, is);
    addTable(words, is);
    this.#property = isDrawn(is);
    this.#values = new Set(words.keys());
    this.#strings = [...words.keys()]
      .filter((word) => word.startsWith('"'))
      .join('\n')
      .slice(0, 20_000);
    this.#table =
      /\b(each|for|forEach|parametrize|case|rstest|ParameterizedTest|TestFactory|dynamicTest|subTest|range)\b/.test(
        [...words.keys(), ...loops(is)].join(' '),
      );
  }

  /** The same subject or the same expected value, and no weaker. */
  takeSame(one: Assertion, given: ReadonlyMap<string, string>): boolean {
    const found = this.#find((other) => {
      const same =
        other.subject === one.subject ||
        (one.expected.length > 0 && other.expected === one.expected) ||
        this.#meansTheSame(one, other, given) ||
        (this.#typed && holdsItsError(one, other));
      return same && !onlySaysOk(one, other) && this.loosened(one, other, given) === undefined;
    });
    if (found) this.#open.delete(found);
    return found !== undefined;
  }

  /** One that says it for several: a helper, a deep comparison, a table that holds the values. */
  covers(one: Assertion, given: ReadonlyMap<string, string>, unit: Unit): boolean {
    return this.#all.some((other) => {
      if (losesOrder(one, other) || isFurtherOff(one, other) || this.#isLess(one, other, given)) return false;
      if (onlySaysOk(one, other)) return false;
      // Which input is refused stands beside the assertion, not in it.
      if (this.#table && one.form === 'error' && other.form === 'error' && other.strength >= one.strength)
        return this.#holdsInputs(unit);
      if (tellsTheError(one, other) || (this.#property && asksTheSame(one, other))) return true;
      if (this.#asksInTwo(one) || isNearTogether(one, other)) return true;
      if (comparesTheWhole(one, other, given, this.#given) || comparesOwners(one, other)) return true;
      if (other.strength < one.strength - 1 || other.form === 'trivial') return false;
      if (other.form === 'custom') return other.strength >= Math.min(one.strength, strength.close);
      const whole = meant(other.expected, this.#given);
      const within =
        /[{[(]/.test(whole) && whole.length > one.expected.length && whole.includes(one.expected);
      const owner = one.subject.startsWith(other.subject) || other.subject.includes(one.subject);
      if (other.strength >= one.strength && one.expected !== '' && within && owner) return true;
      return other.strength >= one.strength && this.#table && this.#holdsValues(one, given);
    });
  }

  /** How the second lets more pass, by itself or by what the variables of both tests were given. */
  loosened(one: Assertion, other: Assertion, given: ReadonlyMap<string, string>): Loosened | undefined {
    if (this.#typed && saysTheFlag(one, other)) return undefined;
    if (countsTheSame(one, other, given)) return undefined;
    return loosened(one, other) ?? (this.#isLess(one, other, given) ? 'weakened-assertion' : undefined);
  }

  /** Whether both look at what was made by the same words, whatever the variable is called that holds it. */
  #meansTheSame(one: Assertion, other: Assertion, given: ReadonlyMap<string, string>): boolean {
    if (one.form !== other.form || one.expected !== other.expected) return false;
    const means = meant(one.subject, given);
    return means !== one.subject && means === meant(other.subject, this.#given);
  }

  #isLess(one: Assertion, other: Assertion, given: ReadonlyMap<string, string>): boolean {
    if (losesRest(one, other, given, this.#given, this.#said)) return true;
    return !this.#property && worksOut(one, other, given, this.#given);
  }

  /** `toThrow(TypeError)` and `toThrow(/text/)` say together what `to.throw(TypeError, /text/)` said. */
  #asksInTwo({ form, expected }: Assertion): boolean {
    const comma = expected.indexOf(',');
    const [kind, text] = [expected.slice(0, comma), expected.slice(comma + 1)];
    if (form !== 'error' || kind === '' || text === '') return false;
    const errors = this.#all.filter((other) => other.form === 'error' && !other.guarded);
    return [kind, text].every((part) =>
      errors.some((other) => other.expected === `${part},` || other.expected === `,${part}`),
    );
  }

  #holdsInputs(unit: Unit): boolean {
    return [...wordsOf(unit).keys()].every((word) => !/^["\d]/.test(word) || this.#values.has(word));
  }

  #holdsValues({ subject, expected }: Assertion, given: ReadonlyMap<string, string>): boolean {
    const values = meant(`${subject} ${expected}`, given).match(/"[^"]*"|\b\d[\w.]*/g) ?? [];
    return (
      values.length > 0 &&
      values.every(
        (value) =>
          this.#values.has(value) ||
          this.#strings.includes(value.replaceAll('"', '')) ||
          // How many there are may be counted in place of being written down.
          (/^\d$/.test(value) && values.length > 1 && /\.(len|size)\(\)|\.length\b|\blen\(/.test(this.#said)),
      )
    );
  }

  /** The very value that a call gives now, which threw. */
  takeAnswer(one: Assertion, unit: Unit): boolean {
    const found = this.#find((other) => answersTheCall(one, unit, other, this.#typed));
    return found !== undefined && this.#open.delete(found);
  }

  /** What stands for it now: something of the same subject, then something as strong, then anything that shares a word. */
  successor(one: Assertion): Assertion | undefined {
    const words = new Set(namesIn(one));
    const shares = (other: Assertion) =>
      (this.#names.get(other)?.some((word) => words.has(word)) ?? false) && !onlySaysOk(one, other);
    const found =
      this.#find((other) => other.subject === one.subject) ??
      this.#find((other) => other.strength >= one.strength && shares(other)) ??
      this.#find(shares) ??
      this.#find(({ form }) => form === 'trivial');
    if (found) this.#open.delete(found);
    return found;
  }

  /** Whether it is compared along with others, which may be further off: that is told of one of them. */
  joins(one: Assertion): boolean {
    return this.#all.some((other) => isNearTogether(one, other));
  }

  /** Where everything is written anew, one that says something stands for one that said something; not a count for a text. */
  takeAny(one: Assertion): boolean {
    const isText = one.form === 'equal' && one.expected.startsWith('"');
    const found = this.#find(
      (other) => other.strength >= strength.part && !onlySaysOk(one, other) && !(isText && isSize(other)),
    );
    if (found) this.#open.delete(found);
    return found !== undefined;
  }

  /** One that is true of nearly anything, whatever it is about: it is there so that the test still asks something. */
  takeWeak(one: Assertion): Assertion | undefined {
    const isWeak = ({ form, strength: strong, subject }: Assertion) =>
      form === 'truth' && strong <= strength.some && subject !== 'fail';
    const found = this.#find((other) => isWeak(other) || onlySaysOk(one, other));
    if (found) this.#open.delete(found);
    return found;
  }

  #find(fits: (other: Assertion) => boolean): Assertion | undefined {
    for (const other of this.#open) if (fits(other)) return other;
    return undefined;
  }
}

const plain = new Set(['len', 'length', 'size', 'get', 'err', 'new', 'async', 'function', 'return']);

function namesIn({ subject, expected }: Assertion): string[] {
  return `${subject} ${expected}`
    .split(/[^\w$"]+/)
    .filter((word) => word.length > 0 && !plain.has(word) && word !== '"');
}

const loops = (unit: Unit): string[] =>
  spanOf(unit).flatMap(({ text }) => (/^(for|range)$/.test(text) ? [text] : []));
