/**
 * Nothing is lost: a road is killed at points of a seeded sample, restarted, and compared with the undisturbed run.
 *
 * It is the road of the Python sample, whose own commands take no time. `npm run bench -- kill` does the same to the
 * demo at many more points, and prints them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { built } from '../bench/folder.ts';
import type { Kill } from '../bench/kill/plan.ts';
import type { Walked } from '../bench/kill/point.ts';
import {
  hostRoads,
  numbered,
  placesOf,
  type RoadOutcome,
  sandboxRoads,
  undisturbed,
  walkAll,
} from '../bench/kill/points.ts';

/** Moved when the sample should be another one; the same seed always gives the same points of a run of the same length. */
const seed = 20_261_122;

/** Twelve in all with those below; each kind on one road, for what dies again and again has most to lose. */
const sample = { commits: 6, turns: 4 } as const;
/** The commits that would do most harm twice: on the sample whatever the seed says. */
const always: readonly Kill[] = [
  { what: 'host', at: 'ticket.advanced.v1', when: 'after' },
  { what: 'host', at: 'pull.opened.v1', when: 'before' },
];
/** How many commits there are depends a little on the machine; past this share of them a run may be over. */
const surelyReached = 0.9;
/** Ends a test that hangs; a road under a busy machine takes minutes. */
const limits = { timeout: 1_800_000 };

const language = 'python';

let folder = '';
let whole: Walked;

beforeAll(async () => {
  await built();
  folder = await mkdtemp(join(tmpdir(), 'omoi-kill-'));
  whole = await undisturbed(folder, language);
}, 900_000);

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

/** One number in [0, 1) after the other: mulberry32, short and the same everywhere. */
function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One number from each of `count` equal stretches of 1…`last`, so that the sample reaches the whole road. */
function drawn(last: number, count: number, random: () => number): number[] {
  return Array.from({ length: count }, (_, index) => 1 + Math.floor(((index + random()) * last) / count));
}

function walked(kills: readonly (readonly Kill[])[], place: string): Promise<readonly RoadOutcome[]> {
  const expected = { language, outcome: whole.outcome } as const;
  return walkAll(join(folder, place), numbered(kills), expected, () => undefined);
}

/** What was different, by the places of the deaths; empty when all is well. */
function wrongOf(outcomes: readonly RoadOutcome[]): unknown[] {
  return outcomes
    .filter(({ wrong }) => wrong.length > 0)
    .map((outcome) => ({ places: placesOf(outcome), road: outcome.road, wrong: outcome.wrong }));
}

function missed(outcomes: readonly RoadOutcome[]): unknown[] {
  return outcomes.flatMap((outcome) =>
    placesOf(outcome).flatMap((place, index) => (place === null ? [outcome.road[index]] : [])),
  );
}

describe('kill -9', limits, () => {
  it('of the host at any commit leaves the same branch, one pull request and the same bill', async () => {
    const last = Math.floor(whole.commits * surelyReached);
    const commits = drawn(last, sample.commits, seeded(seed));
    const outcomes = await walked([...hostRoads(commits, 1), always], 'host');
    expect(wrongOf(outcomes)).toEqual([]);
    expect(missed(outcomes)).toEqual([]);
  });

  it('of a sandbox at any turn leaves the same branch, one pull request and the same bill', async () => {
    const turns = drawn(whole.turns.length, sample.turns, seeded(seed + 1)).map(
      (at) => whole.turns[at - 1] ?? '',
    );
    const outcomes = await walked(sandboxRoads(turns, 1), 'sandbox');
    expect(wrongOf(outcomes)).toEqual([]);
    expect(missed(outcomes)).toEqual([]);
  });
});
