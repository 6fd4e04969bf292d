/** A PGlite instance as a `Database`: one session, so transactions come one after the other and a query outside waits. */
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type { Database, Sql } from '#adapters/postgres/client.ts';
import { scoped } from '#adapters/postgres/scope.ts';
import { storable, wireParsers } from '#adapters/postgres/wire-types.ts';

/** What PGlite and its transactions have in common. */
interface Session {
  query(text: string, params: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  exec(text: string): Promise<{ rows: Record<string, unknown>[] }[]>;
}

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
  return scoped({
    query: (text, params) => run(pglite, text, params),
    transaction: (fn) => pglite.transaction((tx) => fn({ query: (text, params) => run(tx, text, params) })),
    close: async () => {
      await pglite.close();
      await closed?.();
    },
  });
}

async function run(
  session: Session,
  text: string,
  params: readonly unknown[] = [],
): ReturnType<Sql['query']> {
  if (params.length > 0) return await session.query(text, storable(params));
  const results = await session.exec(text);
  return { rows: results.at(-1)?.rows ?? [] };
}
