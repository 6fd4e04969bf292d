/**
 * Claiming ready tasks while up to a million are stored: the product's own statement, with priorities, dependencies,
 * limits, fairness and the event of each start, beside what graphile-worker and pg-boss do on the same server: with a
 * limit for each project as they know it, which is the goal, and without any, to be seen beside it.
 *
 * Claims alone are timed. Workers claim, each one task after another, until a window is over: so many claims that a
 * window never empties any of the queues and no claim is refused. Then what they claimed is put back at the end of its
 * queue, all at once and beside the clock, and the next window begins, until the windows together have lasted long
 * enough. So the claims meet as many at work as there are claims before them in the window, more than there are
 * workers. Before each measurement the tables are vacuumed; in between, what a claim leaves behind is in the way of
 * the next, with each of them. A claim takes from a worker's asking to its having a task.
 *
 * Each is measured in two manners, and compared in the same: a claim for each worker, as functions beside each other
 * claim, and one for all who wait, as the product claims within one process (functions/steps/claim.ts) and the others
 * with their batches. All are measured in turn, a few times, and each one's best counts: what else the machine does at
 * that moment is not the queue's. The server writes without fsync for all.
 */
import { availableParallelism, loadavg } from 'node:os';
import { startServer } from '../../adapters/postgres/server.ts';
import { type Bench, type Desk, quantile, rounded } from '../figure.ts';
import { graphileWorker, pgBoss } from './others.ts';
import { ourQueue } from './ours.ts';
import { claiming, label, type Manner, type Queue } from './subject.ts';

/** Tasks stored, each stock in a database of its own, and who claims. */
const plans = {
  short: { stocks: [10_000, 1_000_000], workers: [1, 8, 32] },
  full: { stocks: [10_000, 100_000, 1_000_000], workers: [1, 2, 4, 8, 16, 32] },
};
/** Workers of each, and one that puts in the stock. */
const connections = 34;
/** What is measured: ours first, then each other that has limits as it knows them, and as fast as it can be without. */
const makes = [
  (url: string) => ourQueue(url, connections),
  ...[true, false].flatMap((limits) =>
    [graphileWorker, pgBoss].map((open) => (url: string) => open(url, connections, limits)),
  ),
];
/** Claims of a window: four for each of the most workers, two of three that can be claimed of the least stock. */
const windowClaims = 128;
/** A second gives hundreds of claims and more, and so a 99th percentile of a few. */
const measuredMs = 1000;
const warmMs = 200;
const rounds = 3;

interface Measured {
  readonly perSecond: number;
  readonly p99: number;
}

/** One of them with so many stored. */
interface Stocked {
  readonly stock: number;
  readonly subject: Queue;
}

interface Cell {
  readonly stock: number;
  readonly workers: number;
  readonly of: ReadonlyMap<string, Measured>;
}

export const queue: Bench = {
  name: 'queue',
  summary: 'claims a second and their 99th percentile, beside graphile-worker and pg-boss',
  async run(desk) {
    const { stocks, workers } = desk.full ? plans.full : plans.short;
    // pg-boss has as many again for its own.
    const server = await startServer({ connections: 2 * makes.length * connections * stocks.length + 10 });
    const stores: Stocked[] = [];
    try {
      for (const stock of stocks) {
        const began = performance.now();
        for (const open of makes) {
          const subject = await open(await server.createDatabase());
          stores.push({ stock, subject });
          await subject.store(stock);
          await subject.vacuum();
        }
        desk.progress(`${stock} stored in each after ${rounded((performance.now() - began) / 1000, 0)} s`);
      }
      const cells: Cell[] = [];
      for (const count of workers) cells.push(...(await measureAll(desk, stores, count)));
      const others = stores.slice(1, makes.length).map(({ subject }) => subject);
      for (const cell of cells) reportCell(desk, cell, others);
      reportGrowth(desk, cells);
      desk.report({
        metric: `load of the machine over the last 5 minutes, ${availableParallelism()} cores`,
        value: rounded(loadavg()[1] ?? 0, 1),
        unit: 'processes',
      });
    } finally {
      await Promise.allSettled(stores.map(({ subject }) => subject.close()));
      await server.stop();
    }
  },
};

/** So many workers on every stock of every make; one of each in turn, so that a busy minute is busy for all. */
async function measureAll(desk: Desk, stores: readonly Stocked[], workers: number): Promise<Cell[]> {
  const cells = new Map(stores.map(({ stock }) => [stock, new Map<string, Measured>()]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { stock, subject } of stores) {
      for (const manner of manners(workers)) {
        const claim = claiming(subject, manner);
        await subject.vacuum();
        await work(subject, claim, workers, warmMs);
        const one = await work(subject, claim, workers, measuredMs);
        const name = label(subject.name, manner, workers);
        const before = cells.get(stock)?.get(name) ?? one;
        cells.get(stock)?.set(name, {
          perSecond: Math.max(before.perSecond, one.perSecond),
          p99: Math.min(before.p99, one.p99),
        });
        desk.progress(
          `${stock} stored, ${workers} workers, ${name}: ${rounded(one.perSecond, 0)}/s, p99 ${rounded(one.p99, 2)} ms`,
        );
      }
    }
  }
  return [...cells].map(([stock, of]) => ({ stock, workers, of }));
}

/** Alone there is no difference. */
const manners = (workers: number): readonly Manner[] => (workers === 1 ? ['each'] : ['each', 'together']);

/** Claims in windows; what was claimed is put back between them, which does not count. */
async function work(
  subject: Queue,
  claim: () => Promise<string>,
  workers: number,
  forMs: number,
): Promise<Measured> {
  const times: number[] = [];
  let measured = 0;
  while (measured < forMs) {
    const ids: string[] = [];
    let left = windowClaims;
    const began = performance.now();
    const one = async () => {
      while (left > 0 && measured + performance.now() - began < forMs) {
        left -= 1;
        const at = performance.now();
        ids.push(await claim());
        times.push(performance.now() - at);
      }
    };
    await Promise.all(Array.from({ length: workers }, one));
    measured += performance.now() - began;
    await subject.putBack(ids);
  }
  return { perSecond: (times.length / measured) * 1000, p99: quantile(times, 0.99) };
}

function measuredOf({ workers, of }: Cell, name: string, manner: Manner): Measured {
  const one = of.get(label(name, manner, workers));
  if (!one) throw new Error(`${name} was not measured.`);
  return one;
}

function reportCell(desk: Desk, cell: Cell, others: readonly Queue[]): void {
  for (const manner of manners(cell.workers)) {
    const where = `${cell.stock} stored, ${label(`${cell.workers} workers`, manner, cell.workers)}`;
    const { perSecond, p99 } = measuredOf(cell, 'ours', manner);
    for (const { name: what, limits } of others) {
      const other = measuredOf(cell, what, manner);
      const value = rounded(other.perSecond, 0);
      desk.report({
        metric: `claims, ${where}`,
        value: rounded(perSecond, 0),
        unit: '1/s',
        ...(limits ? { goal: `>= ${value}` } : {}),
        against: { what, value },
      });
      desk.report({
        metric: `claim p99, ${where}`,
        value: rounded(p99, 2),
        unit: 'ms',
        against: { what, value: rounded(other.p99, 2) },
      });
    }
  }
}

function reportGrowth(desk: Desk, cells: readonly Cell[]): void {
  const stocks = cells.map(({ stock }) => stock);
  const [least, most] = [Math.min(...stocks), Math.max(...stocks)];
  for (const small of cells.filter(({ stock }) => stock === least)) {
    const { workers } = small;
    const large = cells.find((cell) => cell.stock === most && cell.workers === workers);
    for (const manner of large ? manners(workers) : [])
      desk.report({
        metric: `claim p99 at ${most} / at ${least}, ${label(`${workers} workers`, manner, workers)}`,
        value: rounded(
          measuredOf(large ?? small, 'ours', manner).p99 / measuredOf(small, 'ours', manner).p99,
          2,
        ),
        unit: 'ratio',
        goal: '<= 2',
      });
  }
}
