/**
 * Hosts that die in the middle of a road, and the ones after them: each has an interpreter, a dispatcher and sandboxes of
 * its own over one database, as processes would. A death is hard: nothing of the host reaches the database any more, and
 * nobody in it hears of that.
 */
import type { Database } from '#adapters/postgres/client.ts';
import { createStore } from '#adapters/postgres/store.ts';
import { counting } from '#test/bench/kill/commits.ts';
import { type Options, openWorld, type Script } from './road.ts';

/** Right before or right after the `at`-th commit that counts, from the moment on in which it was armed. */
export interface Death {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/**
 * The interpreter's own commits and the marks of what was delivered do not count: a death after one commit that does and
 * one before the next are the two ends of all that lies between, and local/states has tests of its own for each of its.
 */
const inBetween = /^(?:(?:(?:update |delete from )?states_\w+|update events)(?:, |$))+$/;

class Dead extends Error {}

/** A database for a host that may die. */
function mortal(database: Database) {
  const never = new Promise<never>(() => {});
  let die: (place: string) => void = () => {};
  const death = new Promise<string>((resolve) => {
    die = resolve;
  });
  let due: Death | null = null;
  let counted = 0;
  let dead = false;
  const { wrap } = counting((_, wrote, when) => {
    if (dead || inBetween.test(wrote)) return;
    if (when === 'before') counted += 1;
    if (due === null || counted !== due.at || when !== due.when) return;
    dead = true;
    die(`${when} ${wrote}`);
  });
  const heard = <T>(answer: Promise<T>): Promise<T> =>
    answer.then(
      (value) => (dead ? never : value),
      (error: unknown) => {
        if (dead) return never;
        throw error;
      },
    );
  const dying = wrap({
    query: (text, params) => (dead ? never : database.query(text, params)),
    transaction: (fn) =>
      database.transaction(async (tx) => {
        if (dead) throw new Dead();
        const result = await fn(tx);
        if (dead) throw new Dead();
        return result;
      }),
    close: async () => {},
  });
  return {
    database: {
      query: (text, params) => heard(dying.query(text, params)),
      transaction: (fn) => heard(dying.transaction(fn)),
      close: async () => {},
    } satisfies Database,
    /** Where it died, once it has. */
    death,
    /** Commits since it was armed. */
    count: () => counted,
    /** Counts from now on, and dies when it is due. */
    arm: (next: Death | null) => {
      due = next;
      counted = 0;
    },
  };
}

/** A host over `database`, with the ticket of an earlier one where `options` names it. */
export async function live(database: Database, script: Script, options: Options) {
  const { database: own, ...mortality } = mortal(database);
  const store = createStore(own, { clock: () => new Date().toISOString() });
  const world = await openWorld({ store, database: own }, script, options);
  return {
    ...{ ...mortality, world },
    /** What is left of a host that died: its timers go, and nothing is waited for. */
    bury: () => {
      void world.dispatcher.stop();
      void world.states.close();
    },
  };
}

/** A host as `live` makes it. */
export type Life = Awaited<ReturnType<typeof live>>;
