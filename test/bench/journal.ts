/**
 * What it costs to append a step to a run's journal with its event: through the gateway, token check and JSON included,
 * and in the store alone.
 */
import { newId } from '#adapters/ids/ids.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { createStore } from '#adapters/postgres/store.ts';
import type { Store } from '#core/store.ts';
import { openScene, type Scene, start } from '../functions/gateway/scene.ts';
import { bareInserts, openOnDisk, rounds } from './database.ts';
import { type Bench, median, quantile, rounded } from './figure.ts';
import { inFolder } from './folder.ts';

export const journal: Bench = {
  name: 'journal',
  summary: 'one step appended to the journal, with its event, on the database on disk',
  async run(desk) {
    await inFolder(async (folder) => {
      const database = await openOnDisk(folder);
      try {
        const figures = await measure(database);
        const against = {
          what: 'one insert in a transaction of its own, same database',
          value: rounded(median(figures.bare)),
        };
        const found = { unit: 'ms', against };
        const { gateway, store } = figures;
        desk.report({
          metric: 'append median, in the store',
          value: rounded(median(store)),
          goal: '<= 8',
          ...found,
        });
        desk.report({
          metric: 'append median, through the gateway',
          value: rounded(median(gateway)),
          goal: '<= 8',
          ...found,
        });
        desk.report({
          metric: 'append p95, through the gateway',
          value: rounded(quantile(gateway, 0.95)),
          ...found,
        });
      } finally {
        await database.close();
      }
    });
  },
};

async function measure(database: Database) {
  const bare = await bareInserts(database);
  const store = createStore(database, { clock: () => start });
  const scene = await openScene(store);
  const claimed = await scene.get('/v1/run');
  if (claimed.status !== 200) throw new Error(`The run could not be claimed: ${await claimed.text()}`);
  const seqs = Array.from({ length: rounds.warm + rounds.measured }, (_, at) => at + 1);
  const gateway = await timed(seqs, (seq) => throughGateway(scene, seq));
  const last = seqs.length;
  const plain = await timed(seqs, (seq) => intoStore(store, scene, last + seq));
  return { bare, gateway, store: plain };
}

/** A kilobyte: the size of a usual tool result. */
const body = { kind: 'user', content: [{ type: 'text', text: 'x'.repeat(1000) }] } as const;

async function throughGateway({ post }: Scene, seq: number): Promise<void> {
  const answer = await post('/v1/run/steps', { seq, body, steered: [] });
  if (answer.status >= 300) throw new Error(`Step ${seq} was refused: ${await answer.text()}`);
}

async function intoStore(store: Store, { run, ticket, project }: Scene, seq: number): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.journal.append(run.id, {
      seq,
      attempt: 1,
      body: { ...body, content: [...body.content] },
      at: start,
    });
    await tx.outbox.append([
      {
        id: newId('event'),
        type: 'run.stepped.v1',
        projectId: project.id,
        ticketId: ticket.id,
        subject: run.id,
        occurredAt: start,
        actor: `run:${run.id}`,
        correlationId: ticket.id,
        causationId: null,
        data: { runId: run.id, seq, kind: 'user' },
      },
    ]);
  });
}

async function timed(seqs: readonly number[], act: (seq: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (const seq of seqs) {
    const began = performance.now();
    await act(seq);
    times.push(performance.now() - began);
  }
  return times.slice(rounds.warm);
}
