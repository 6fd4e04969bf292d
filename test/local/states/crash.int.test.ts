import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Database } from '#adapters/postgres/client.ts';
import type { Json } from '#local/states/json.ts';
import { openDatabase, until, wipe, world } from './host.ts';
import { machine, nested, task, waiting } from './samples.ts';

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());

const key =
  '{% $states.context.Execution.Name & "/" & $states.context.State.Name & "/" & $states.context.State.EnteredTime %}';
const answer = '{% $states.result.Payload %}';

/** A bit of everything: nesting, branches, items, tokens, retries, catches, variables, a loop. */
const child = machine({
  Ask: waiting({ key }, { HeartbeatSeconds: 60, TimeoutSeconds: 600, Next: 'Done' }),
  Done: { Type: 'Succeed', Output: { said: '{% $states.input %}' } },
});
const main = machine({
  Begin: { Type: 'Pass', Assign: { round: 'first' }, Next: 'Flaky' },
  Flaky: task(
    { key, fails: '{% $states.context.State.RetryCount = 0 %}' },
    { Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1 }], Output: answer, Next: 'Fan' },
  ),
  Fan: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Nest', States: { Nest: nested({}, { Output: '{% $states.result.Output %}', End: true }) } },
      {
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            Items: ['a', 'b', 'c'],
            MaxConcurrency: 2,
            ItemProcessor: {
              StartAt: 'Item',
              States: {
                Item: task(
                  { key: '{% "item " & $states.input & " " & $round %}' },
                  { Output: answer, End: true },
                ),
              },
            },
            End: true,
          },
        },
      },
    ],
    Next: 'Again',
  },
  Again: {
    Type: 'Choice',
    Choices: [{ Condition: '{% $round = "first" %}', Assign: { round: 'second' }, Next: 'Pause' }],
    Default: 'Break',
  },
  Pause: { Type: 'Wait', Seconds: 5, Next: 'Fan' },
  Break: task({ key, breaks: true }, { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }], Next: 'End' }),
  End: { Type: 'Succeed', Output: { last: '{% $states.input.Error %}', round: '{% $round %}' } },
});

class Busy extends Error {}
class Dead extends Error {}

/** The world outside: it remembers effects by key, as every function of ours does, and answers tokens. */
function outside() {
  const effects = new Map<string, number>();
  const tokens = new Set<string>();
  const payloadOf = z.object({
    key: z.string(),
    fails: z.boolean().optional(),
    breaks: z.boolean().optional(),
    token: z.string().optional(),
  });
  const work = async (raw: Json) => {
    const payload = payloadOf.parse(raw);
    if (payload.fails) throw new Busy('again');
    if (payload.breaks) throw new TypeError('broken');
    if (payload.token) tokens.add(payload.token);
    effects.set(payload.key, (effects.get(payload.key) ?? 0) + 1);
    return 'done';
  };
  return { effects, tokens, work };
}

/** A database that dies at the nth commit, just before or just after it is made. */
function dying(
  nth: number,
  when: 'before' | 'after',
): { mortal: Database; count: () => number; dead: () => boolean } {
  let count = 0;
  let dead = false;
  const mortal: Database = {
    query: (text, params) => (dead ? Promise.reject(new Dead('dead')) : db.query(text, params)),
    close: () => Promise.resolve(),
    transaction: async (fn) => {
      count += 1;
      if (dead || (count === nth && when === 'before')) {
        dead = true;
        throw new Dead('dead');
      }
      const result = await db.transaction(fn);
      if (count === nth) {
        dead = true;
        throw new Dead('dead');
      }
      return result;
    },
  };
  return { mortal, count: () => count, dead: () => dead };
}

/** Moves the clock and answers tokens until the execution ends or the host dies. */
async function walk(here: ReturnType<typeof world>, tokens: Set<string>, dead: () => boolean): Promise<void> {
  await until(async () => {
    if (dead()) return true;
    const { rows } = await db.query(
      "select 1 from states_executions where name = 'x' and status <> 'running'",
    );
    if (rows.length > 0) return true;
    for (const token of tokens) {
      // A host that died while it was asked is what this test is about; an answer of another kind must not happen.
      await here.states.succeed(token, 'yes').catch((error: unknown) => {
        if (!dead()) throw error;
      });
    }
    if (here.clock.next !== null && here.clock.next <= 5000) here.clock.go(here.clock.next);
    return false;
  }, 1);
}

async function endState() {
  const rows = await db.query(
    `select status, output, error, machine from states_executions order by machine, output::text, started_at`,
  );
  const moves = await db.query(
    `select machine, thread, state, kind, count(*)::integer as n
     from states_transitions join states_executions on name = execution
     group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
  );
  const left = await db.query(
    `select (select count(*)::integer from states_threads) as threads,
            (select count(*)::integer from states_tokens where closed_at is null) as tokens`,
  );
  return { executions: rows.rows, moves: moves.rows, left: left.rows };
}

/** Runs to the end with a crash at the nth commit, and says how it ended. */
async function crashing(nth: number, when: 'before' | 'after') {
  await wipe(db);
  const { effects, tokens, work } = outside();
  const { mortal, count, dead } = dying(nth, when);
  const first = world(mortal, { main, child }, { work });
  await first.states.start('main', 'x', { id: 1 }).catch((error: unknown) => {
    if (!(error instanceof Dead)) throw error;
  });
  await walk(first, tokens, dead);
  await first.states.close();
  if (!dead()) return { commits: count(), effects, end: await endState() };
  first.clock.go(10);
  const second = world(db, { main, child }, { work }, { clock: first.clock });
  await second.states.recover();
  // Whoever asked for it asks again after a crash; it is the same execution.
  await second.states.start('main', 'x', { id: 1 });
  await walk(second, tokens, () => false);
  await second.states.close();
  return { commits: count(), effects, end: await endState() };
}

describe('a crash', () => {
  it('at any commit changes nothing of how it ends', async () => {
    const calm = await crashing(Number.POSITIVE_INFINITY, 'after');
    expect(calm.end.left).toEqual([{ threads: 0, tokens: 0 }]);
    expect(calm.end.executions.find((row) => row.machine === 'main')).toMatchObject({
      status: 'succeeded',
      output: { last: 'TypeError', round: 'second' },
    });
    expect([...calm.effects.values()].every((times) => times === 1)).toBe(true);
    expect(calm.commits).toBeGreaterThan(30);
    for (let nth = 1; nth <= calm.commits; nth++) {
      for (const when of ['before', 'after'] as const) {
        const { end, effects } = await crashing(nth, when);
        expect(end, `${when} commit ${nth}`).toEqual(calm.end);
        // The same effects by number: keys hold instants, so they differ; each was done, none twice under another key.
        expect(effects.size, `${when} commit ${nth}`).toBe(calm.effects.size);
      }
    }
  });

  it('of the database alone stalls the execution, which goes on when the database is back', async () => {
    await wipe(db);
    const { tokens, work } = outside();
    let broken = true;
    const flaky: Database = {
      ...db,
      transaction: (fn) =>
        broken && fails-- > 0 ? Promise.reject(new Error('disk full')) : db.transaction(fn),
    };
    let fails = 0;
    const here = world(flaky, { main, child }, { work });
    await here.states.start('main', 'x', {});
    fails = 3;
    await walk(here, tokens, () => false);
    broken = false;
    expect(here.logged.some((line) => line.includes('disk full'))).toBe(true);
    expect((await here.end()).status).toBe('succeeded');
    await here.states.close();
  });
});
