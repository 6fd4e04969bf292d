/**
 * Claiming ready tasks while a million are stored: the product's own statement, with priorities, dependencies, limits
 * and fairness, beside what graphile-worker and pg-boss do on the same server without them.
 *
 * Each worker claims one and puts it back at the end of the queue, again and again, so that the stock stays the same.
 * Only claims are timed; both statements count for the throughput. The server writes without fsync for all three.
 */
import { migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { openPool } from '#adapters/postgres/pool.ts';
import { startServer, type TestServer } from '../../adapters/postgres/server.ts';
import { type Bench, type Desk, quantile, rounded } from '../figure.ts';
import { graphileWorker, pgBoss } from './others.ts';
import { ourQueue, type Queue } from './ours.ts';

/** Tasks stored; each stock grows out of the one before. */
const stocks = [10_000, 100_000, 1_000_000];
const workersTried = [1, 4, 32];
/** A second and a half gives a thousand claims and more, and a 99th percentile of a dozen. */
const measuredMs = 1500;
const warmMs = 200;

interface Measured {
  readonly perSecond: number;
  readonly p99: number;
}

export const queue: Bench = {
  name: 'queue',
  summary: 'claims a second and their 99th percentile, beside graphile-worker and pg-boss',
  async run(desk) {
    const server = await startServer();
    try {
      const ours = await measureAll(desk, 'ours', await openOurs(server));
      const graphile = await measureAll(
        desk,
        'graphile-worker',
        await graphileWorker(await server.createDatabase()),
      );
      const boss = await measureAll(desk, 'pg-boss', await pgBoss(await server.createDatabase()));
      for (const [place, one] of ours.entries()) reportOne(desk, place, one, graphile[place], boss[place]);
      reportGrowth(desk, ours);
    } finally {
      await server.stop();
    }
  },
};

async function openOurs(server: TestServer): Promise<Queue> {
  // Workers, and one that seeds.
  const database = openPool(await server.createDatabase(), { connections: 34 });
  await migrate(
    database,
    (await readMigrations()).filter(({ name }) => name !== '0003_memory'),
  );
  return await ourQueue(database);
}

async function measureAll(desk: Desk, name: string, subject: Queue): Promise<Measured[]> {
  try {
    const all: Measured[] = [];
    let stored = 0;
    for (const stock of stocks) {
      const began = performance.now();
      await subject.store(stored, stock);
      stored = stock;
      desk.progress(`${name}: ${stock} stored after ${rounded((performance.now() - began) / 1000, 0)} s`);
      for (const workers of workersTried) {
        await work(subject, workers, warmMs);
        const one = await work(subject, workers, measuredMs);
        desk.progress(
          `${name}: ${workers} workers, ${rounded(one.perSecond, 0)}/s, p99 ${rounded(one.p99, 2)} ms`,
        );
        all.push(one);
      }
    }
    return all;
  } finally {
    await subject.close();
  }
}

async function work(subject: Queue, workers: number, forMs: number): Promise<Measured> {
  const times: number[] = [];
  const began = performance.now();
  const one = async () => {
    while (performance.now() - began < forMs) {
      const at = performance.now();
      const claimed = await subject.claim();
      times.push(performance.now() - at);
      if (claimed === null) throw new Error('Nothing could be claimed.');
      await subject.putBack(claimed);
    }
  };
  await Promise.all(Array.from({ length: workers }, one));
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: times.length / seconds, p99: quantile(times, 0.99) };
}

function reportOne(desk: Desk, place: number, ours: Measured, ...others: (Measured | undefined)[]): void {
  const stock = stocks[Math.floor(place / workersTried.length)];
  const where = `${stock} stored, ${workersTried[place % workersTried.length]} workers`;
  for (const [index, name] of ['graphile-worker', 'pg-boss'].entries()) {
    const other = others[index];
    if (!other) throw new Error(`${name} was not measured.`);
    desk.report({
      metric: `claims, ${where}`,
      value: rounded(ours.perSecond, 0),
      unit: '1/s',
      goal: `>= ${rounded(other.perSecond, 0)}`,
      against: { what: name, value: rounded(other.perSecond, 0) },
    });
    desk.report({
      metric: `claim p99, ${where}`,
      value: rounded(ours.p99, 2),
      unit: 'ms',
      against: { what: name, value: rounded(other.p99, 2) },
    });
  }
}

function reportGrowth(desk: Desk, ours: readonly Measured[]): void {
  for (const [index, workers] of workersTried.entries()) {
    const small = ours[index]?.p99 ?? Number.NaN;
    const large = ours[index + (stocks.length - 1) * workersTried.length]?.p99 ?? Number.NaN;
    desk.report({
      metric: `claim p99 at 1,000,000 / at 10,000, ${workers} workers`,
      value: rounded(large / small, 2),
      unit: 'ratio',
      goal: '<= 2',
    });
  }
}
