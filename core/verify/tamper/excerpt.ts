/** The lines of both trees around a finding, marked as in a diff: what stands in both is shown as context. */
import type { Place, Tree } from './finding.ts';

/** Lines shown of each side, and the width from which they are cut. */
const shown = 3;
const widest = 200;
/** How far above a line that stands in both a change is looked for. */
const above = 4;

/** Indexes of the lines that stand in both versions, by side. */
interface Kept {
  readonly before: ReadonlySet<number>;
  readonly after: ReadonlySet<number>;
}

/** The texts by line; each file is cut once, and only those with a finding are. */
export class Excerpts {
  readonly #trees: Readonly<Record<Place['side'], Tree>>;
  readonly #cut = new Map<string, string[]>();
  readonly #kept = new Map<string, Kept>();

  constructor(before: Tree, after: Tree) {
    this.#trees = { before, after };
  }

  /** The lines from `at` on, behind those that stood at `was`. */
  of(at: Place, was: Place | undefined): string {
    const kept = this.#keptOf(was?.file ?? at.file, at.file);
    const [old, now] = [was ? this.#show(was, kept) : [], this.#show(at, kept)];
    const head = commonHead(old, now);
    // What follows stands in both, and is shown once.
    const gone = old.slice(head, old.findLastIndex((line) => line.startsWith('-')) + 1);
    return [...old.slice(0, head), ...gone, ...now.slice(head)].join('\n');
  }

  #show({ side, file, line }: Place, kept: Kept): string[] {
    const mark = side === 'before' ? '-' : '+';
    const same = (at: number) => kept[side].has(at);
    // What changed may stand just above the line that is told, as a mark does above its test.
    let from = line - 1;
    while (from > line - 1 - above && from > 0 && same(from)) from -= 1;
    if (same(from)) from = line - 1;
    return this.#linesOf(side, file)
      .slice(from, Math.max(line, from + shown))
      .map((one, at) => `${same(from + at) ? ' ' : mark}${one.slice(0, widest)}`);
  }

  #keptOf(before: string, after: string): Kept {
    const key = `${before}\n${after}`;
    const known = this.#kept.get(key);
    if (known) return known;
    const found = inBoth(this.#linesOf('before', before), this.#linesOf('after', after));
    this.#kept.set(key, found);
    return found;
  }

  #linesOf(side: Place['side'], file: string): string[] {
    const key = `${side}\n${file}`;
    const text = this.#trees[side].get(file);
    const lines = this.#cut.get(key) ?? text?.split('\n') ?? [];
    this.#cut.set(key, lines);
    return lines;
  }
}

function commonHead(old: readonly string[], now: readonly string[]): number {
  let at = 0;
  while (at < old.length && old[at]?.startsWith(' ') && old[at] === now[at]) at += 1;
  return at;
}

/** A piece of both versions, without its ends. */
interface Piece {
  readonly old: readonly [from: number, to: number];
  readonly now: readonly [from: number, to: number];
}

/** Which lines stand in both, in their order: what is equal at the ends, then what lies between lines that are there once. */
function inBoth(old: readonly string[], now: readonly string[]): Kept {
  const [before, after] = [new Set<number>(), new Set<number>()];
  const keep = (one: number, other: number) => {
    before.add(one);
    after.add(other);
  };
  const open: Piece[] = [{ old: [0, old.length], now: [0, now.length] }];
  for (let piece = open.pop(); piece !== undefined; piece = open.pop()) {
    let [[from, to], [first, last]] = [piece.old, piece.now];
    for (; from < to && first < last && old[from] === now[first]; from += 1, first += 1) keep(from, first);
    for (; from < to && first < last && old[to - 1] === now[last - 1]; to -= 1, last -= 1)
      keep(to - 1, last - 1);
    if (from >= to || first >= last) continue;
    const found = anchorsOf(old, now, { old: [from, to], now: [first, last] });
    for (const [one, other] of found) {
      keep(one, other);
      open.push({ old: [from, one], now: [first, other] });
      [from, first] = [one + 1, other + 1];
    }
    if (found.length > 0) open.push({ old: [from, to], now: [first, last] });
  }
  return { before, after };
}

/** Lines that each version holds once, as many as stand in the same order. */
function anchorsOf(old: readonly string[], now: readonly string[], piece: Piece): [number, number][] {
  const [then, later] = [onceIn(old, piece.old), onceIn(now, piece.now)];
  const pairs = [...then].flatMap(([line, at]): [number, number][] => {
    const other = later.get(line);
    return other === undefined ? [] : [[at, other]];
  });
  return longestRise(pairs);
}

function onceIn(lines: readonly string[], [from, to]: readonly [number, number]): Map<string, number> {
  const found = new Map<string, number>();
  const twice = new Set<string>();
  for (let at = from; at < to; at += 1) {
    const line = lines[at] ?? '';
    if (found.has(line)) twice.add(line);
    found.set(line, at);
  }
  for (const line of twice) found.delete(line);
  return found;
}

/** Of pairs in the order of their first, the most whose second rises as well. */
function longestRise(pairs: readonly [number, number][]): [number, number][] {
  interface Link {
    readonly pair: [number, number];
    readonly before: Link | undefined;
  }
  const ends: Link[] = [];
  for (const pair of pairs) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.pair[1] ?? 0) < pair[1]) low = middle + 1;
      else high = middle;
    }
    ends[low] = { pair, before: ends[low - 1] };
  }
  const found: [number, number][] = [];
  for (let link = ends.at(-1); link !== undefined; link = link.before) found.push(link.pair);
  return found.reverse();
}
