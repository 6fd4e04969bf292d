/** A PGlite instance as a `Database`: one session, so transactions come one after the other and a query outside waits. */
import { Mutex, PGlite } from '@electric-sql/pglite';
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

/** Starts an instance with pgvector at hand. */
export async function startPglite({ folder, dump }: PgliteOptions): Promise<PGlite> {
  return await PGlite.create({
    ...(folder === null ? {} : { dataDir: folder }),
    ...(dump === undefined ? {} : { loadDataDir: dump }),
    extensions: { vector },
    startParams: [...PGlite.defaultStartParams, '-c', sharedBuffers],
    parsers: { ...wireParsers },
  });
}

/** The instance as a database. `closed` runs after it has closed. */
export function pgliteDatabase(pglite: PGlite, closed?: () => Promise<void>): Database {
  const turn = new Mutex();
  const session = new Session(pglite);
  const sql: Sql = {
    query: async (text, params = []) => ({
      rows: params.length > 0 ? await session.query(text, params) : await session.exec(text),
    }),
  };
  return scoped({
    query: (text, params) => turn.runExclusive(() => sql.query(text, params)),
    transaction: (fn) => turn.runExclusive(() => committed(session, () => fn(sql))),
    close: async () => {
      await turn.runExclusive(() => pglite.close());
      await closed?.();
    },
  });
}

async function committed<T>(session: Session, act: () => Promise<T>): Promise<T> {
  await session.exec('begin');
  try {
    const result = await act();
    await session.exec('commit');
    return result;
  } catch (error) {
    await session.exec('rollback');
    throw error;
  }
}
