import { openPglite } from '#adapters/pglite/open.ts';
import type { Database } from '#adapters/postgres/client.ts';
import type { ExecutionRow } from '#adapters/postgres/queries/states/rows.ts';
import { createStates } from '#local/states/interpreter.ts';
import type { Json } from '#local/states/json.ts';
import { load } from '#local/states/load.ts';
import type { StateFunction, States } from '#local/states/ports.ts';
import { openTestStore, templateFile } from '#test/support/store.ts';
import { HandClock } from './clock.ts';

/** What the interpreter's tests stand on: a database, a clock that moves by hand, and a host that can be thrown away. */

/** With a folder: as a host opens its own. Without: in memory. */
export async function openDatabase(folder?: string): Promise<Database> {
  if (folder === undefined) return (await openTestStore()).database;
  return await openPglite({ folder, template: await templateFile() });
}

export async function wipe(db: Database): Promise<void> {
  const tables = ['tokens', 'transitions', 'threads', 'executions'];
  await db.query(tables.map((table) => `delete from states_${table}`).join(';'));
}

/** Only ends a test that would hang; a busy machine takes many times the seconds of an idle one. */
const hangMs = 100_000;

/**
 * Waits for something that other promises bring about. Most looks are queries to the very session that those need, so who
 * waits for long looks less often; not where the look itself moves things on.
 */
export async function until<T>(look: () => T | Promise<T>, longestPauseMs = 32): Promise<NonNullable<T>> {
  const end = Date.now() + hangMs;
  for (let pause = 1; Date.now() < end; pause = Math.min(2 * pause, longestPauseMs)) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Error('what the test waits for did not come');
}

export interface World {
  states: States;
  clock: HandClock;
  db: Database;
  ended: ExecutionRow[];
  logged: string[];
  /** Starts machine `main` as execution `x` (or another) and waits for its end. */
  run(input?: Json, name?: string): Promise<ExecutionRow>;
  end(name?: string): Promise<ExecutionRow>;
  /** Waits until a thread of the execution stands in a state (and phase). */
  at(state: string, name?: string): Promise<void>;
}

let tokens = 0;

export function world(
  db: Database,
  definitions: Record<string, unknown>,
  functions: Record<string, StateFunction> = {},
  given: { clock?: HandClock; random?: () => number } = {},
): World {
  const clock = given.clock ?? new HandClock();
  const ended: ExecutionRow[] = [];
  const logged: string[] = [];
  const machines = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, load(definition, name)]),
  );
  const states = createStates({
    db,
    functions,
    machines,
    clock,
    newToken: () => `token-${++tokens}`,
    random: given.random ?? (() => 0.5),
    log: (_level, message, data) => logged.push(`${message} ${JSON.stringify(data)}`),
    onEnd: (row) => ended.push(row),
  });
  const end = (name = 'x') => until(() => ended.find((row) => row.name === name));
  return {
    states,
    clock,
    db,
    ended,
    logged,
    end,
    run: async (input = {}, name = 'x') => {
      await states.start('main', name, input);
      return end(name);
    },
    at: async (state, name = 'x') => {
      await until(async () => {
        const rows = await db.query('select 1 from states_threads where execution = $1 and state = $2', [
          name,
          state,
        ]);
        return rows.rows.length > 0;
      });
    },
  };
}
