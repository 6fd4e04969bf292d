import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#adapters/postgres/client.ts';
import type { Json } from '#local/states/json.ts';
import type { StateFunction } from '#local/states/ports.ts';
import { openDatabase, until, wipe, world } from './host.ts';
import { machine, task } from './samples.ts';

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => wipe(db));

const echo = async (payload: Json) => payload;
class Busy extends Error {}

/** Runs a machine of these states to its end. */
async function outcome(states: Record<string, unknown>, input: Json = {}, work: StateFunction = echo) {
  const here = world(db, { main: machine(states) }, { work });
  const row = await here.run(input);
  await here.states.close();
  return row;
}

describe('states', () => {
  it('passes input on, assigns variables, and reads the context', async () => {
    const row = await outcome(
      {
        A: { Type: 'Pass', Assign: { who: '{% $states.input.who %}' }, Output: { n: 1 }, Next: 'B' },
        B: {
          Type: 'Pass',
          Output: {
            hello: '{% "hello " & $who %}',
            n: '{% $states.input.n %}',
            name: '{% $states.context.Execution.Name & "/" & $states.context.State.Name %}',
            machine: '{% $states.context.StateMachine.Name %}',
            asked: '{% $states.context.Execution.Input.who %}',
          },
          End: true,
        },
      },
      { who: 'Ada' },
    );
    expect(row.output).toEqual({ hello: 'hello Ada', n: 1, name: 'x/B', machine: 'main', asked: 'Ada' });
  });

  it('assigns from the values before the state', async () => {
    const row = await outcome({
      A: { Type: 'Pass', Assign: { n: 1 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { n: 2 }, Output: '{% $n %}', End: true },
    });
    expect(row.output).toBe(1);
  });

  it('takes the first choice that holds, with its own output and variables, else the default', async () => {
    const states = {
      C: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 5 %}', Next: 'Big', Assign: { size: 'big' } },
          { Condition: '{% $states.input.n > 1 %}', Next: 'Big', Assign: { size: 'medium' } },
        ],
        Default: 'Small',
      },
      Big: { Type: 'Succeed', Output: '{% $size %}' },
      Small: { Type: 'Succeed' },
    };
    expect((await outcome(states, { n: 7 })).output).toBe('big');
    await wipe(db);
    expect((await outcome(states, { n: 2 })).output).toBe('medium');
    await wipe(db);
    expect((await outcome(states, { n: 0 })).output).toEqual({ n: 0 });
  });

  it('fails when no choice matches, and when a condition is not boolean', async () => {
    const choice = (Condition: string) => ({
      C: { Type: 'Choice', Choices: [{ Condition, Next: 'S' }] },
      S: { Type: 'Succeed' },
    });
    expect((await outcome(choice('{% false %}'))).error).toBe('States.NoChoiceMatched');
    await wipe(db);
    expect((await outcome(choice('{% "yes" %}'))).error).toBe('States.QueryEvaluationError');
  });

  it('fails with the error and cause of a Fail state', async () => {
    const row = await outcome(
      { F: { Type: 'Fail', Error: 'Broken', Cause: '{% "no " & $states.input.x %}' } },
      { x: 'y' },
    );
    expect([row.status, row.error, row.cause]).toEqual(['failed', 'Broken', 'no y']);
  });

  it('gives the payload to the function and its answer as $states.result.Payload', async () => {
    const seen: Json[] = [];
    const work = async (payload: Json) => {
      seen.push(payload);
      return { twice: [1, 1], gone: undefined };
    };
    const A = task({ id: '{% $states.input.id %}' }, { Output: '{% $states.result.Payload %}', End: true });
    const row = await outcome({ A }, { id: 7 }, work);
    expect([seen, row.output]).toEqual([[{ id: 7 }], { twice: [1, 1] }]);
  });

  it('catches a thrown error by its class name', async () => {
    const work = async () => {
      throw new Busy('come back');
    };
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'Never' },
      {
        ErrorEquals: ['Busy'],
        Next: 'S',
        Assign: { e: '{% $states.errorOutput.Error %}' },
        Output: { cause: '{% $states.errorOutput.Cause %}', kept: '{% $states.input %}' },
      },
    ];
    const states = {
      A: task({}, { Catch, End: true }),
      S: { Type: 'Succeed', Output: '{% $merge([$states.input, {"e": $e}]) %}' },
      Never: { Type: 'Succeed' },
    };
    expect((await outcome(states, { k: 1 }, work)).output).toEqual({
      cause: 'come back',
      kept: { k: 1 },
      e: 'Busy',
    });
  });

  it('fails, and can catch, an expression that gives nothing', async () => {
    const A = task({ id: '{% $states.input.missing %}' }, { End: true });
    expect((await outcome({ A })).error).toBe('States.QueryEvaluationError');
    await wipe(db);
    const Catch = [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'S' }];
    const B = task({}, { Output: '{% $states.result.Payload.zz %}', Catch, End: true });
    expect((await outcome({ B, S: { Type: 'Succeed', Output: 'caught' } })).output).toBe('caught');
  });

  it('refuses results over 256 KB, which States.ALL does not catch', async () => {
    const work = async () => 'x'.repeat(262_145);
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'S' }];
    const row = await outcome({ A: task({}, { Catch, End: true }), S: { Type: 'Succeed' } }, {}, work);
    expect(row.error).toBe('States.DataLimitExceeded');
  });

  it('carries NUL and every other character through the store', async () => {
    const text = 'a\u0000b "quoted" \u{1f600} \ud800';
    const row = await outcome({ A: task({ t: '{% $states.input.t %}' }, { End: true }) }, { t: text });
    expect(row.output).toMatchObject({ Payload: { t: text } });
  });
});

describe('retry', () => {
  const Retry = [
    { ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2, JitterStrategy: 'FULL' },
  ];

  it('waits longer each time, counts, and gives up after the last attempt', async () => {
    const counts: Json[] = [];
    const entered: Json[] = [];
    const work = async (payload: Json) => {
      counts.push(payload);
      throw new Busy('no');
    };
    const A = task('{% $states.context.State.RetryCount %}', { Retry, End: true });
    const here = world(db, { main: machine({ A }) }, { work }, { random: () => 0.5 });
    await here.states.start('main', 'x', {});
    await until(() => here.clock.next !== null && counts.length === 1);
    expect(here.clock.next).toBe(1000);
    here.clock.go(999);
    expect(counts).toEqual([0]);
    here.clock.go(1);
    await until(() => here.clock.next !== null && counts.length === 2);
    expect(here.clock.next).toBe(3000);
    here.clock.go(3000);
    const row = await here.end();
    const kinds = (await here.states.history('x')).map((one) => {
      entered.push(one.enteredAt);
      return one.kind;
    });
    expect([row.error, counts, kinds]).toEqual(['Busy', [0, 1, 2], ['retried', 'retried', 'failed']]);
    expect(new Set(entered).size).toBe(1);
    expect(here.clock.armed).toBe(0);
  });

  it('keeps the instant of the next attempt over a restart', async () => {
    let calls = 0;
    const work = async () => {
      calls += 1;
      if (calls === 1) throw new Busy('no');
      return 'done';
    };
    const definition = {
      main: machine({ A: task({}, { Retry, Output: '{% $states.result.Payload %}', End: true }) }),
    };
    const first = world(db, definition, { work });
    await first.states.start('main', 'x', {});
    await until(() => first.clock.next === 1000);
    await first.states.close();
    first.clock.go(400);
    const second = world(db, definition, { work }, { clock: first.clock });
    expect(await second.states.recover()).toEqual({ resumed: 1 });
    expect([second.clock.next, calls]).toEqual([600, 1]);
    second.clock.go(600);
    expect((await second.end()).output).toBe('done');
  });
});

describe('wait', () => {
  it('waits seconds from when it was entered, over a restart', async () => {
    const definition = {
      main: machine({
        W: { Type: 'Wait', Seconds: '{% $states.input.s %}', Next: 'S' },
        S: { Type: 'Succeed' },
      }),
    };
    const first = world(db, definition);
    await first.states.start('main', 'x', { s: 60 });
    await until(() => first.clock.next === 60_000);
    await first.states.close();
    first.clock.go(59_000);
    const second = world(db, definition, {}, { clock: first.clock });
    await second.states.recover();
    await until(() => second.clock.next === 1000);
    second.clock.go(1000);
    expect((await second.end()).status).toBe('succeeded');
  });

  it('waits until an instant, and not at all for one that is past', async () => {
    const waitFor = (Timestamp: string) => ({ W: { Type: 'Wait', Timestamp, End: true } });
    expect((await outcome(waitFor('2020-01-01T00:00:00Z'))).status).toBe('succeeded');
    await wipe(db);
    const here = world(db, { main: machine(waitFor('2026-03-01T10:00:30Z')) });
    await here.states.start('main', 'x', {});
    await until(() => here.clock.next === 30_000);
    await here.states.close();
  });
});
