/** They are there to be mended one after the other, and a dense graph has more than fit a page. */
const MOST = 20;

/**
 * Cycles of a dependency graph, each with its path: `['T1', 'T2', 'T1']`.
 *
 * Depth first, on a stack of its own: a chain may be as long as the largest plan. Every cycle that closes on the path
 * being walked is reported once; a graph with a cycle always reports at least one. Edges to itself and to keys that
 * are not in the graph are other rules' business and passed over.
 * At most 20 are reported.
 */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  for (const start of edges.keys()) {
    if (cycles.length >= MOST) break;
    if (!done.has(start)) cycles.push(...walk(start, edges, done));
  }
  return cycles.slice(0, MOST);
}

function walk(start: string, edges: ReadonlyMap<string, readonly string[]>, done: Set<string>): string[][] {
  const cycles: string[][] = [];
  const path = [start];
  const places = new Map([[start, 0]]);
  const rests = [[...(edges.get(start) ?? [])]];
  while (path.length > 0 && cycles.length < MOST) {
    const current = path[path.length - 1] ?? start;
    const next = rests[rests.length - 1]?.shift();
    if (next === undefined) {
      done.add(current);
      places.delete(current);
      path.pop();
      rests.pop();
      continue;
    }
    if (next === current || done.has(next) || !edges.has(next)) continue;
    const place = places.get(next);
    if (place !== undefined) {
      cycles.push([...path.slice(place), next]);
      continue;
    }
    places.set(next, path.length);
    path.push(next);
    rests.push([...(edges.get(next) ?? [])]);
  }
  return cycles;
}
