import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type GivenBack,
  type Measured,
  type Move,
  maxBatch,
  nextMove,
  type Waiting,
} from '#core/merge/queue.ts';
import { idOf, minute } from '../rows.ts';

/** What is true of the works, by their number: the queue has to find it out by checks. */
interface Truth {
  readonly count: number;
  /** Red wherever they are. */
  readonly culprits?: readonly number[];
  /** Red where both are. */
  readonly pairs?: readonly (readonly [number, number])[];
  /** Not to be merged where both are; the later one is refused. */
  readonly conflicts?: readonly (readonly [number, number])[];
  /** Which checks, counted from 0, come to no end. */
  readonly dead?: readonly number[];
  /** How many wait from the start; one more comes with each check. */
  readonly atOnce?: number;
}

const sha = (text: string) => text.padStart(40, '0');
const base = sha('');
const both = (pairs: Truth['pairs'], all: readonly number[], one: number) =>
  (pairs ?? []).some(([a, b]) => (a === one && all.includes(b)) || (b === one && all.includes(a)));

const work = (number: number): Waiting => ({
  runId: idOf('run', number),
  taskId: idOf('task', number),
  key: `T${number}`,
  tip: sha(`f${number}`),
  base,
  since: minute(0),
});

/** The commit of these works, in order: the same works in the same order are the same commit. */
const commitOf = (numbers: readonly number[]) => sha(numbers.map((one) => one.toString(16)).join('e'));

/** Plays the queue against the truth to its end. */
function play(truth: Truth) {
  const order = Array.from({ length: truth.count }, (_, index) => index + 1);
  const numberOf = new Map(order.map((number) => [work(number).taskId, number]));
  const state = {
    merged: [] as number[],
    away: new Map<number, GivenBack>(),
    measured: [] as Measured[],
    checks: 0,
    come: truth.atOnce ?? truth.count,
    landed: [] as { taskId: Waiting['taskId']; key: string; onto: string; commit: string }[],
  };
  const verified = new Set<string>([base]);
  const queue = () => ({
    head: commitOf(state.merged),
    waiting: order
      .slice(0, state.come)
      .filter((one) => !state.merged.includes(one) && !state.away.has(one))
      .map(work),
    landed: state.landed,
    measured: state.measured,
    checking: false,
  });
  const check = (move: Move & { type: 'check' }) => {
    const run = { runId: idOf('run', 1000 + state.checks), at: minute(1), head: move.head };
    const asked = move.works.map(({ taskId, tip }) => ({ taskId, tip }));
    const dead = truth.dead?.includes(state.checks) === true;
    state.checks += 1;
    state.come = Math.min(state.come + 1, truth.count);
    if (dead) return state.measured.push({ ...run, asked, works: [], refused: [], verdict: 'none' });
    const on = state.merged.slice(
      0,
      state.merged.findIndex((_, i) => commitOf(state.merged.slice(0, i + 1)) === move.head) + 1,
    );
    const all = [...on];
    const works: { taskId: Waiting['taskId']; tip: string; commit: string }[] = [];
    const refused: Waiting['taskId'][] = [];
    for (const { taskId, tip } of move.works) {
      const number = numberOf.get(taskId) ?? 0;
      if (both(truth.conflicts, on, number)) refused.push(taskId);
      if (both(truth.conflicts, all, number)) continue;
      all.push(number);
      works.push({ taskId, tip, commit: commitOf(all) });
    }
    const red = all.some((one) => truth.culprits?.includes(one) || both(truth.pairs, all, one));
    if (!red) verified.add(commitOf(all));
    return state.measured.push({ ...run, asked, works, refused, verdict: red ? 'red' : 'green' });
  };
  for (let steps = 0; ; steps += 1) {
    if (steps > 100 * truth.count + 100) throw new Error('the queue comes to no end');
    const move = nextMove(queue());
    // Asked twice it answers the same: a restart changes nothing.
    expect(nextMove(queue())).toEqual(move);
    if (move.type === 'wait') break;
    if (move.type === 'check') check(move);
    if (move.type === 'giveBack') state.away.set(numberOf.get(move.work.taskId) ?? 0, move.why);
    if (move.type === 'merge') {
      const numbers = move.works.map((one) => numberOf.get(one.work.taskId) ?? 0);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      state.merged.push(...numbers);
      for (const { work: one, onto, commit } of move.works)
        state.landed.push({ taskId: one.taskId, key: one.key, onto, commit });
      expect(move.works.at(-1)?.commit).toBe(commitOf(state.merged));
      expect(verified.has(commitOf(state.merged))).toBe(true);
    }
  }
  return { ...state, numberOf };
}

const away = ({ away: given }: ReturnType<typeof play>) =>
  [...given].map(([number, { type }]) => [number, type]);

test('works that all pass cost one check together, and two when they come meanwhile', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: maxBatch }), (count) => {
      expect(play({ count })).toMatchObject({ checks: 1, merged: { length: count } });
    }),
  );
  const first = play({ count: 1 });
  expect(first.checks).toBe(1);
});

test('one culprit among k is found within 2·log2(k) + 2 checks, the merges of all others included', () => {
  const some = fc
    .integer({ min: 1, max: maxBatch })
    .chain((count) => fc.record({ count: fc.constant(count), culprit: fc.integer({ min: 1, max: count }) }));
  fc.assert(
    fc.property(some, ({ count, culprit }) => {
      const played = play({ count, culprits: [culprit] });
      expect(away(played)).toEqual([[culprit, 'red']]);
      expect(played.merged).toHaveLength(count - 1);
      expect(played.checks).toBeLessThanOrEqual(2 * Math.log2(count) + 2);
    }),
    { numRuns: 300 },
  );
});

test('two that do not go together are named, and the later one has the fix', () => {
  const some = fc.uniqueArray(fc.integer({ min: 1, max: maxBatch }), { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(some, fc.integer({ min: 0, max: 10 }), ([a = 1, b = 2], more) => {
      const [earlier, later] = [Math.min(a, b), Math.max(a, b)];
      const count = Math.min(maxBatch, later + more);
      const played = play({ count, pairs: [[earlier, later]] });
      expect([...played.away]).toMatchObject([[later, { type: 'pair', with: { key: `T${earlier}` } }]]);
      expect(played.merged).toHaveLength(count - 1);
      expect(played.checks).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(count)) + 3);
    }),
    { numRuns: 300 },
  );
});

test('of two in conflict the later one is given back, and the others do not wait for it', () => {
  const played = play({ count: 5, conflicts: [[2, 4]] });
  expect(played.merged).toEqual([1, 2, 3, 5]);
  expect(away(played)).toEqual([[4, 'refused']]);
  expect(played.checks).toBe(2);
});

test('a conflict with work that turns out to be red holds nobody', () => {
  const played = play({ count: 2, conflicts: [[1, 2]], culprits: [1] });
  expect(played.merged).toEqual([2]);
  expect(away(played)).toEqual([[1, 'red']]);
});

test('a check that comes to no end is asked for again; one that never does gives its work back', () => {
  expect(play({ count: 4, dead: [0, 1] })).toMatchObject({ checks: 3, merged: [1, 2, 3, 4] });
  const dead = Array.from({ length: 3 }, (_, index) => index);
  expect(away(play({ count: 1, dead }))).toEqual([[1, 'unmeasured']]);
});

const numbers = (count: number) => fc.integer({ min: 1, max: count });
const anyTruth = fc.integer({ min: 1, max: 12 }).chain((count) => {
  const two = fc.uniqueArray(numbers(count), {
    minLength: Math.min(2, count),
    maxLength: Math.min(2, count),
  });
  const couples = fc
    .array(two, { maxLength: 4 })
    .map((all) => all.flatMap(([a, b]) => (a && b ? [[Math.min(a, b), Math.max(a, b)] as const] : [])));
  return fc.record({
    count: fc.constant(count),
    culprits: fc.array(numbers(count), { maxLength: 4 }),
    pairs: couples,
    conflicts: couples,
    dead: fc.array(fc.nat(20), { maxLength: 2 }),
    atOnce: numbers(count),
  });
});

test('whatever is wrong, every work ends: merged on a verified commit, or given back for a reason that holds', () => {
  fc.assert(
    fc.property(anyTruth, (truth) => {
      const played = play(truth);
      expect(played.merged.length + played.away.size).toBe(truth.count);
      for (const [number, why] of played.away) {
        if (why.type === 'red') expect(truth.culprits).toContain(number);
        if (why.type === 'refused') expect(both(truth.conflicts, played.merged, number)).toBe(true);
        if (why.type === 'pair')
          expect(both(truth.pairs, [played.numberOf.get(why.with.taskId) ?? 0], number)).toBe(true);
      }
      for (const number of played.merged) expect(truth.culprits).not.toContain(number);
    }),
    { numRuns: 500 },
  );
});

test('checks that die change nothing about the end', () => {
  fc.assert(
    fc.property(anyTruth, (truth) => {
      const whole = { ...truth, atOnce: truth.count };
      const undisturbed = play({ ...whole, dead: [] });
      const disturbed = play(whole);
      expect(disturbed.merged).toEqual(undisturbed.merged);
      expect(away(disturbed)).toEqual(away(undisturbed));
    }),
    { numRuns: 300 },
  );
});

test('nothing is asked while a check is under way, nor of nobody', () => {
  const queue = { head: base, landed: [], measured: [] };
  expect(nextMove({ ...queue, waiting: [work(1)], checking: true })).toEqual({ type: 'wait' });
  expect(nextMove({ ...queue, waiting: [], checking: false })).toEqual({ type: 'wait' });
});

test('what was measured before a work was handed in again says nothing about it', () => {
  const one = work(1);
  const red: Measured = {
    ...{ runId: idOf('run', 9), at: minute(1), head: base, refused: [], verdict: 'red' },
    asked: [one],
    works: [{ ...one, commit: sha('c') }],
  };
  const queue = { head: base, landed: [], measured: [red], checking: false };
  expect(nextMove({ ...queue, waiting: [one] })).toMatchObject({ type: 'giveBack' });
  expect(nextMove({ ...queue, waiting: [{ ...one, since: minute(2) }] })).toMatchObject({ type: 'check' });
});

test('a work whose author began from the head itself is its own culprit at once', () => {
  const one = work(1);
  const measured: Measured[] = [
    {
      ...{ runId: idOf('run', 9), at: minute(1), head: base, refused: [], verdict: 'red' },
      asked: [one],
      works: [{ ...one, commit: sha('c') }],
    },
  ];
  const queue = { head: base, waiting: [one], landed: [], measured, checking: false };
  expect(nextMove(queue)).toMatchObject({ type: 'giveBack', why: { type: 'red' } });
});

test('a work that is known to fail alone is not tried without what was merged meanwhile', () => {
  const [one, other] = [work(1), work(2)];
  const landed = [{ taskId: other.taskId, key: other.key, onto: base, commit: sha('b') }];
  const red: Measured = {
    ...{ runId: idOf('run', 9), at: minute(1), head: sha('b'), refused: [], verdict: 'red' },
    asked: [one],
    works: [{ ...one, commit: sha('c') }],
  };
  const after = (measured: Measured) =>
    nextMove({ head: sha('b'), waiting: [one], landed, measured: [measured], checking: false });
  expect(after(red)).toEqual({ type: 'check', head: base, works: [one] });
  expect(after({ ...red, alone: [other.taskId] })).toEqual({ type: 'check', head: base, works: [one] });
  expect(after({ ...red, alone: [one.taskId] })).toEqual({
    ...{ type: 'giveBack', work: one },
    why: { type: 'red', by: red.runId },
  });
});
