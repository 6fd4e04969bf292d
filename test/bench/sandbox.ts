/**
 * How soon a sandbox works: from the commit that asks for it to the first call of the model that comes out of it,
 * through outbox, launch, brief, checkout and opening message. Measured on the sandboxes of the demo: its phases need no
 * setup, its builders find the one that the baseline kept.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Database, Sql } from '#adapters/postgres/client.ts';
import type { ModelUpstream } from '#core/agent/upstream.ts';
import { materialiseSample, sampleCassette, sampleTicket } from '#local/sample/materialise.ts';
import { type Bench, median, rounded } from './figure.ts';
import { built, distDir, inFolder } from './folder.ts';
import { drive } from './road/drive.ts';
import { openBenchHost } from './road/host.ts';

export const sandbox: Bench = {
  name: 'sandbox',
  summary: 'a sandbox from its request to its first model call, without and with setup',
  async run(desk) {
    await built();
    const bare = await bareNode();
    const found = await inFolder((folder) => readiness(folder));
    const against = { what: 'starting and ending a bare Node', value: rounded(bare, 0) };
    const figure = (metric: string, times: readonly number[], goal: string) =>
      desk.report({
        metric: `${metric}, median of ${times.length}`,
        value: rounded(median(times), 0),
        unit: 'ms',
        goal,
        against,
      });
    figure('to the first model call, no setup', found.plain, '<= 700');
    figure('to the first model call, setup from the cache', found.cached, '<= 2000');
  },
};

interface Readiness {
  readonly plain: number[];
  readonly cached: number[];
}

async function readiness(folder: string): Promise<Readiness> {
  const repo = join(folder, 'shelf');
  await materialiseSample(repo, distDir);
  const asked = new Map<string, number>();
  const times: Readiness = { plain: [], cached: [] };
  const watched = (upstream: ModelUpstream): ModelUpstream => ({
    ...upstream,
    send: (request) => {
      const { runId, role } = request.context;
      const since = asked.get(runId);
      asked.delete(runId);
      if (since !== undefined) times[role === 'builder' ? 'cached' : 'plain'].push(performance.now() - since);
      return upstream.send(request);
    },
  });
  const host = await openBenchHost({
    dataDir: join(folder, 'data'),
    cassette: sampleCassette,
    upstream: watched,
    database: (database) => noting(database, (runId) => asked.set(runId, performance.now())),
  });
  try {
    const ticket = await drive(host.url, { repo, ...(await sampleTicket()) });
    if (ticket?.status !== 'completed')
      throw new Error(`The demo ended as ${ticket?.status}: ${ticket?.reason}`);
    return times;
  } finally {
    await host.close();
  }
}

const Requested = z.object({ runId: z.string() });
/** The lists that an append of events has as parameters: ids, types … and data, the tenth. */
const Appended = z.tuple([z.unknown(), z.array(z.string())]).rest(z.unknown());

/** The database, telling of each run that was requested once that is committed. */
function noting(database: Database, requested: (runId: string) => void): Database {
  return {
    ...database,
    transaction: async (fn) => {
      const runs: string[] = [];
      const result = await database.transaction((tx) => fn(listening(tx, runs)));
      for (const runId of runs) requested(runId);
      return result;
    },
  };
}

function listening(tx: Sql, runs: string[]): Sql {
  return {
    query: (text, params) => {
      const appended = /insert\s+into\s+events\b/i.test(text) ? Appended.parse(params) : undefined;
      const data = z.array(z.string()).parse(appended?.[9] ?? []);
      for (const [index, type] of (appended?.[1] ?? []).entries())
        if (type === 'run.requested.v1') runs.push(Requested.parse(JSON.parse(data[index] ?? '')).runId);
      return tx.query(text, params);
    },
  };
}

async function bareNode(): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < 5; time += 1) {
    const began = performance.now();
    await promisify(execFile)(process.execPath, ['--eval', '0']);
    times.push(performance.now() - began);
  }
  return median(times);
}
