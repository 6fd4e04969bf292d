/**
 * Claiming ready tasks while up to a million are stored: the product's own statement, with priorities, dependencies,
 * limits, fairness and the event of each start, beside what graphile-worker and pg-boss do on the same server without.
 *
 * Each worker claims one and puts it back at the end of the queue, again and again, so that the stock stays the same.
 * Both statements count for the throughput; a claim takes from a worker's asking to its having a task. The product
 * claims for all who wait at once (functions/steps/claim.ts); the others are measured with a claim for each worker, as
 * they come, and for all who wait, too, with their own batches. All are measured in turn, a few times, and each one's
 * best counts: what else the machine does at that moment is not the queue's. The server writes without fsync for all.
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
    const server = await startServer({ connections: 4 * connections * stocks.length + 10 });
    const stores: Stocked[] = [];
    try {
      for (const stock of stocks) {
        const began = performance.now();
        for (const open of [ourQueue, graphileWorker, pgBoss]) {
          const subject = await open(await server.createDatabase(), connections);
          stores.push({ stock, subject });
          await subject.store(stock);
        }
        desk.progress(`${stock} stored in each after ${rounded((performance.now() - began) / 1000, 0)} s`);
      }
      const cells: Cell[] = [];
      for (const count of workers) cells.push(...(await measureAll(desk, stores, count)));
      for (const cell of cells) reportCell(desk, cell);
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
      const manners: readonly Manner[] =
        subject.name === 'ours' || workers === 1 ? ['together'] : ['each', 'together'];
      for (const manner of manners) {
        const claim = claiming(subject, manner);
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

async function work(
  subject: Queue,
  claim: () => Promise<string>,
  workers: number,
  forMs: number,
): Promise<Measured> {
  const times: number[] = [];
  const began = performance.now();
  const one = async () => {
    while (performance.now() - began < forMs) {
      const at = performance.now();
      const id = await claim();
      times.push(performance.now() - at);
      await subject.putBack(id);
    }
  };
  await Promise.all(Array.from({ length: workers }, one));
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: times.length / seconds, p99: quantile(times, 0.99) };
}

function ours({ workers, of }: Cell): Measured {
  const one = of.get(label('ours', 'together', workers));
  if (!one) throw new Error('Ours was not measured.');
  return one;
}

function reportCell(desk: Desk, cell: Cell): void {
  const where = `${cell.stock} stored, ${cell.workers} workers`;
  const { perSecond, p99 } = ours(cell);
  for (const [what, other] of cell.of) {
    if (other === ours(cell)) continue;
    const value = rounded(other.perSecond, 0);
    desk.report({
      metric: `claims, ${where}`,
      value: rounded(perSecond, 0),
      unit: '1/s',
      goal: `>= ${value}`,
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

function reportGrowth(desk: Desk, cells: readonly Cell[]): void {
  const stocks = cells.map(({ stock }) => stock);
  const [least, most] = [Math.min(...stocks), Math.max(...stocks)];
  for (const small of cells.filter(({ stock }) => stock === least)) {
    const large = cells.find(({ stock, workers }) => stock === most && workers === small.workers);
    if (large)
      desk.report({
        metric: `claim p99 at ${most} / at ${least}, ${small.workers} workers`,
        value: rounded(ours(large).p99 / ours(small).p99, 2),
        unit: 'ratio',
        goal: '<= 2',
      });
  }
}
