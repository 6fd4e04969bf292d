/** Assertions that are new where they stand, and those that say nothing wherever they stand. */
import type { Change, Unit } from '../change.ts';
import type { Pairing } from '../pairing.ts';
import { type Assertion, assertionKey } from '../source/source.ts';
import { saysWhat } from './instead.ts';

/** How often each assertion stands in a test, hook or helper that did not have it before: where lost ones may have gone. */
export function newcomers({ units }: Change, pairs: Pairing['pairs']): Map<string, number> {
  const then = new Map(pairs.map(({ was, is }) => [is, keysOf(was)]));
  const count = new Map<string, number>();
  for (const unit of units.after) {
    const known = then.get(unit);
    // What a hook or a helper asks, it asks for all tests.
    for (const key of unit.assertions.map(assertionKey))
      if (!known?.has(key) && !unit.source.same)
        count.set(key, unit.test ? (count.get(key) ?? 0) + 1 : Number.POSITIVE_INFINITY);
  }
  return count;
}

/** What tests ask, by which one assertion is the same as another. */
export const keysOf = (units: readonly Unit[]) =>
  new Set(units.flatMap(({ assertions }) => assertions.map(assertionKey)));

/** Assertions of a test that cannot fail: a thing that is compared with itself. `given` is what its variables were given. */
export const hollowIn = (unit: Unit, given: ReadonlyMap<string, string>): Assertion[] =>
  unit.assertions.filter((one) => saysWhat(one, unit, given).form === 'trivial');

/** What a test asks now and did not before; what cannot fail is new where it could before. */
export function freshIn(
  is: Unit,
  hollow: ReadonlySet<Assertion>,
  then: ReadonlySet<string>,
  wasHollow: readonly Assertion[],
): Assertion[] {
  const idle = new Set(wasHollow.map(assertionKey));
  return is.assertions.filter((one) => {
    const key = assertionKey(one);
    return hollow.has(one) ? !idle.has(key) : !then.has(key);
  });
}
