/** Rules about ids: each names one thing, and goes on naming it in every later version. */
import type { Blocker, Finding } from '../evaluation.ts';
import { share } from '../evaluation.ts';
import { likeness } from './words.ts';

/** Something with an id, its words, and where it stands (JSON pointer). */
export interface Named {
  readonly id: string;
  readonly text: string;
  readonly at: string;
}

/** One blocker for each id that is used again. */
export function duplicates(items: readonly Named[], noun: string): Blocker[] {
  const seen = new Map<string, string>();
  return items.flatMap(({ id, at }): Blocker[] => {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, at);
    return first === undefined
      ? []
      : [{ code: 'duplicate-id', message: `${noun} ${id} stands at ${first} already`, at }];
  });
}

/** Under this share of common words two texts tell of different things; the words of any two EARS sentences reach it rarely. */
const WHOLESALE = 0.15;

/** Ids of the last version that now stand for something else, or whose words moved to another id. */
export function unstable(before: readonly Named[], after: readonly Named[], weight: number): Finding[] {
  const texts = new Map(after.map(({ id, text }) => [id, text]));
  const owners = new Map(after.map(({ id, text }) => [text, id]));
  const bad = before.flatMap(({ id, text }) => {
    const now = texts.get(id);
    const moved = owners.get(text);
    if (now === text) return [];
    if (moved !== undefined && moved !== id) return [`${id} is now ${moved}`];
    return now !== undefined && likeness(text, now) < WHOLESALE ? [`${id} now says something else`] : [];
  });
  return share(
    bad,
    before.length,
    'id-reused',
    weight,
    'Keep the ids of the last version and give new things new ids',
  );
}
