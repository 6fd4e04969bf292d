/**
 * Whether a graph of tasks can be carried out: nothing depends on itself, on what is not there, or on itself by way of
 * others. The evaluator of plans asks it of a whole plan, a discovery asks it of what it would add.
 */
import { findCycles } from './cycles.ts';

/** What a graph is made of; a row, a planned task and a wish all have it. */
export interface Node {
  readonly key: string;
  readonly dependsOn: readonly string[];
}

/** What is wrong, and with which node (`index` in the list that was given; `place` in its `dependsOn`). */
export type GraphFault =
  | { readonly type: 'self-dependency'; readonly index: number; readonly place: number; readonly key: string }
  | {
      readonly type: 'unknown-dependency';
      readonly index: number;
      readonly place: number;
      readonly key: string;
      readonly on: string;
    }
  /** `path` begins and ends with the same key: `['T1', 'T2', 'T1']`. `index` is that of its first. */
  | { readonly type: 'cycle'; readonly index: number; readonly path: readonly string[] };

/** All faults: first the edges in the order they stand, then at most 20 cycles. None: the graph has an order. */
export function validateGraph(nodes: readonly Node[]): GraphFault[] {
  const places = new Map<string, number>();
  const edges = new Map<string, string[]>();
  for (const [index, { key, dependsOn }] of nodes.entries()) {
    if (!places.has(key)) places.set(key, index);
    // A key that stands twice is another rule's business; here its edges count together.
    edges.set(key, [...(edges.get(key) ?? []), ...dependsOn]);
  }
  const wrong = nodes.flatMap(({ key, dependsOn }, index) =>
    dependsOn.flatMap((on, place): GraphFault[] => {
      if (on === key) return [{ type: 'self-dependency', index, place, key }];
      return edges.has(on) ? [] : [{ type: 'unknown-dependency', index, place, key, on }];
    }),
  );
  const cycles = findCycles(edges).map(
    (path): GraphFault => ({ type: 'cycle', index: places.get(path[0] ?? '') ?? 0, path }),
  );
  return [...wrong, ...cycles];
}

/** The fault in a sentence that its author can act on. */
export function faultWords(fault: GraphFault): string {
  switch (fault.type) {
    case 'self-dependency':
      return `${fault.key} depends on itself`;
    case 'unknown-dependency':
      return `${fault.key} depends on ${fault.on}, which is no task`;
    case 'cycle':
      return `tasks depend on each other in a circle: ${fault.path.join(' → ')}`;
    default:
      return fault satisfies never;
  }
}

/**
 * The circle that would close if `key` came to depend on these as well, as a path that begins and ends with `key`; a
 * shortest one. Null when none would. `key` need not be in the graph yet; what is already wrong with it is not said.
 */
export function wouldCycle(
  nodes: readonly Node[],
  key: string,
  dependsOn: readonly string[],
): string[] | null {
  if (dependsOn.includes(key)) return [key, key];
  const edges = new Map(nodes.map((node) => [node.key, node.dependsOn]));
  const cameFrom = new Map<string, string | null>(dependsOn.map((on) => [on, null]));
  // The loop goes on over what is added to the list that it walks: breadth first, so the first way back is a shortest.
  const queue = [...dependsOn];
  for (const at of queue) {
    for (const next of edges.get(at) ?? []) {
      if (next === key) return [key, ...wayTo(at, cameFrom), key];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      queue.push(next);
    }
  }
  return null;
}

function wayTo(end: string, cameFrom: ReadonlyMap<string, string | null>): string[] {
  const way: string[] = [];
  for (let at: string | null = end; at !== null; at = cameFrom.get(at) ?? null) way.unshift(at);
  return way;
}
