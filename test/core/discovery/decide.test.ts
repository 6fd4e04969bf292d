import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  budgetShare,
  costOfTask,
  decideFinding,
  depthOf,
  discoveredCost,
  maxOfTask,
  maxOfTicket,
  nextKey,
  sameWork,
} from '#core/discovery/decide.ts';
import { type Discovery, DiscoveryKind, Guard } from '#core/discovery/discovery.ts';
import { findCycles } from '#core/graph/cycles.ts';
import type { Task } from '#core/task/task.ts';
import { idOf, minute, sha, taskRow } from '../rows.ts';
import { accepted, discoveryRow, finding, keyOf, running, situation } from './samples.ts';

const done = { status: 'done', commit: sha('a'), at: minute(1) } as const;
const failed = { status: 'failed', reason: 'No.', at: minute(1) } as const;
const many = (count: number, over: Partial<Discovery> = {}) =>
  Array.from({ length: count }, (_, index) => discoveryRow(index + 1, over));

describe('by kind', () => {
  test.each(['bug', 'dependency', 'integration', 'security', 'optimization', 'debt'] as const)(
    '%s becomes a task that runs beside its finder',
    (kind) => {
      const verdict = decideFinding(finding({ kind }), situation());
      expect(verdict).toEqual({ type: 'task', key: 'T2', waits: false });
    },
  );

  it('only a blocking dependency halts its finder', () => {
    const verdict = (kind: DiscoveryKind) => decideFinding(finding({ kind, blocking: true }), situation());
    expect(verdict('dependency')).toEqual({ type: 'task', key: 'T2', waits: true });
    expect(verdict('bug')).toEqual({ type: 'task', key: 'T2', waits: false });
  });

  it('a clarification asks, a missing requirement changes the document', () => {
    expect(decideFinding(finding({ kind: 'clarification' }), situation())).toEqual({ type: 'question' });
    const missing = finding({
      ...{ kind: 'missing_requirement', sentence: 'The shop shall round.' },
      criteria: [{ text: 'It rounds.', kind: 'example' }],
    });
    expect(decideFinding(missing, situation())).toEqual({ type: 'change' });
    expect(decideFinding({ ...missing, criteria: [] }, situation()).type).toBe('unclear');
    expect(decideFinding({ ...missing, sentence: null }, situation()).type).toBe('unclear');
  });

  test.each(DiscoveryKind.options)('before execution, %s is a note for the next phases', (kind) => {
    const early = situation({ source: null, tasks: [] });
    expect(decideFinding(finding({ kind, blocking: true }), early).type).toBe('noted');
  });

  it('no work begins by itself on a ticket from outside the team', () => {
    const outside = situation({ tainted: true });
    expect(decideFinding(finding(), outside)).toMatchObject({
      type: 'noted',
      message: expect.stringContaining('outside'),
    });
    expect(decideFinding(finding({ kind: 'clarification' }), outside).type).toBe('question');
  });
});

describe('the guards', () => {
  it('duplicate: the same work in the ticket, told by name', () => {
    const [source, other] = [taskRow(1, { state: running }), taskRow(2, { title: 'Count days' })];
    const at = (likeness: number) => ({ source, tasks: [source, other], twins: [{ task: other, likeness }] });
    expect(decideFinding(finding(), situation(at(sameWork)))).toMatchObject({
      ...{ type: 'refused', guard: 'duplicate' },
      message: 'The same as T2 “Count days”, which is pending.',
    });
    expect(decideFinding(finding(), situation(at(sameWork - 0.001))).type).toBe('task');
  });

  it('duplicate: what was refused or failed may be reported again', () => {
    const refused = discoveryRow(1, { decision: { status: 'refused', guard: 'budget', message: '' } });
    const twin = situation({ discoveries: [refused], twins: [{ discovery: refused, likeness: 1 }] });
    expect(decideFinding(finding(), twin).type).toBe('task');
    const dead = taskRow(2, { state: failed });
    expect(decideFinding(finding(), situation({ twins: [{ task: dead, likeness: 1 }] })).type).toBe('task');
  });

  it('depth: what a discovered task of a discovered task finds is not begun', () => {
    const discoveries = [
      discoveryRow(1, { depth: 1, decision: accepted(2) }),
      discoveryRow(2, { depth: 2, decision: accepted(3) }),
    ];
    const [second, third] = discoveries.map(({ id }, index) =>
      taskRow(index + 2, { origin: id, state: running }),
    );
    if (!second || !third) throw new Error('two tasks were made');
    expect([depthOf(second, discoveries), depthOf(third, discoveries)]).toEqual([1, 2]);
    const of = (source: Task) => situation({ source, tasks: [second, third], discoveries });
    expect(decideFinding(finding(), of(second)).type).toBe('task');
    expect(decideFinding(finding(), of(third))).toMatchObject({ type: 'refused', guard: 'depth' });
    // A question begins no work.
    expect(decideFinding(finding({ kind: 'clarification' }), of(third)).type).toBe('question');
  });

  it('at most three of a task and ten of a ticket; what was refused does not count', () => {
    expect(decideFinding(finding(), situation({ discoveries: many(maxOfTask - 1) })).type).toBe('task');
    const three = situation({ discoveries: many(maxOfTask) });
    expect(decideFinding(finding(), three)).toMatchObject({ guard: 'task-limit' });
    const ten = situation({ discoveries: many(maxOfTicket, { parent: keyOf(7) }) });
    expect(decideFinding(finding(), ten)).toMatchObject({ guard: 'ticket-limit' });
    const refused = many(50, { decision: { status: 'refused', guard: 'cycle', message: '' } });
    expect(decideFinding(finding(), situation({ discoveries: refused })).type).toBe('task');
  });

  it('budget: its share, and what is left', () => {
    const limit = Math.ceil((costOfTask * 2) / budgetShare);
    const money = (discovered: number, left = limit) => situation({ money: { limit, left, discovered } });
    expect(decideFinding(finding(), money(costOfTask)).type).toBe('task');
    expect(decideFinding(finding(), money(costOfTask + 1))).toMatchObject({ guard: 'budget' });
    expect(decideFinding(finding(), money(0, costOfTask - 1))).toMatchObject({ guard: 'budget' });
    expect(decideFinding(finding({ kind: 'clarification' }), money(limit, 0)).type).toBe('question');
  });

  it('a discovered task costs what it has cost, or, before that, what a task costs', () => {
    const found = discoveryRow(1, { decision: accepted(2) });
    const of = (number: number, over: Partial<Task>) => taskRow(number, { origin: found.id, ...over });
    const tasks = [taskRow(1), of(2, {}), of(3, { state: done }), of(4, { state: running })];
    const spent = new Map([
      [idOf('task', 1), 9],
      [idOf('task', 3), 5],
      [idOf('task', 4), costOfTask * 3],
    ]);
    expect(discoveredCost(tasks, [found], spent)).toBe(costOfTask + 5 + costOfTask * 3);
  });

  it('the plan does not outgrow what a person can read', () => {
    const tasks = Array.from({ length: 200 }, (_, index) => taskRow(index + 1));
    expect(decideFinding(finding(), situation({ tasks, source: tasks[0] ?? null }))).toMatchObject({
      guard: 'plan-limit',
    });
  });

  it('cycle: named, through the waiting finder too', () => {
    const source = taskRow(1, { state: running });
    const tasks = [source, taskRow(2, { dependsOn: [keyOf(1)] }), taskRow(3, { dependsOn: [keyOf(2)] })];
    const blocking = finding({ kind: 'dependency', blocking: true, dependsOn: [keyOf(3)] });
    expect(decideFinding(blocking, situation({ source, tasks }))).toMatchObject({
      guard: 'cycle',
      message: expect.stringContaining(': T4 → T3 → T2 → T1 → T4.'),
    });
    expect(decideFinding({ ...blocking, blocking: false }, situation({ source, tasks })).type).toBe('task');
    const between = finding({ dependsOn: [keyOf(3)], neededBy: [keyOf(2)] });
    expect(decideFinding(between, situation({ source, tasks }))).toMatchObject({ guard: 'cycle' });
  });

  it('speak in their order', () => {
    const source = taskRow(3, { state: running, origin: idOf('discovery', 2) });
    const deep = discoveryRow(2, { depth: 2, parent: keyOf(3), decision: accepted(3) });
    const all = {
      source,
      tasks: [source, ...Array.from({ length: 199 }, (_, index) => taskRow(index + 10))],
      discoveries: [deep, ...many(maxOfTicket, { parent: keyOf(3) }).slice(2)],
      money: { limit: 0, left: 0, discovered: 0 },
    };
    const self = finding({ neededBy: [keyOf(10)], dependsOn: [keyOf(10)] });
    const twin = { task: source, likeness: 1 };
    const order = [
      { ...all, twins: [twin] },
      all,
      {
        ...all,
        discoveries: [discoveryRow(2, { depth: 1 }), ...many(maxOfTicket, { parent: keyOf(3) }).slice(2)],
      },
      { ...all, discoveries: many(maxOfTicket), source: taskRow(10, { state: running }) },
      { ...all, discoveries: [] },
      { ...all, discoveries: [], money: situation().money },
      { ...all, discoveries: [], money: situation().money, tasks: all.tasks.slice(0, 50) },
    ];
    const guards = order.map((over) => decideFinding(self, situation(over)));
    expect(guards.map((verdict) => 'guard' in verdict && verdict.guard)).toEqual(
      Guard.options.filter((guard) => guard !== 'person'),
    );
  });
});

describe('what cannot be kept', () => {
  it.each([
    [{ dependsOn: [keyOf(9)] }, 'There is no task T9.'],
    [{ dependsOn: [keyOf(2)] }, 'Nothing can build on T2'],
    [{ neededBy: [keyOf(3)] }, 'T3 has begun already'],
    [
      { criteria: [{ text: 'A large sum is printed correctly', kind: 'example' as const }] },
      'No check can answer “correctly”',
    ],
  ])('is told to the finder, who can say it better: %j', (over, words) => {
    const source = taskRow(1, { state: running });
    const tasks = [source, taskRow(2, { state: failed }), taskRow(3, { state: done })];
    const verdict = decideFinding(finding(over), situation({ source, tasks }));
    expect(verdict).toMatchObject({ type: 'unclear', message: expect.stringContaining(words) });
  });
});

describe('joining', () => {
  const source = taskRow(1, { state: running });
  const blocking = finding({ kind: 'dependency', blocking: true });

  it('a finder that cannot go on waits for the task that does it already', () => {
    const other = taskRow(2);
    const twins = [{ task: other, likeness: 0.9 }];
    const verdict = decideFinding(blocking, situation({ source, tasks: [source, other], twins }));
    expect(verdict).toMatchObject({ type: 'join', task: { key: 'T2' } });
    expect(decideFinding(finding(), situation({ source, tasks: [source, other], twins }))).toMatchObject({
      guard: 'duplicate',
    });
  });

  it('but not for one that waits for it, nor for one that is over', () => {
    for (const other of [taskRow(2, { dependsOn: [keyOf(1)] }), taskRow(2, { state: done })]) {
      const twins = [{ task: other, likeness: 0.9 }];
      const verdict = decideFinding(blocking, situation({ source, tasks: [source, other], twins }));
      expect(verdict).toMatchObject({ type: 'refused', guard: 'duplicate' });
    }
  });
});

/** Graphs without a cycle: a task may depend on those before it. */
const graphs = fc
  .array(fc.tuple(fc.array(fc.nat(11), { maxLength: 3 }), fc.boolean()), { minLength: 1, maxLength: 12 })
  .map((list) =>
    list.map(([deps, begun], index) =>
      taskRow(index + 1, {
        dependsOn: [...new Set(deps.filter((dep) => dep < index))].map((dep) => keyOf(dep + 1)),
        ...(begun ? { state: running } : {}),
      }),
    ),
  );
const someKeys = fc.array(fc.integer({ min: 1, max: 12 }).map(keyOf), { maxLength: 3 });

test('whatever is accepted, the graph stays without a cycle and grows by one fresh key', () => {
  fc.assert(
    fc.property(
      graphs,
      fc.nat(11),
      someKeys,
      someKeys,
      fc.boolean(),
      (tasks, at, dependsOn, neededBy, blocking) => {
        const source = { ...(tasks[at % tasks.length] ?? taskRow(1)), state: running };
        const all = tasks.map((task) => (task.id === source.id ? source : task));
        const found = finding({ kind: 'dependency', blocking, dependsOn, neededBy });
        const verdict = decideFinding(found, situation({ source, tasks: all }));
        expect(decideFinding(found, situation({ source, tasks: all }))).toEqual(verdict);
        if (verdict.type !== 'task') return;
        expect(all.map(({ key }) => key)).not.toContain(verdict.key);
        const edges = new Map<string, string[]>(all.map(({ key, dependsOn: deps }) => [key, [...deps]]));
        edges.set(verdict.key, [...dependsOn]);
        for (const other of [...neededBy, ...(verdict.waits ? [source.key] : [])])
          edges.get(other)?.push(verdict.key);
        expect(findCycles(edges)).toEqual([]);
      },
    ),
  );
});

test('however much is reported, no task leads to more than three and no ticket to more than ten', () => {
  const reports = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 40 });
  fc.assert(
    fc.property(reports, (sources) => {
      const tasks = Array.from({ length: 5 }, (_, index) => taskRow(index + 1, { state: running }));
      const discoveries: Discovery[] = [];
      for (const [index, number] of sources.entries()) {
        const source = tasks[number - 1] ?? null;
        const verdict = decideFinding(
          finding({ title: `Report ${index}` }),
          situation({ tasks, source, discoveries }),
        );
        if (verdict.type === 'task')
          discoveries.push(
            discoveryRow(index + 1, {
              parent: keyOf(number),
              decision: accepted(Number(nextKey(tasks).slice(1))),
            }),
          );
      }
      for (const number of [1, 2, 3, 4, 5])
        expect(discoveries.filter(({ parent }) => parent === keyOf(number)).length).toBeLessThanOrEqual(
          maxOfTask,
        );
      expect(discoveries.length).toBeLessThanOrEqual(maxOfTicket);
    }),
  );
});
