import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#adapters/postgres/client.ts';
import type { Json } from '#local/states/json.ts';
import { openDatabase, until, wipe, world } from './host.ts';

/** The monitor machine, as its file has it, on the interpreter: its states one after the other. */
const definition: unknown = JSON.parse(
  readFileSync(new URL('../../../statemachines/monitor.asl.json', import.meta.url), 'utf8'),
);

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => wipe(db));

/** Runs it with looks that answer in turn, and moves the clock whenever it waits. */
async function watched(looks: readonly (boolean | Error)[]) {
  const calls: Json[] = [];
  const left = [...looks];
  const here = world(
    db,
    { main: definition },
    {
      reconcile: async (payload) => {
        calls.push(payload);
        const look = JSON.stringify(payload).includes('monitor.look') ? left.shift() : false;
        if (look instanceof Error) throw look;
        return { active: look ?? false };
      },
    },
  );
  await here.states.start('main', 'x', { execution: 'monitor-1' });
  const row = await until(async () => {
    if (here.clock.next !== null && here.clock.next <= 60_000) here.clock.go(here.clock.next);
    return here.ended.find(({ name }) => name === 'x');
  });
  const visits = (await here.states.history('x')).map(({ state, kind }) => `${state} ${kind}`);
  await here.states.close();
  return { row, visits, calls };
}

describe('the monitor machine', () => {
  it('looks every 30 s while there is something to look after, and ends with the last', async () => {
    const { row, visits, calls } = await watched([true, true, false]);
    expect(row.status).toBe('succeeded');
    const round = ['Look succeeded', 'Again succeeded', 'Rest succeeded'];
    expect(visits).toEqual([
      ...['Begin succeeded', ...round, ...round],
      ...['Look succeeded', 'Again succeeded', 'Done succeeded'],
    ]);
    expect(calls[0]).toMatchObject({ step: 'monitor.look', execution: 'monitor-1' });
  });

  it('records why it cannot look, and fails', async () => {
    class Broken extends Error {
      override readonly name = 'Broken';
    }
    const { row, visits, calls } = await watched([true, new Broken('no table')]);
    expect(row.status).toBe('failed');
    expect(visits.slice(-3)).toEqual(['Look caught', 'Fail succeeded', 'Failed failed']);
    expect(calls.at(-1)).toMatchObject({ step: 'monitor.fail', error: { Error: 'Broken' } });
  });
});
