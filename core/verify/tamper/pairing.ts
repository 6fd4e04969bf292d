/**
 * Which test of before is which test of after: by name in the same file, by name anywhere, by what its body says, and at
 * last by whether another test took its inputs over (a table, a merged test).
 */
import type { Change, Source, Unit } from './change.ts';
import { around, Contents, textOf } from './contents.ts';
import { isAboutError } from './rules/carried.ts';
import { strength } from './source/source.ts';
import { Supports } from './supports.ts';
import { TakingOver } from './taking-over.ts';
import { asking, isValue, wordsOf } from './words.ts';

/** Tests of before that became one test of after. */
export interface Pairing {
  readonly pairs: readonly { readonly was: readonly Unit[]; readonly is: Unit }[];
  readonly removed: readonly Unit[];
}

/** Pairs the tests of a change. */
export function pairTests(change: Change): Pairing {
  const { units, sources } = change;
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
  const places = namesakes([...units.before, ...units.after]);
  for (const key of [places.text, places.group, placeAndName, nameOnly, renumbered, withoutKind])
    open.was = byKey(open.was, open.is, key, take);
  const contents = new Contents(all);
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
  const taking = new TakingOver(contents, new Supports(sources.after), taken, change);
  const removed = open.was.filter((was) => {
    if (taking.isRepeated(was)) return false;
    const is = taking.covering(was, fresh) ?? taking.covering(was) ?? taking.together(was, fresh);
    if (is) take(was, is);
    return is === undefined;
  });
  return { pairs: [...taken].map(([is, was]) => ({ is, was })), removed };
}

/** Of more tests with one name in one file nobody tells which is which. */
const mostNamesakes = 100;

/** Keys for tests whose file has more than one of their name: by what they say, and by the group that they stand in. */
function namesakes(units: readonly Unit[]) {
  const count = new Map<string, number>();
  const keyOf = (unit: Unit) => `${unit.source.side}\n${placeAndName(unit)}`;
  for (const unit of units) count.set(keyOf(unit), (count.get(keyOf(unit)) ?? 0) + 1);
  const several = new Set<string>();
  for (const unit of units) {
    const all = count.get(keyOf(unit)) ?? 0;
    if (all > 1 && all < mostNamesakes) several.add(placeAndName(unit));
  }
  const group = (unit: Unit) =>
    several.has(placeAndName(unit)) ? `${placeAndName(unit)}\n${around(unit)}` : undefined;
  const text = (unit: Unit) =>
    several.has(placeAndName(unit)) ? `${group(unit)}\n${textOf(unit).join(' ')}` : undefined;
  return { group, text };
}

const placeAndName = ({ source, name }: Unit) => `${source.path}\n${name}`;
const nameOnly = ({ name }: Unit) => name;
/** `NoClose3` and `NoClose03` are one place of a list that grew past nine, `parsesUtf8` and `parsesUTF8` one name. */
const renumbered = ({ source, name }: Unit) =>
  `${source.path}\n${name.replace(/(?<![\d.])0+(?=\d)/g, '').toLowerCase()}`;
/** Go: what a test printed and compared, an example may print. */
const withoutKind = ({ source, name }: Unit) =>
  `${source.path}\n${source.path.endsWith('.go') ? name.replace(/^(Test|Example)_?(?=.)/, '') : name}`;

/** Pairs in order where a key stands more than once, leaves alone those without; returns who stays alone. */
function byKey(
  was: readonly Unit[],
  is: ReadonlySet<Unit>,
  key: (unit: Unit) => string | undefined,
  take: (was: Unit, is: Unit) => void,
): Unit[] {
  const queues = new Map<string, Unit[]>();
  for (const unit of is) {
    const name = key(unit);
    const queue = queues.get(name ?? '');
    if (queue) queue.push(unit);
    else if (name !== undefined) queues.set(name, [unit]);
  }
  for (const queue of queues.values()) queue.reverse();
  return was.filter((unit) => {
    const found = queues.get(key(unit) ?? '')?.pop();
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

/** What stands outside of tests, by file: hooks and helpers. A file that is gone has lost its tests, which is told apart. */
export function outsidePairs({ units }: Change): { was: Unit[]; is: Unit }[] {
  const after = new Map(units.after.filter(({ test }) => !test).map((unit) => [unit.source.path, unit]));
  return units.before.flatMap((was) => {
    const is = was.test || was.source.same ? undefined : after.get(was.source.path);
    return is ? [{ was: [was], is }] : [];
  });
}
