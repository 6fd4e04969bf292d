/** Which points of the road to kill at, and what became of each. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { differences, type Outcome } from './outcome.ts';
import type { Kill, Language } from './plan.ts';
import { type Walked, walk } from './point.ts';

/** A point with its number in the table. */
export interface Point {
  readonly number: number;
  readonly kill: Kill;
}

export interface PointOutcome {
  readonly point: Point;
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

/** Deaths of one kind: every other one right before, the others right after. */
export function deaths(what: 'host' | 'sandbox', at: readonly number[]): Kill[] {
  return at.map((number, index) => ({ what, at: number, when: index % 2 === 0 ? 'before' : 'after' }));
}

/** Commits that must never happen twice, whatever their number in a run: the host dies on both sides of each. */
const turningPoints = ['ticket.mirrored.v1', 'ticket.advanced.v1', 'pull.opened.v1', 'gate.decided.v1'];

export function turning(): Kill[] {
  return turningPoints.flatMap((at): Kill[] => [
    { what: 'host', at, when: 'before' },
    { what: 'host', at, when: 'after' },
  ]);
}

/** How the road of a sample ends when nobody dies. */
export interface Expected {
  readonly language: Language;
  readonly outcome: Outcome;
}

/** The undisturbed run; throws when it did not come to a pull request. */
export async function undisturbed(folder: string, language: Language): Promise<Walked> {
  const walked = await walk(join(folder, 'undisturbed'), language, { what: 'nothing' });
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

/** Walks one point and compares it. Its folder stays only when something was wrong. */
async function judged(folder: string, point: Point, expected: Expected): Promise<PointOutcome> {
  const place = join(folder, `point-${point.number}`);
  const outcome = await attempt(place, point, expected);
  if (outcome.wrong.length === 0) await rm(place, { recursive: true, force: true });
  return outcome;
}

async function attempt(
  place: string,
  point: Point,
  { language, outcome: wanted }: Expected,
): Promise<PointOutcome> {
  try {
    const walked = await walk(place, language, point.kill);
    const { outcome, left } = walked;
    const leftovers = left.map((command) => `still running: ${command}`);
    return { point, walked, wrong: [...differences(outcome, wanted), ...leftovers] };
  } catch (error) {
    // A point that breaks the road is what the table is for.
    return { point, walked: null, wrong: [error instanceof Error ? error.message : String(error)] };
  }
}

/** One line of the table. */
export function row({ point: { number, kill }, walked, wrong }: PointOutcome): string {
  const where = kill.what === 'nothing' ? 'nothing' : `${kill.what} ${kill.when} ${kill.at}`;
  const how =
    wrong.length === 0
      ? walked?.killed === null
        ? 'not reached'
        : 'same'
      : `DIFFERENT: ${wrong.join('; ')}`;
  const seconds = walked === null ? '' : `${walked.seconds.toFixed(1)} s`;
  return [String(number).padStart(4), where.padEnd(22), seconds.padStart(7), how, walked?.killed ?? ''].join(
    '  ',
  );
}

/**
 * Two at a time: one road keeps two cores busy only while two tasks build, and a death in a busy machine is the harder
 * one.
 */
const together = 2;

/** Walks all points, and tells of each when it is done. In the order of their numbers. */
export async function walkAll(
  folder: string,
  kills: readonly Kill[],
  expected: Expected,
  done: (outcome: PointOutcome, count: number) => void,
): Promise<readonly PointOutcome[]> {
  const waiting = kills.map((kill, index): Point => ({ number: index + 1, kill }));
  const outcomes: PointOutcome[] = [];
  const worker = async () => {
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      const outcome = await judged(folder, point, expected);
      done(outcome, outcomes.push(outcome));
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  return outcomes.sort((a, b) => a.point.number - b.point.number);
}

/** How long that many points take, by the undisturbed run: a death costs about half of a road more. */
export function minutesFor(count: number, undisturbedSeconds: number): number {
  return (count * undisturbedSeconds * 1.5) / together / 60;
}
