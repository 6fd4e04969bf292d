/** A Postgres server as a `Database`, through a pool of connections. */
import pg from 'pg';
import type { Database, Sql } from './client.ts';
import { StoreUnavailable } from './errors.ts';
import { sqlState } from './retry.ts';
import { scoped } from './scope.ts';
import { storable, wireParsers } from './wire-types.ts';

/** How a pool behaves. */
export interface PoolOptions {
  /**
   * Most connections at once.
   * @default 10: one process has at most a few transactions at work at a time, and a small server allows 100
   */
  readonly connections?: number;
  /** A connection attempt that takes longer will not come about. @default 20 s: a sleeping Aurora takes up to 15 to wake */
  readonly connectMillis?: number;
  /** How long a connection is tried for again while the server cannot be reached. @default 0: the first failure is told */
  readonly patienceMillis?: number;
}

/** A server whose password is asked for at each connection, and whose certificate is checked against these authorities. */
export interface Server {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: () => Promise<string>;
  readonly ssl: { readonly ca: readonly string[]; readonly servername?: string } | false;
}

/** What keeps us from the server, by SQLSTATE or error of the network, in words. */
const unreachable: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'its socket is not there'],
  ['ECONNREFUSED', 'nothing listens at that address'],
  ['ECONNRESET', 'it cut the connection'],
  ['EPIPE', 'it cut the connection'],
  ['ENOTFOUND', 'there is no host of that name'],
  ['EAI_AGAIN', 'the name of the host could not be looked up'],
  ['ETIMEDOUT', 'it does not answer'],
  ['EHOSTUNREACH', 'there is no way to the host'],
  ['08001', 'it refused the connection'],
  ['08006', 'it cut the connection'],
  ['28000', 'it does not know the user'],
  ['28P01', 'the password is wrong'],
  ['3D000', 'it has no database of that name'],
  ['53300', 'it has too many connections'],
  ['57P01', 'it is being shut down'],
  ['57P02', 'it crashed'],
  ['57P03', 'it is starting'],
  ['57P05', 'it closed the session, which was idle'],
]);

/** What pg itself throws without a code. */
const cutOff =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Between two tries to reach a server that may be waking. */
const pauseMillis = 1000;

/** A connection that was idle for longer is asked whether it still stands: the server or a frozen process may have lost it. */
const trustMillis = 5000;

/** Opens a pool; connects when the first query comes. Queries throw `StoreUnavailable` when the server cannot be reached. */
export function openPool(server: string | Server, options: PoolOptions = {}): Database {
  const { connections = 10, connectMillis = 20_000, patienceMillis = 0 } = options;
  const pool = new pg.Pool({
    ...(typeof server === 'string' ? { connectionString: server } : addressOf(server)),
    max: connections,
    connectionTimeoutMillis: connectMillis,
    types: {
      getTypeParser: (oid, format) => wireParsers[oid] ?? pg.types.getTypeParser(oid, format),
    },
  });
  // An idle connection that broke: the pool has thrown it away already, and the next query gets a new one.
  pool.on('error', () => {});
  const used = new WeakMap<pg.PoolClient, number>();
  pool.on('release', (_error, client) => used.set(client, Date.now()));
  const connect = () => patiently(() => standing(pool, used), patienceMillis);
  return scoped({
    query: async (text, params) => {
      const client = await connect();
      try {
        const result = await run(client, text, params);
        client.release();
        return result;
      } catch (error) {
        // A statement that was refused leaves the connection whole; one that was cut off does not.
        client.release(error instanceof StoreUnavailable);
        throw error;
      }
    },
    transaction: async (fn) => inTransaction(await connect(), fn),
    close: () => pool.end(),
  });
}

function addressOf({ ssl, ...address }: Server): pg.PoolConfig {
  return { ...address, ssl: ssl && { ...ssl, ca: [...ssl.ca], rejectUnauthorized: true } };
}

/** A connection that stands: one that was idle for a while is tried first, so that no statement meets a dead one. */
async function standing(pool: pg.Pool, used: WeakMap<pg.PoolClient, number>): Promise<pg.PoolClient> {
  for (;;) {
    const client = await reaching(() => pool.connect());
    const since = used.get(client);
    if (since === undefined || Date.now() - since < trustMillis) return client;
    try {
      await run(client, 'select 1');
      return client;
    } catch (error) {
      client.release(true);
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
}

/** Tries again while the server cannot be reached, until the patience is over. */
async function patiently<T>(act: () => Promise<T>, patienceMillis: number): Promise<T> {
  const until = Date.now() + patienceMillis;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || Date.now() + pauseMillis > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMillis));
    }
  }
}

async function inTransaction<T>(client: pg.PoolClient, fn: (tx: Sql) => Promise<T>): Promise<T> {
  // Without a listener a connection that breaks between two queries would end the process; the next query tells of it.
  const ignore = (): void => {};
  client.on('error', ignore);
  // One after another, also where they were asked for at once: a connection takes one statement at a time.
  let last: Promise<unknown> = Promise.resolve();
  const sql: Sql = {
    query: (text, params) => {
      const next = last.then(() => run(client, text, params));
      last = next.catch(ignore);
      return next;
    },
  };
  let broken = false;
  try {
    await sql.query('begin');
    const result = await fn(sql);
    await sql.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot roll back is thrown away; the server rolls back what it leaves.
    broken = await sql.query('rollback').then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

/** The part of a pool and of its clients that a query needs. */
interface Session {
  query(text: string, params: unknown[]): Promise<pg.QueryResult | pg.QueryResult[]>;
}

async function run(
  session: Session,
  text: string,
  params: readonly unknown[] = [],
): ReturnType<Sql['query']> {
  const result = await reaching(() => session.query(text, storable(params)));
  const last = Array.isArray(result) ? result.at(-1) : result;
  return { rows: last?.rows ?? [] };
}

async function reaching<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const why = whyUnreachable(error);
    if (why === null) throw error;
    throw new StoreUnavailable(`The database cannot be used: ${why}.`, { why }, { cause: error });
  }
}

function whyUnreachable(error: unknown): string | null {
  if (error instanceof AggregateError) return whyUnreachable(error.errors[0]);
  if (error instanceof Error && cutOff.test(error.message)) return 'it cut the connection or does not answer';
  return unreachable.get(sqlState(error) ?? '') ?? null;
}
