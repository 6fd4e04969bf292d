import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultWords, type Node, validateGraph, wouldCycle } from '#core/graph/validate.ts';

const node = (key: string, ...dependsOn: string[]): Node => ({ key, dependsOn });
const words = (nodes: readonly Node[]) => validateGraph(nodes).map(faultWords);

test('a graph with an order has no fault', () => {
  expect(validateGraph([node('T1'), node('T2', 'T1'), node('T3', 'T1', 'T2')])).toEqual([]);
});

test('each fault says what is wrong and where', () => {
  const graph = [node('T1', 'T1'), node('T2', 'T9'), node('T3', 'T4'), node('T4', 'T5'), node('T5', 'T3')];
  expect(words(graph)).toEqual([
    'T1 depends on itself',
    'T2 depends on T9, which is no task',
    'tasks depend on each other in a circle: T3 → T4 → T5 → T3',
  ]);
  expect(validateGraph(graph)[1]).toMatchObject({ index: 1, place: 0 });
});

test('2,000 tasks in one circle are named by its path', () => {
  const circle = Array.from({ length: 2000 }, (_, n) => node(`T${n + 1}`, `T${((n + 1) % 2000) + 1}`));
  expect(validateGraph(circle)).toMatchObject([{ type: 'cycle', index: 0 }]);
});

test('a wish that would close a circle is told a shortest one', () => {
  const graph = [node('T1'), node('T2', 'T1'), node('T3', 'T2'), node('T4', 'T3', 'T2')];
  expect(wouldCycle(graph, 'T1', ['T4'])).toEqual(['T1', 'T4', 'T2', 'T1']);
  expect(wouldCycle(graph, 'T2', ['T2'])).toEqual(['T2', 'T2']);
  expect(wouldCycle(graph, 'T4', ['T1'])).toBeNull();
  expect(wouldCycle(graph, 'T5', ['T4', 'T9'])).toBeNull();
});

const keys = Array.from({ length: 8 }, (_, n) => `T${n + 1}`);
const key = fc.constantFrom(...keys);
/** Each depends only on those before it. */
const ordered = fc
  .tuple(...keys.map((own, n) => fc.subarray(keys.slice(0, n)).map((on) => node(own, ...on))))
  .map((nodes): Node[] => nodes);

test('a wish is refused exactly when the graph that grants it has a cycle, which then is a real walk', () => {
  fc.assert(
    fc.property(ordered, key, fc.uniqueArray(key, { minLength: 1, maxLength: 3 }), (graph, own, wish) => {
      const granted = graph.map((one) =>
        one.key === own ? node(own, ...one.dependsOn, ...wish.filter((on) => on !== own)) : one,
      );
      const path = wouldCycle(graph, own, wish);
      expect(path !== null).toBe(wish.includes(own) || validateGraph(granted).length > 0);
      if (path === null || path.length === 2) return;
      expect([path[0], path.at(-1)]).toEqual([own, own]);
      const edges = new Map(granted.map((one) => [one.key, one.dependsOn]));
      for (const [place, next] of path.slice(1).entries())
        expect(edges.get(path[place] ?? '')).toContain(next);
    }),
  );
});
