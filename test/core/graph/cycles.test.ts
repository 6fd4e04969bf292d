import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCycles } from '#core/graph/cycles.ts';

const graph = (edges: Record<string, string[]>) => new Map(Object.entries(edges));

describe('cycles of a graph', () => {
  it('are named by their path', () => {
    expect(findCycles(graph({ a: ['b'], b: ['c'], c: ['b'] }))).toEqual([['b', 'c', 'b']]);
  });

  it('are found in every part of it', () => {
    expect(findCycles(graph({ a: ['b'], b: ['a'], c: ['d'], d: ['c'] }))).toHaveLength(2);
  });

  it('do not count an edge to itself, to nothing, or two ways to one place', () => {
    expect(findCycles(graph({ a: ['a', 'x', 'b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([]);
  });

  it('are found at the end of a chain as long as the largest plan', () => {
    const chain = Array.from({ length: 2_000 }, (_, n): [string, string[]] => [
      `${n}`,
      [`${(n + 1) % 2_000}`],
    ]);
    expect(findCycles(new Map(chain))[0]).toHaveLength(2_001);
  });

  it('are at most 20, however dense the graph', () => {
    const keys = Array.from({ length: 60 }, (_, n) => `${n}`);
    expect(findCycles(new Map(keys.map((key) => [key, keys])))).toHaveLength(20);
  });

  it('are reported exactly when no order of the graph exists, and each is a real walk', () => {
    const edge = fc.tuple(fc.nat(9), fc.nat(9));
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 25 }), (pairs) => {
        const edges = new Map(Array.from({ length: 10 }, (_, n): [string, string[]] => [`${n}`, []]));
        for (const [from, to] of pairs) if (from !== to) edges.get(`${from}`)?.push(`${to}`);
        const cycles = findCycles(edges);
        expect(cycles.length > 0).toBe(!hasOrder(edges));
        for (const path of cycles) {
          expect(path[0]).toBe(path.at(-1));
          for (const [place, key] of path.slice(1).entries())
            expect(edges.get(path[place] ?? '')).toContain(key);
        }
      }),
    );
  });
});

/** Takes away what depends on nothing that is left, until nothing is left or nothing can be taken. */
function hasOrder(edges: ReadonlyMap<string, readonly string[]>): boolean {
  const left = new Set(edges.keys());
  for (;;) {
    const free = [...left].filter((key) => !edges.get(key)?.some((other) => left.has(other)));
    if (free.length === 0) return left.size === 0;
    for (const key of free) left.delete(key);
  }
}
