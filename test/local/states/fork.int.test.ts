import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#adapters/postgres/client.ts';
import type { Json } from '#local/states/json.ts';
import type { StateFunction } from '#local/states/ports.ts';
import { openDatabase, until, wipe, world } from './host.ts';
import { machine, nested, task } from './samples.ts';

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

describe('Map and Parallel', () => {
  it('keeps the order of branches and gives each the variables around it', async () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Pass', Output: `{% "${name} " & $v & $states.input.k %}`, End: true } },
    });
    const row = await outcome({
      A: { Type: 'Pass', Assign: { v: 1 }, Next: 'P' },
      P: { Type: 'Parallel', Arguments: { k: 'K' }, Branches: [branch('L'), branch('R')], End: true },
    });
    expect(row.output).toEqual(['L 1K', 'R 1K']);
  });

  const mapping = (rest: Record<string, unknown>, inner: Record<string, unknown>) => ({
    M: {
      Type: 'Map',
      Items: '{% $states.input.items %}',
      ItemSelector: { i: '{% $states.context.Map.Item.Index %}', v: '{% $states.context.Map.Item.Value %}' },
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'I', States: inner },
      End: true,
      ...rest,
    },
  });

  it('runs at most MaxConcurrency items at once, over a restart too', async () => {
    const open: { payload: Json; done: (value: Json) => void }[] = [];
    const seen: Json[] = [];
    const work = (payload: Json) =>
      new Promise<Json>((done) => {
        seen.push(payload);
        open.push({ payload, done });
      });
    const I = task('{% $states.input %}', { Output: '{% $states.result.Payload %}', End: true });
    const definition = { main: machine(mapping({ MaxConcurrency: 2 }, { I })) };
    const first = world(db, definition, { work });
    await first.states.start('main', 'x', { items: ['a', 'b', 'c', 'd'] });
    await until(() => open.length === 2);
    open[1]?.done('B');
    await until(() => open.length === 3);
    expect(seen).toEqual([0, 1, 2].map((i) => ({ i, v: 'abc'[i] })));
    await first.states.close();
    open.length = 0;
    const second = world(db, definition, { work }, { clock: first.clock });
    await second.states.recover();
    await until(() => open.length === 2);
    open[1]?.done('C');
    await until(() => open.length === 3);
    open[0]?.done('A');
    open[2]?.done('D');
    expect((await second.end()).output).toEqual(['A', 'B', 'C', 'D']);
  });

  it('gives an empty array for no items', async () => {
    const states = mapping({}, { I: { Type: 'Pass', End: true } });
    expect((await outcome(states, { items: [] })).output).toEqual([]);
    await wipe(db);
    expect((await outcome(states, { items: 3 })).error).toBe('States.QueryEvaluationError');
  });

  it('stops the siblings of a failing branch, and may retry all of them', async () => {
    let calls = 0;
    const slow: ((value: Json) => void)[] = [];
    const work = (payload: Json) => {
      calls += 1;
      if (payload === 'slow') return new Promise<Json>((done) => slow.push(done));
      return calls <= 2 ? Promise.reject(new Busy('no')) : Promise.resolve('ok');
    };
    const branch = (payload: string) => ({
      StartAt: 'T',
      States: { T: task(payload, { Output: '{% $states.result.Payload %}', End: true }) },
    });
    const P = {
      Type: 'Parallel',
      Branches: [branch('slow'), branch('fast')],
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1 }],
      End: true,
    };
    const here = world(db, { main: machine({ P }) }, { work });
    await here.states.start('main', 'x', {});
    await until(() => here.clock.next === 1000);
    expect((await here.states.describe('x')).threads.map((one) => one.id)).toEqual(['root']);
    slow[0]?.('late');
    here.clock.go(1000);
    await until(() => slow.length === 2);
    slow[1]?.('in time');
    expect((await here.end()).output).toEqual(['in time', 'ok']);
  });
});

describe('nested executions', () => {
  const child = machine({
    C: task('{% $states.input %}', { Output: { got: '{% $states.result.Payload %}' }, End: true }),
  });

  it('gives the output of the child, parsed', async () => {
    const N = nested(
      { Name: '{% $states.context.Execution.Name & "-c" %}', Input: { k: '{% $states.input.k %}' } },
      { Output: '{% [$states.result.Output.got.k, $states.result.Status] %}', End: true },
    );
    const here = world(db, { main: machine({ N }), child }, { work: echo });
    expect((await here.run({ k: 5 })).output).toEqual([5, 'SUCCEEDED']);
    expect(await here.states.describe('x-c')).toMatchObject({ parentExecution: 'x', status: 'succeeded' });
  });

  it('takes a failed child for States.TaskFailed, with its error in the cause', async () => {
    const work = async () => {
      throw new Busy('no');
    };
    const here = world(db, { main: machine({ N: nested({}, { End: true }) }), child }, { work });
    const row = await here.run();
    expect(row.error).toBe('States.TaskFailed');
    expect(JSON.parse(row.cause ?? '')).toMatchObject({ Error: 'Busy', Cause: 'no', Status: 'FAILED' });
  });

  it('refuses a name that was used', async () => {
    const here = world(
      db,
      { main: machine({ N: nested({ Name: 'c' }, { End: true }) }), child },
      { work: echo },
    );
    await here.run();
    expect((await here.run({}, 'y')).error).toBe('StepFunctions.ExecutionAlreadyExistsException');
  });

  it('stops the children of a stopped execution, and of a task that timed out', async () => {
    const work = () => new Promise<never>(() => undefined);
    const N = nested(
      { Name: '{% $states.context.Execution.Name & "-c" %}' },
      { TimeoutSeconds: 10, End: true },
    );
    const here = world(db, { main: machine({ N }), child }, { work });
    await here.states.start('main', 'x', {});
    await here.at('C', 'x-c');
    expect(await here.states.stop('x', 'Cancelled', 'by Ada')).toBe('applied');
    expect(await here.states.stop('x', 'Cancelled', 'by Ada')).toBe('already');
    const [x, c] = [await here.end('x'), await here.end('x-c')];
    expect([x.status, x.error, c.status, c.error]).toEqual([
      'aborted',
      'Cancelled',
      'aborted',
      'States.Aborted',
    ]);
    await here.states.start('main', 'y', {});
    await here.at('C', 'y-c');
    here.clock.go(10_000);
    expect((await here.end('y')).error).toBe('States.Timeout');
    expect((await here.end('y-c')).status).toBe('aborted');
  });
});

describe('executions', () => {
  const definition = { main: machine({ W: { Type: 'Wait', Seconds: 5, End: true } }) };

  it('gives the existing one for the same name and input, and refuses another input', async () => {
    const here = world(db, definition);
    expect(await here.states.start('main', 'x', { a: 1, b: 2 })).toEqual({ name: 'x', started: true });
    expect(await here.states.start('main', 'x', { b: 2, a: 1 })).toEqual({ name: 'x', started: false });
    await expect(here.states.start('main', 'x', {})).rejects.toThrow('another machine or input');
    await expect(here.states.start('main', 'a b', {})).rejects.toThrow('no name');
    await expect(here.states.start('none', 'z', {})).rejects.toThrow('No state machine');
    await expect(here.states.describe('z')).rejects.toThrow('No execution');
    expect((await here.states.list({ status: 'running' })).map((row) => row.name)).toEqual(['x']);
    await here.states.close();
  });

  it('ends one that takes longer than the machine allows', async () => {
    const limited = { main: { ...Object(definition.main), TimeoutSeconds: 3 } };
    const here = world(db, limited);
    await here.states.start('main', 'x', {});
    await until(() => here.clock.next === 3000);
    here.clock.go(3000);
    expect(await here.end()).toMatchObject({ status: 'timed-out', error: 'States.Timeout' });
  });

  it('ends one whose state or machine is gone after a restart, and says so', async () => {
    const first = world(db, definition);
    await first.states.start('main', 'x', {});
    await until(() => first.clock.next === 5000);
    await first.states.close();
    const second = world(db, { main: machine({ Other: { Type: 'Succeed' } }) });
    await second.states.recover();
    expect(await second.end()).toMatchObject({ status: 'failed', error: 'States.Runtime' });
    await wipe(db);
    const third = world(db, definition);
    await third.states.start('main', 'x', {});
    await third.states.close();
    const fourth = world(db, {});
    await fourth.states.recover();
    expect((await fourth.states.describe('x')).error).toBe('States.Runtime');
  });
});
