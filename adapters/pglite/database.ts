/** A PGlite instance as a `Database`: one session, so transactions come one after the other and a query outside waits. */
import { Mutex, PGlite, types } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type { Database, Sql } from '#adapters/postgres/client.ts';
import { scoped } from '#adapters/postgres/scope.ts';
import { wireParsers } from '#adapters/postgres/wire-types.ts';
import { Session } from './session.ts';

/** Where an instance has its files (null: in memory) and what it begins with. */
export interface PgliteOptions {
  readonly folder: string | null;
  /** A dump of a data folder to begin with; without one (and without files in the folder) `initdb` runs, 3–6 s. */
  readonly dump?: Blob;
}

/**
 * PGlite takes 160 MB for its buffers, on a machine that also runs sandboxes. Our hot rows fit 32 MB many times over,
 * and what does not fit is in the cache of the operating system.
 */
const sharedBuffers = 'shared_buffers=32MB';

/** The arrays that our statements use: object ids of the element's type and of the array's, the same in every Postgres. */
const arrayTypes = [
  [types.TEXT, 1009],
  [types.INT4, 1007],
] as const;

/** PGlite asks the catalog for all array types as it starts, which is a quarter of its start. */
class Embedded extends PGlite {
  override async _initArrayTypes(): Promise<void> {
    for (const [element, array] of arrayTypes) {
      const parser = types.parsers[element] ?? String;
      this.serializers[array] = (items) => types.arraySerializer(items, this.serializers[element], array);
      this.parsers[array] = (text) => types.arrayParser(text, parser, array);
    }
  }
}

/** Starts an instance with pgvector at hand. */
export async function startPglite({ folder, dump }: PgliteOptions): Promise<PGlite> {
  const pglite = new Embedded({
    ...(folder === null ? {} : { dataDir: folder }),
    ...(dump === undefined ? {} : { loadDataDir: dump }),
    extensions: { vector },
    startParams: [...PGlite.defaultStartParams, '-c', sharedBuffers],
    parsers: { ...wireParsers },
  });
  await pglite.waitReady;
  return pglite;
}

/** The instance as a database. */
export function pgliteDatabase(pglite: PGlite): Database {
  const turn = new Mutex();
  const session = new Session(pglite);
  return scoped({
    query: (text, params) => turn.runExclusive(() => run(session, text, params)),
    transaction: (fn) => turn.runExclusive(() => committed(session, fn)),
    close: () => turn.runExclusive(() => pglite.close()),
  });
}

/** Commits what `fn` does, or undoes it. What `fn` left behind and asks for later is refused: it would be in no transaction. */
async function committed<T>(session: Session, fn: (sql: Sql) => Promise<T>): Promise<T> {
  let over = false;
  const sql: Sql = {
    query: async (text, params) => {
      if (over) throw new Error('This transaction is over.');
      return await run(session, text, params);
    },
  };
  const end = async (command: 'commit' | 'rollback') => {
    over = true;
    await session.exec(command);
  };
  await session.exec('begin');
  try {
    const result = await fn(sql);
    await end('commit');
    return result;
  } catch (error) {
    await end('rollback');
    throw error;
  }
}

async function run(
  session: Session,
  text: string,
  params: readonly unknown[] = [],
): ReturnType<Sql['query']> {
  return { rows: params.length > 0 ? await session.query(text, params) : await session.exec(text) };
}
