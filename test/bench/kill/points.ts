/** Which points of the road to kill at, and what became of each. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { differences, type Outcome } from './outcome.ts';
import type { Kill, Language } from './plan.ts';
import { type Walked, walk } from './point.ts';

/** A death with its number in the table. */
export interface Point {
  readonly number: number;
  readonly kill: Kill;
}

/** One ticket, with deaths on its way in the order in which they come. */
export type Road = readonly Point[];

export interface RoadOutcome {
  readonly road: Road;
  readonly walked: Walked | null;
  /** What is not as it should be; nothing when nothing was lost. */
  readonly wrong: readonly string[];
}

/** `count` of 1…`last`, spread evenly, first and last included. */
export function spread(last: number, count: number | 'all'): number[] {
  const wanted = count === 'all' ? last : Math.min(count, last);
  if (wanted <= 1) return wanted === 1 ? [Math.ceil(last / 2)] : [];
  return Array.from({ length: wanted }, (_, index) => 1 + Math.round((index * (last - 1)) / (wanted - 1)));
}

/**
 * The host dies at the commits `at`, on `roads` roads: each road takes every n-th of them, every other one right before
 * and the others right after. A life counts its own commits, so a death is so many after the one before it.
 */
export function hostRoads(at: readonly number[], roads: number): Kill[][] {
  return dealt(at, roads).map((mine, road) =>
    mine.map((commit, index) => ({
      what: 'host',
      at: commit - (mine[index - 1] ?? 0),
      when: (road + index) % 2 === 0 ? 'before' : 'after',
    })),
  );
}

/** The same for sandboxes at the named turns. */
export function sandboxRoads(turns: readonly string[], roads: number): Kill[][] {
  return dealt(turns, roads).map((mine, road) =>
    mine.map((at, index) => ({ what: 'sandbox', at, when: (road + index) % 2 === 0 ? 'before' : 'after' })),
  );
}

/** As cards are, so that no two neighbours come to the same hand; at most `hands` hands, none of them empty. */
function dealt<T>(cards: readonly T[], hands: number): T[][] {
  return Array.from({ length: Math.min(hands, cards.length) }, (_, hand) =>
    cards.filter((_, index) => index % hands === hand),
  );
}

/** Commits that must never happen twice, whatever their number in a run, in the order in which they come. */
const turningPoints = ['gate.decided.v1', 'ticket.mirrored.v1', 'ticket.advanced.v1', 'pull.opened.v1'];

/** The host dies on both sides of each: one road for either, so that none is passed by in the life that waits for it. */
export function turning(): Kill[][] {
  return (['before', 'after'] as const).map((when) =>
    turningPoints.map((at): Kill => ({ what: 'host', at, when })),
  );
}

/** With numbers, for the table. */
export function numbered(roads: readonly (readonly Kill[])[]): Road[] {
  let number = 0;
  return roads.map((road) =>
    road.map((kill) => {
      number += 1;
      return { number, kill };
    }),
  );
}

/** How the road of a sample ends when nobody dies. */
export interface Expected {
  readonly language: Language;
  readonly outcome: Outcome;
}

/** The undisturbed run; throws when it did not come to a pull request. */
export async function undisturbed(folder: string, language: Language): Promise<Walked> {
  const walked = await walk(join(folder, 'undisturbed'), language, []);
  const { status, pullRequests, tasks, doneEvents } = walked.outcome;
  if (
    status !== 'completed' ||
    pullRequests !== 1 ||
    walked.left.length > 0 ||
    tasks.length !== doneEvents.length
  )
    throw new Error(`The undisturbed run is not what it should be: ${JSON.stringify(walked)}`);
  return walked;
}

/** Walks one road and compares it. Its folder stays only when something was wrong. */
async function judged(folder: string, road: Road, expected: Expected): Promise<RoadOutcome> {
  const place = join(folder, `road-${road[0]?.number}`);
  const outcome = await attempt(place, road, expected);
  if (outcome.wrong.length === 0) await rm(place, { recursive: true, force: true });
  return outcome;
}

async function attempt(
  place: string,
  road: Road,
  { language, outcome: wanted }: Expected,
): Promise<RoadOutcome> {
  try {
    const kills = road.map(({ kill }) => kill);
    const walked = await walk(place, language, kills);
    const { outcome, left } = walked;
    const leftovers = left.map((command) => `still running: ${command}`);
    return { road, walked, wrong: [...differences(outcome, wanted), ...leftovers] };
  } catch (error) {
    // A death that breaks the road is what the table is for.
    return { road, walked: null, wrong: [error instanceof Error ? error.message : String(error)] };
  }
}

/** Where each death of a road took place, in words; null of one that the road ended before, or that is not known. */
export function placesOf({ road, walked }: RoadOutcome): (string | null)[] {
  const killed = walked?.killed ?? [];
  const hosts = road.filter(({ kill }) => kill.what === 'host');
  return road.map((point) =>
    point.kill.what === 'host'
      ? (killed[hosts.indexOf(point)] ?? null)
      : (killed.find((place) => place.startsWith(`${point.kill.at} (`)) ?? null),
  );
}

/** The lines of the table, one a death. */
export function rows(outcome: RoadOutcome): string[] {
  const { road, walked, wrong } = outcome;
  const seconds = walked === null ? '' : `${walked.seconds.toFixed(1)} s`;
  const places = placesOf(outcome);
  return road.map(({ number, kill }, index) => {
    const place = places[index] ?? null;
    const how = wrong.length > 0 ? `DIFFERENT: ${wrong.join('; ')}` : place === null ? 'not reached' : 'same';
    const death = kill.what === 'host' ? `host ${kill.when} ${kill.at}` : `sandbox ${kill.when}`;
    return [String(number).padStart(4), death.padEnd(30), seconds.padStart(7), how, place ?? kill.at].join(
      '  ',
    );
  });
}

/**
 * Two at a time: one road keeps two cores busy only while two tasks build, and a death in a busy machine is the harder
 * one.
 */
const together = 2;

/** Walks all roads, and tells of each when it is done. In the order of their numbers. */
export async function walkAll(
  folder: string,
  roads: readonly Road[],
  expected: Expected,
  done: (outcome: RoadOutcome) => void,
): Promise<readonly RoadOutcome[]> {
  const waiting = [...roads];
  const outcomes: RoadOutcome[] = [];
  const worker = async () => {
    for (let road = waiting.shift(); road !== undefined; road = waiting.shift()) {
      const outcome = await judged(folder, road, expected);
      outcomes.push(outcome);
      done(outcome);
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  return roads.flatMap((road) => outcomes.filter((one) => one.road === road));
}

/** How long that many roads take with deaths on them, by the undisturbed one. */
export function minutesFor(roads: number, undisturbedSeconds: number): number {
  return (roads * undisturbedSeconds * 2.5) / together / 60;
}
