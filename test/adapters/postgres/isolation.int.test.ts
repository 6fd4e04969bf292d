/** What only shows with connections that really run at the same time: on a server, with a pool. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { openPool } from '#adapters/postgres/pool.ts';
import { createStore } from '#adapters/postgres/store.ts';
import { BudgetExhausted, StaleAttempt, VersionConflict } from '#core/errors.ts';
import { decideRun, fence } from '#core/run/run.ts';
import type { Store, Tx } from '#core/store.ts';
import { anEvent, aPull, aStep, aStoredRoad, aTask, at, later } from './samples.ts';
import { startServer, type TestServer } from './server.ts';

const withoutMemory = async (): ReturnType<typeof readMigrations> =>
  (await readMigrations()).filter(({ name }) => name !== '0003_memory');
const now = (): string => new Date().toISOString();

let server: TestServer;
let database: Database;
let store: Store;
beforeAll(async () => {
  server = await startServer();
  database = openPool(await server.createDatabase(), { connections: 16 });
  await migrate(database, await withoutMemory());
  store = createStore(database, { clock: now });
});
afterAll(async () => {
  await store?.close();
  await server?.stop();
});

/** A point that a known number of transactions reach before any goes on. */
function meeting(parties: number): () => Promise<void> {
  let open: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  let arrived = 0;
  return async () => {
    arrived += 1;
    if (arrived === parties) open();
    await all;
  };
}

/** The names of the errors of those that failed, and how many did not. */
function tally(outcomes: readonly PromiseSettledResult<unknown>[]): { won: number; errors: string[] } {
  const reasons = outcomes.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  return {
    won: outcomes.length - reasons.length,
    errors: [...new Set(reasons.map((reason) => (reason instanceof Error ? reason.name : String(reason))))],
  };
}

const times = <T>(count: number, run: (index: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> =>
  Promise.allSettled(Array.from({ length: count }, (_, index) => run(index)));

describe('compare-and-set', () => {
  it('lets one of ten that read the same version win', async () => {
    const { ticket } = await aStoredRoad(store);
    const read = meeting(10);
    const outcomes = await times(10, (index) =>
      store.transaction(async (tx) => {
        const current = await tx.tickets.get(ticket.id);
        await read();
        if (current === null) throw new Error('the ticket is gone');
        await tx.tickets.update({ ...current, title: `writer ${index}` });
      }),
    );
    expect(tally(outcomes)).toEqual({ won: 1, errors: [VersionConflict.name] });
    expect((await store.view.tickets.get(ticket.id))?.version).toBe(1);
  });

  it('loses no update of those that read again after a conflict', async () => {
    const { run } = await aStoredRoad(store);
    const raise = async (): Promise<void> => {
      try {
        await store.transaction(async (tx) => {
          const current = await tx.runs.get(run.id);
          if (current !== null) await tx.runs.update({ ...current, turns: current.turns + 1 });
        });
      } catch (error) {
        if (!(error instanceof VersionConflict)) throw error;
        await raise();
      }
    };
    await Promise.all(Array.from({ length: 8 }, raise));
    expect(await store.view.runs.get(run.id)).toMatchObject({ turns: 8, version: 8 });
  });

  it('lets one of two answer a question, insert a task of a key, put an answer, open a pull request', async () => {
    const { ticket, run } = await aStoredRoad(store);
    const id = newId('question');
    const question = {
      id,
      runId: run.id,
      ticketId: ticket.id,
      text: '?',
      options: [],
      answer: null,
      askedAt: at,
    };
    await store.transaction((tx) => tx.notes.insertQuestion(question));
    const race = async (act: (tx: Tx, index: number) => Promise<unknown>): ReturnType<typeof times<void>> => {
      const start = meeting(2);
      return await times(2, (index) =>
        store.transaction(async (tx) => {
          await start();
          await act(tx, index);
        }),
      );
    };
    const one = { won: 1, errors: [VersionConflict.name] };
    expect(
      tally(await race((tx, index) => tx.notes.answerQuestion(id, { text: 'a', by: `${index}`, at }))),
    ).toEqual(one);
    expect(tally(await race((tx) => tx.tasks.insert(aTask(ticket.id, 'T1'))))).toEqual(one);
    expect(
      tally(await race((tx, index) => tx.answers.put('s', run.id, { digest: 'd', answer: index }, at))),
    ).toEqual(one);
    expect(tally(await race((tx) => tx.pulls.open(aPull(ticket.id))))).toEqual({ won: 2, errors: [] });
    expect((await store.view.pulls.list()).filter((pull) => pull.ticketId === ticket.id)).toHaveLength(1);
  });
});

describe('the ledger', () => {
  it('never reserves past the limit, however many ask at once', async () => {
    const { ticket, run } = await aStoredRoad(store);
    await store.transaction((tx) => tx.ledger.open(ticket.id, 100));
    const outcomes = await times(30, (index) =>
      store.transaction((tx) => tx.ledger.reserve(ticket.id, `${run.id}/${index}`, 9, run.id, at)),
    );
    expect(tally(outcomes)).toEqual({ won: 11, errors: [BudgetExhausted.name] });
    expect(await store.view.ledger.balance(ticket.id)).toEqual({ limit: 100, spent: 0, reserved: 99 });
  });

  it('reserves once for a key that many use at once', async () => {
    const { ticket, run } = await aStoredRoad(store);
    await store.transaction((tx) => tx.ledger.open(ticket.id, 100));
    await times(10, () =>
      store.transaction((tx) => tx.ledger.reserve(ticket.id, `${run.id}/1`, 9, run.id, at)),
    );
    expect((await store.view.ledger.balance(ticket.id)).reserved).toBe(9);
  });

  it('charges once for a key that many settle and release at once', async () => {
    const { ticket, run } = await aStoredRoad(store);
    const keys = Array.from({ length: 6 }, (_, index) => `${run.id}/${index}`);
    await store.transaction(async (tx) => {
      await tx.ledger.open(ticket.id, 1000);
      for (const key of keys) await tx.ledger.reserve(ticket.id, key, 10, run.id, at);
    });
    const outcomes = await times(24, (index) =>
      store.transaction(async (tx) => {
        const key = keys[index % keys.length] ?? '';
        if (index % 4 === 3) await tx.ledger.releaseRun(run.id, at);
        else await tx.ledger.settle(key, 7, at);
      }),
    );
    expect(tally(outcomes)).toEqual({ won: 24, errors: [] });
    expect(await store.view.ledger.balance(ticket.id)).toEqual({ limit: 1000, spent: 42, reserved: 0 });
  });
});

describe('the outbox', () => {
  it('gives cursors in the order of commits, so that a reader who follows them misses none', async () => {
    const { project, ticket } = await aStoredRoad(store);
    const seen: string[] = [];
    let after = await store.view.outbox.lastCursor();
    const follow = async (): Promise<void> => {
      const page = await store.view.outbox.list({ after });
      seen.push(...page.map(({ subject }) => subject));
      after = page.at(-1)?.cursor ?? after;
    };
    let writing = true;
    const writers = times(60, (index) =>
      store.transaction(async (tx) => {
        await tx.outbox.append([anEvent(project.id, ticket.id, `${index}`)]);
        // Reading writes what was appended, so that the transaction stays open behind its cursor for a while.
        await tx.outbox.lastCursor();
        await setTimeout(index % 7);
      }),
    ).finally(() => {
      writing = false;
    });
    while (writing) await follow();
    expect(tally(await writers).won).toBe(60);
    await follow();
    expect([...seen].sort()).toEqual(Array.from({ length: 60 }, (_, index) => `${index}`).sort());
  });

  it('holds a later writer off between append and commit, and nobody else', async () => {
    const { project, ticket, run } = await aStoredRoad(store);
    const order: string[] = [];
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const appended = meeting(2);
    const first = store
      .transaction(async (tx) => {
        await tx.outbox.append([anEvent(project.id, ticket.id, 'first')]);
        await tx.outbox.lastCursor();
        await appended();
        await released;
      })
      .then(() => order.push('first'));
    await appended();
    const second = store
      .transaction((tx) => tx.outbox.append([anEvent(project.id, ticket.id, 'second')]))
      .then(() => order.push('second'));
    await store.transaction((tx) => tx.journal.append(run.id, aStep(1))).then(() => order.push('other'));
    expect(order).toEqual(['other']);
    release();
    // Which of their answers is read first is the sockets' matter; the log below says who wrote first.
    await Promise.all([first, second]);
    const events = await store.view.outbox.list({ ticketId: ticket.id });
    expect(events.map(({ subject }) => subject)).toEqual(['first', 'second']);
  });
});

describe('fencing', () => {
  it('refuses a write of an attempt that was superseded between its read and its write', async () => {
    const { run } = await aStoredRoad(store);
    const [read, lost] = [meeting(2), meeting(2)];
    const late = store.transaction(async (tx) => {
      const current = await tx.runs.get(run.id);
      if (current === null) throw new Error('the run is gone');
      fence(current, 1);
      await read();
      await lost();
      await tx.journal.append(run.id, aStep(1, 'late'));
      await tx.runs.update(decideRun(current, { type: 'claim', leaseUntil: later }, at));
    });
    await read();
    await store.transaction((tx) => tx.runs.update(decideRun(run, { type: 'lose' }, at)));
    await lost();
    await expect(late).rejects.toThrow(VersionConflict);
    expect(await store.view.journal.last(run.id)).toBe(0);
    const current = await store.view.runs.get(run.id);
    expect(current?.attempt).toBe(2);
    expect(() => current && fence(current, 1)).toThrow(StaleAttempt);
  });
});

describe('a transaction', () => {
  it('that met a deadlock is run again, and both are written', async () => {
    const [one, two] = [await aStoredRoad(store), await aStoredRoad(store)];
    const locked = meeting(2);
    let runs = 0;
    const cross = (first: typeof one, second: typeof one): Promise<void> =>
      store.transaction(async (tx) => {
        runs += 1;
        await tx.ledger.open(first.ticket.id, 1);
        await locked();
        await tx.ledger.open(second.ticket.id, 1);
      });
    await Promise.all([cross(one, two), cross(two, one)]);
    expect(runs).toBe(3);
    expect((await store.view.ledger.balance(two.ticket.id)).limit).toBe(1);
  });
});

describe('migrations', () => {
  it('of two processes at once are applied once', async () => {
    const url = await server.createDatabase();
    const pools = [openPool(url), openPool(url), openPool(url)];
    const migrations = await withoutMemory();
    const applied = await Promise.all(pools.map((pool) => migrate(pool, migrations)));
    await Promise.all(pools.map((pool) => pool.close()));
    expect(applied.flat().sort()).toEqual(migrations.map(({ name }) => name));
  });
});
