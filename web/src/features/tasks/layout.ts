/** Places of tasks in their graph: left to right by what must come before, the longest path marked. Pure. */

export interface GraphTask {
  readonly key: string;
  readonly dependsOn: readonly string[];
  readonly estimateMinutes: number;
}

export interface Place {
  readonly key: string;
  /** From 0: one more than the furthest of those it depends on. */
  readonly column: number;
  readonly row: number;
  /** Whether it is on the longest path, which no number of agents makes shorter. */
  readonly longest: boolean;
}

export interface Layout {
  readonly places: readonly Place[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly longest: boolean }[];
  /** Minutes of the longest path. */
  readonly minutes: number;
}

/** Lays out a graph. A dependency that names nothing is left out; a cycle is cut where it is entered. */
export function layOut(tasks: readonly GraphTask[]): Layout {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  const depth = measured(byKey, () => 1);
  const length = measured(byKey, ({ estimateMinutes }) => estimateMinutes);
  const path = longestPath(byKey, length);
  const order = [...tasks].sort((a, b) => Number(path.has(b.key)) - Number(path.has(a.key)));
  const filled: number[] = [];
  const places = order.map(({ key }) => {
    const column = (depth.get(key) ?? 1) - 1;
    const row = filled[column] ?? 0;
    filled[column] = row + 1;
    return { key, column, row, longest: path.has(key) };
  });
  const edges = tasks.flatMap(({ key, dependsOn }) =>
    dependsOn
      .filter((from) => byKey.has(from))
      .map((from) => ({ from, to: key, longest: path.get(key) === from })),
  );
  return { places, edges, minutes: Math.max(0, ...length.values()) };
}

/** For each task the greatest sum of weights over any path that ends in it, its own included. */
function measured(
  byKey: ReadonlyMap<string, GraphTask>,
  weight: (task: GraphTask) => number,
): Map<string, number> {
  const sums = new Map<string, number>();
  const visit = (key: string, trail: readonly string[]): number => {
    const task = byKey.get(key);
    if (task === undefined || trail.includes(key)) return 0;
    const known = sums.get(key);
    if (known !== undefined) return known;
    const before = task.dependsOn.map((dependency) => visit(dependency, [...trail, key]));
    const sum = Math.max(0, ...before) + weight(task);
    sums.set(key, sum);
    return sum;
  };
  for (const key of byKey.keys()) visit(key, []);
  return sums;
}

/** The tasks of the longest path, each with the one before it (null for the first). */
function longestPath(
  byKey: ReadonlyMap<string, GraphTask>,
  length: ReadonlyMap<string, number>,
): Map<string, string | null> {
  const longestOf = (keys: Iterable<string>): string | null => {
    let best: string | null = null;
    for (const key of keys) {
      if (best === null || (length.get(key) ?? 0) > (length.get(best) ?? 0)) best = key;
    }
    return best;
  };
  const path = new Map<string, string | null>();
  let key = longestOf(byKey.keys());
  while (key !== null && !path.has(key)) {
    const before = longestOf(byKey.get(key)?.dependsOn.filter((one) => byKey.has(one)) ?? []);
    path.set(key, before);
    key = before;
  }
  return path;
}
