import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Database } from '#adapters/postgres/client.ts';
import { TaskTokenAnswered, TaskTokenClosed, UnknownTaskToken } from '#local/states/errors.ts';
import type { Json } from '#local/states/json.ts';
import { openDatabase, until, wipe, world } from './host.ts';
import { machine, waiting } from './samples.ts';

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => wipe(db));

/** A function that keeps the tokens it is given. */
function desk() {
  const tokens: string[] = [];
  const work = async (payload: Json) => {
    tokens.push(z.object({ token: z.string() }).parse(payload).token);
  };
  const token = (nth = 1) => until(() => tokens[nth - 1]);
  return { tokens, work, token };
}

const ask = (rest: Record<string, unknown> = {}) => ({
  main: machine({ A: waiting({}, { End: true, ...rest }) }),
});

describe('a task that waits for a token', () => {
  it('ends with the answer; the same answer again is harmless, another is refused', async () => {
    const { work, token } = desk();
    const here = world(db, ask(), { work });
    await here.states.start('main', 'x', {});
    const key = await token();
    expect(await here.states.succeed(key, { a: 1, b: 2 })).toBe('applied');
    expect((await here.end()).output).toEqual({ a: 1, b: 2 });
    expect(await here.states.succeed(key, { b: 2, a: 1 })).toBe('already');
    await expect(here.states.succeed(key, { a: 2 })).rejects.toThrow(TaskTokenAnswered);
    await expect(here.states.fail(key, 'E', 'c')).rejects.toThrow(TaskTokenAnswered);
    await expect(here.states.heartbeat(key)).rejects.toThrow(TaskTokenAnswered);
    await expect(here.states.succeed('guess', {})).rejects.toThrow(UnknownTaskToken);
    await expect(here.states.heartbeat('guess')).rejects.toThrow(UnknownTaskToken);
    expect(await here.states.history('x')).toHaveLength(1);
  });

  it('takes exactly one of many answers that come at once', async () => {
    const { work, token } = desk();
    const here = world(db, ask(), { work });
    await here.states.start('main', 'x', {});
    const key = await token();
    const answers = await Promise.allSettled([1, 2, 3, 1].map((n) => here.states.succeed(key, n)));
    const seen = answers.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.name));
    expect(seen).toEqual(['applied', 'TaskTokenAnswered', 'TaskTokenAnswered', 'already']);
    expect((await here.end()).output).toBe(1);
  });

  it('takes an answer that comes before the function has returned', async () => {
    let states: ReturnType<typeof world>['states'] | null = null;
    const work = async (payload: Json) => {
      await states?.succeed(z.object({ token: z.string() }).parse(payload).token, 'early');
      throw new Error('too late to matter');
    };
    const here = world(db, ask(), { work });
    states = here.states;
    expect((await here.run()).output).toBe('early');
  });

  it('fails with the given error, which a retry answers with a new token', async () => {
    const { work, token } = desk();
    const here = world(db, ask({ Retry: [{ ErrorEquals: ['Lost'], IntervalSeconds: 1, MaxAttempts: 1 }] }), {
      work,
    });
    await here.states.start('main', 'x', {});
    const first = await token();
    expect(await here.states.fail(first, 'Lost', 'the sandbox died')).toBe('applied');
    expect(await here.states.fail(first, 'Lost', 'the sandbox died')).toBe('already');
    here.clock.go(1000);
    const second = await token(2);
    expect(second).not.toBe(first);
    await here.states.succeed(second, 'ok');
    expect((await here.end()).output).toBe('ok');
  });

  it('fails when the function fails', async () => {
    const work = async () => {
      throw new TypeError('no such step');
    };
    const here = world(db, ask(), { work });
    expect(await here.run()).toMatchObject({ error: 'TypeError', cause: 'no such step' });
  });

  it('times out at the stored instant, over a restart; then the token is closed', async () => {
    const { work, token } = desk();
    const first = world(db, ask({ TimeoutSeconds: 100 }), { work });
    await first.states.start('main', 'x', {});
    const key = await token();
    await until(
      async () =>
        (await db.query('select 1 from states_threads where body::text like \'%"called":true%\'')).rows[0],
    );
    await first.states.close();
    first.clock.go(99_000);
    const second = world(db, ask({ TimeoutSeconds: 100 }), { work }, { clock: first.clock });
    await second.states.recover();
    await until(() => second.clock.next === 1000);
    second.clock.go(1000);
    expect((await second.end()).error).toBe('States.Timeout');
    await expect(second.states.succeed(key, {})).rejects.toThrow(TaskTokenClosed);
    await expect(second.states.heartbeat(key)).rejects.toThrow(TaskTokenClosed);
  });

  it('lives while heartbeats come, and fails by States.HeartbeatTimeout when they stop', async () => {
    const { work, token } = desk();
    const here = world(db, ask({ TimeoutSeconds: 1000, HeartbeatSeconds: 30 }), { work });
    await here.states.start('main', 'x', {});
    const key = await token();
    for (let beat = 0; beat < 5; beat++) {
      here.clock.go(29_000);
      await here.states.heartbeat(key);
    }
    expect((await here.states.describe('x')).status).toBe('running');
    here.clock.go(29_000);
    here.clock.go(1000);
    expect((await here.end()).error).toBe('States.HeartbeatTimeout');
  });

  it('gives a worker a whole heartbeat after a restart, since nobody could hear it before', async () => {
    const { work, token } = desk();
    const definition = ask({ HeartbeatSeconds: 30 });
    const first = world(db, definition, { work });
    await first.states.start('main', 'x', {});
    await token();
    await first.states.close();
    first.clock.go(3_600_000);
    const second = world(db, definition, { work }, { clock: first.clock });
    await second.states.recover();
    await until(() => second.clock.next === 30_000);
    second.clock.go(30_000);
    expect((await second.end()).error).toBe('States.HeartbeatTimeout');
  });

  it('is called again with the same token only when the first call was not known to have returned', async () => {
    const given: string[] = [];
    const hang = (payload: Json) => {
      given.push(z.object({ token: z.string() }).parse(payload).token);
      return new Promise<never>(() => undefined);
    };
    const first = world(db, ask(), { work: hang });
    await first.states.start('main', 'x', {});
    await until(() => given.length === 1);
    await first.states.close();
    const { tokens, work, token } = desk();
    const second = world(db, ask(), { work });
    await second.states.recover();
    expect(await token()).toBe(given[0]);
    await until(
      async () =>
        (await db.query('select 1 from states_threads where body::text like \'%"called":true%\'')).rows[0],
    );
    await second.states.close();
    const third = world(db, ask(), { work });
    await third.states.recover();
    expect(await third.states.succeed(given[0] ?? '', 'done')).toBe('applied');
    expect((await third.end()).output).toBe('done');
    expect(tokens).toHaveLength(1);
  });

  it('closes the tokens of a stopped execution', async () => {
    const { work, token } = desk();
    const here = world(db, ask({ TimeoutSeconds: 50 }), { work });
    await here.states.start('main', 'x', {});
    const key = await token();
    await here.states.stop('x', 'Cancelled', '');
    await expect(here.states.succeed(key, {})).rejects.toThrow(TaskTokenClosed);
    expect(here.clock.armed).toBe(0);
  });
});
