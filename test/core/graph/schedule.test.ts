import fc from 'fast-check';
import { expect, test } from 'vitest';
import { overlap } from '#core/graph/overlap.ts';
import { remainingPath, schedule, slotsHeld } from '#core/graph/schedule.ts';
import { decideTask, type Task, TaskKey, type TaskState } from '#core/task/task.ts';
import { idOf, minute, sha, taskRow } from '../rows.ts';

const at = minute(1);
const keyOf = (number: number) => TaskKey.parse(`T${number}`);
const keys = (tasks: readonly { readonly key: TaskKey }[]) => tasks.map(({ key }) => key);
const done: TaskState = { status: 'done', commit: sha('a'), at };
const failed: TaskState = { status: 'failed', reason: 'No.', at };
const running: TaskState = { status: 'running', since: at };

function after(number: number, dependsOn: readonly number[], over: Partial<Task> = {}): Task {
  return taskRow(number, { dependsOn: dependsOn.map(keyOf), ...over });
}

const four = { parallel: 4 };

test('what depends on nothing starts; what depends on it waits', () => {
  const plan = schedule([after(1, []), after(2, [1]), after(3, [])], four, overlap);
  expect(keys(plan.ready)).toEqual(['T1', 'T3']);
  expect(keys(plan.start)).toEqual(['T1', 'T3']);
  expect(plan).toMatchObject({ block: [], finished: false });
});

test('a task is free when all that it depends on is done, not when some is', () => {
  const tasks = [after(1, [], { state: done }), after(2, [], { state: running }), after(3, [1, 2])];
  expect(schedule(tasks, four, overlap).start).toEqual([]);
  const later = [after(1, [], { state: done }), after(2, [], { state: done }), after(3, [1, 2])];
  expect(keys(schedule(later, four, overlap).start)).toEqual(['T3']);
});

test('the longest remaining path goes first, then priority, then the key', () => {
  const tasks = [
    after(10, [], { estimateMinutes: 10 }),
    after(2, [], { estimateMinutes: 10 }),
    after(3, [], { estimateMinutes: 10, priority: 5 }),
    after(4, [], { estimateMinutes: 1 }),
    after(5, [4], { estimateMinutes: 60 }),
  ];
  expect(keys(schedule(tasks, four, overlap).start)).toEqual(['T4', 'T3', 'T2', 'T10']);
});

test('the limit counts what is at work already, verification included', () => {
  const verifying: TaskState = { status: 'verifying', since: at, runId: idOf('run') };
  const tasks = [
    after(1, [], { state: running }),
    after(2, [], { state: verifying }),
    after(3, []),
    after(4, []),
  ];
  expect(keys(schedule(tasks, { parallel: 3 }, overlap).start)).toEqual(['T3']);
  expect(schedule(tasks, { parallel: 2 }, overlap).start).toEqual([]);
});

test('all that waits to be merged holds one slot together, and keeps others off what it writes', () => {
  const verifying: TaskState = { status: 'verifying', since: at, runId: null };
  const tasks = [
    after(1, [], { state: verifying, writes: ['src/a.ts'] }),
    after(2, [], { state: verifying, writes: ['src/b.ts'] }),
    after(3, [], { state: verifying, writes: ['src/c.ts'] }),
    after(4, [], { writes: ['src/a.ts'] }),
    after(5, [], { writes: ['src/b.ts'] }),
    after(6, [], { writes: ['src/d.ts'] }),
    after(7, [], { writes: ['src/e.ts'] }),
  ];
  expect(slotsHeld(tasks)).toBe(1);
  expect(keys(schedule(tasks, { parallel: 2 }, overlap).start)).toEqual(['T6']);
  expect(keys(schedule(tasks, four, overlap).start)).toEqual(['T6', 'T7']);
});

test('a queue in which a person is asked about every work holds no slot, and its paths stay its own', () => {
  const asked: TaskState = { status: 'verifying', since: at, runId: null, asked: true };
  const tasks = [
    after(1, [], { state: asked, writes: ['src/a.ts'] }),
    after(2, [], { writes: ['src/a.ts'] }),
    after(3, [], { writes: ['src/b.ts'] }),
  ];
  expect(slotsHeld(tasks)).toBe(0);
  expect(keys(schedule(tasks, { parallel: 1 }, overlap).start)).toEqual(['T3']);
  const verifying: TaskState = { status: 'verifying', since: at, runId: null };
  expect(slotsHeld([...tasks, after(4, [], { state: verifying })])).toBe(1);
});

test('a task that waits for another in the middle of its work holds no slot', () => {
  const waiting: TaskState = { status: 'running', since: at, waitsFor: keyOf(2) };
  expect(slotsHeld([after(1, [], { state: waiting }), after(2, [], { state: running })])).toBe(1);
});

test('a task that may write everything runs alone; one whose globs match no file is in nobody’s way', () => {
  const all = (state: TaskState) => after(1, [], { state, writes: ['**'] });
  const others = [after(2, [], { writes: ['src/a.ts'] }), after(3, [], { writes: ['no/such/folder/*.zz'] })];
  const pending: TaskState = { status: 'pending' };
  expect(keys(schedule([all(pending), ...others], four, overlap).start)).toEqual(['T1']);
  expect(schedule([all(running), ...others], four, overlap).start).toEqual([]);
  expect(keys(schedule([all(done), ...others], four, overlap).start)).toEqual(['T2', 'T3']);
});

test('a task whose writes meet those of one at work waits, and lets others by', () => {
  const tasks = [
    after(1, [], { state: running, writes: ['src/cart/**'] }),
    after(2, [], { writes: ['src/cart/total.ts'], priority: 9 }),
    after(3, [], { writes: ['docs/**'] }),
    after(4, [], { writes: ['docs/a.md'] }),
  ];
  const plan = schedule(tasks, four, overlap);
  expect(keys(plan.start)).toEqual(['T3']);
  expect(keys(plan.ready)).toEqual(['T2', 'T3', 'T4']);
});

test('a failure blocks exactly its descendants, each naming the culprit', () => {
  const tasks = [
    after(1, [], { state: failed }),
    after(2, [1]),
    after(3, [2]),
    after(4, []),
    after(5, [4, 3]),
    after(6, [4]),
  ];
  const plan = schedule(tasks, four, overlap);
  expect(plan.block.map(({ task, by }) => [task.key, by])).toEqual([
    ['T2', 'T1'],
    ['T3', 'T1'],
    ['T5', 'T1'],
  ]);
  expect(keys(plan.start)).toEqual(['T4']);
});

test('what is blocked already is not blocked again, and is freed when its culprit is done', () => {
  const blocked: TaskState = { status: 'blocked', by: keyOf(1), reason: 'T1 failed.' };
  const again = schedule([after(1, [], { state: failed }), after(2, [1], { state: blocked })], four, overlap);
  expect(again).toMatchObject({ block: [], start: [], finished: true });
  const freed = schedule([after(1, [], { state: done }), after(2, [1], { state: blocked })], four, overlap);
  expect(keys(freed.ready)).toEqual(['T2']);
  expect(keys(freed.start)).toEqual(['T2']);
});

test('siblings of a failure finish before the execution does', () => {
  const tasks = [after(1, [], { state: failed }), after(2, [1]), after(3, [], { state: running })];
  expect(schedule(tasks, four, overlap).finished).toBe(false);
});

test('a plan without tasks is finished', () => {
  expect(schedule([], four, overlap)).toEqual({ ready: [], block: [], start: [], finished: true });
});

test('tasks in a cycle, or behind one that does not exist, are blocked when nothing else is left', () => {
  const tasks = [after(1, [2]), after(2, [1]), after(3, [99]), after(4, [])];
  const first = schedule(tasks, four, overlap);
  expect(keys(first.start)).toEqual(['T4']);
  expect(first).toMatchObject({ block: [], finished: false });
  const last = schedule([...tasks.slice(0, 3), after(4, [], { state: done })], four, overlap);
  expect(last.finished).toBe(true);
  expect(last.block.map(({ task, by }) => [task.key, by])).toEqual([
    ['T1', 'T2'],
    ['T2', 'T1'],
    ['T3', 'T99'],
  ]);
});

test('the remaining path is the longest chain behind a task', () => {
  const tasks = [
    after(1, [], { estimateMinutes: 5 }),
    after(2, [1], { estimateMinutes: 7 }),
    after(3, [1], { estimateMinutes: 20 }),
    after(4, [2, 3], { estimateMinutes: 1 }),
  ];
  const path = remainingPath(tasks);
  expect(tasks.map(({ key }) => path.get(key))).toEqual([26, 8, 21, 1]);
});

/** Plans without cycles: each task depends on some before it; a few share files. */
const graph = fc.integer({ min: 1, max: 25 }).chain((count) =>
  fc.tuple(
    ...Array.from({ length: count }, (_, index) =>
      fc
        .record({
          dependsOn: fc.uniqueArray(fc.integer({ min: 1, max: Math.max(1, index) }), { maxLength: 4 }),
          writes: fc.constantFrom('src/a/**', 'src/b/**', 'src/c.ts', '**/*.ts', 'docs/**'),
          estimateMinutes: fc.integer({ min: 1, max: 90 }),
        })
        .map(({ dependsOn, writes, estimateMinutes }) =>
          after(index + 1, index === 0 ? [] : dependsOn, { writes: [writes], estimateMinutes }),
        ),
    ),
  ),
);

/** Carries a plan out, and ends one task at work, by luck well or badly. */
function play(
  tasks: readonly Task[],
  parallel: number,
  luck: () => number,
  check: (tasks: Task[]) => void,
): Task[] {
  const rows = new Map(tasks.map((task) => [task.key, task]));
  const now = () => [...rows.values()];
  for (let look = 0; look < 200; look += 1) {
    const plan = schedule(now(), { parallel }, overlap);
    const move = (key: TaskKey, ...commands: Parameters<typeof decideTask>[1][]) => {
      for (const command of commands) {
        const row = rows.get(key);
        if (row) rows.set(key, decideTask(row, command, at));
      }
    };
    for (const { key } of plan.ready) move(key, { type: 'makeReady' });
    for (const { task, by } of plan.block) move(task.key, { type: 'block', by, reason: 'No.' });
    for (const { key } of plan.start) move(key, { type: 'start' });
    check(now());
    if (plan.finished) return now();
    const busy = now().filter(({ state }) => state.status === 'running');
    const next = busy[Math.floor(luck() * busy.length)];
    if (!next) throw new Error('Nothing is at work, and the plan is not finished.');
    if (luck() < 0.15) move(next.key, { type: 'fail', reason: 'No.' });
    else move(next.key, { type: 'verify', runId: idOf('run') }, { type: 'finish', commit: sha('a') });
  }
  throw new Error('The plan does not come to its end.');
}

test('every plan comes to its end, never over the limit, never with two at one file', () => {
  fc.assert(
    fc.property(
      graph,
      fc.integer({ min: 1, max: 5 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (tasks, parallel, stream) => {
        const luck = () => stream.next().value ?? 0;
        const end = play(tasks, parallel, luck, (rows) => {
          const busy = rows.filter(({ state }) => state.status === 'running');
          expect(busy.length).toBeLessThanOrEqual(parallel);
          for (const a of busy) {
            for (const b of busy) if (a !== b) expect(overlap(a.writes, b.writes)).toBe(false);
            const needed = rows.filter(({ key }) => a.dependsOn.includes(key));
            expect(needed.every(({ state }) => state.status === 'done')).toBe(true);
          }
        });
        const bad = new Set<TaskKey>(keys(end.filter(({ state }) => state.status === 'failed')));
        for (const { key, dependsOn, state } of end) {
          if (bad.has(key) && state.status === 'failed') continue;
          const behind = dependsOn.some((other) => bad.has(other));
          expect(state.status).toBe(behind ? 'blocked' : 'done');
          if (behind) bad.add(key);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('the same tasks give the same plan, and looking changes nothing', () => {
  fc.assert(
    fc.property(graph, (tasks) => {
      const before = JSON.stringify(tasks);
      expect(schedule(tasks, four, overlap)).toEqual(schedule(tasks, four, overlap));
      expect(JSON.stringify(tasks)).toBe(before);
    }),
  );
});

test('a chain of 20,000 tasks is planned without deep recursion, in either order', () => {
  const count = 20_000;
  const chain = Array.from({ length: count }, (_, index) => after(index + 1, index === 0 ? [] : [index]));
  expect(remainingPath(chain).get(keyOf(1))).toBe(count * 30);
  expect(remainingPath([...chain].reverse()).get(keyOf(1))).toBe(count * 30);
  const broken = [after(1, [], { state: failed }), ...chain.slice(1)].reverse();
  const plan = schedule(broken, four, overlap);
  expect(plan.block).toHaveLength(count - 1);
  expect(plan.finished).toBe(true);
});

test('one task that 20,000 others wait for is one look at each', () => {
  const count = 20_000;
  const star = [after(1, []), ...Array.from({ length: count }, (_, index) => after(index + 2, [1]))];
  expect(keys(schedule(star, four, overlap).start)).toEqual(['T1']);
  const open = [after(1, [], { state: done }), ...star.slice(1)];
  expect(schedule(open, four, overlap).start).toHaveLength(4);
});
