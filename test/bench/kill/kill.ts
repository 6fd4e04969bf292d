/**
 * Kills the host with SIGKILL at the commits of the demo, and the sandbox at each turn of its agents, restarts, and
 * compares with the undisturbed run: branch tree, commits, one pull request, every model call charged once, no task
 * done twice, nothing left running.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Desk } from '../figure.ts';
import { median, rounded } from '../figure.ts';
import { built } from '../folder.ts';
import type { Walked } from './point.ts';
import {
  hostRoads,
  minutesFor,
  numbered,
  placesOf,
  type Road,
  type RoadOutcome,
  rows,
  sandboxRoads,
  spread,
  turning,
  undisturbed,
  walkAll,
} from './points.ts';

export const kill: Bench = {
  name: 'kill',
  summary: 'kill -9 of the host at the commits of the demo, and of the sandbox at each turn',
  async run(desk) {
    await built();
    const folder = await mkdtemp(join(tmpdir(), 'omoi-kill-'));
    const whole = await undisturbed(folder, desk.language);
    const roads = chosen(desk, whole);
    const outcomes = await walkAll(
      folder,
      roads,
      { language: desk.language, outcome: whole.outcome },
      (outcome) => desk.progress(`\n${rows(outcome).join('\n')}`),
    );
    process.stderr.write(`\n${outcomes.flatMap(rows).join('\n')}\n`);
    tell(desk, outcomes, whole);
    const wrong = outcomes.filter((one) => one.wrong.length > 0);
    if (wrong.length > 0) desk.progress(`What was different lies in ${folder}.`);
    else await rm(folder, { recursive: true, force: true });
  },
};

/** The points of the host, then every turn of the agents. */
function chosen(desk: Desk, { commits, turns, seconds }: Walked): Road[] {
  const points = spread(commits, desk.points);
  const many = (count: number) => Math.ceil(count / desk.deaths);
  const host = [...hostRoads(points, many(points.length)), ...turning()];
  const sandbox = sandboxRoads(turns, many(turns.length));
  const roads = numbered([...host, ...sandbox]);
  desk.progress(
    `${commits} commits and ${turns.length} turns in ${seconds.toFixed(0)} s undisturbed; ` +
      `${host.flat().length} and ${turns.length} deaths on ${roads.length} roads, ` +
      `about ${minutesFor(roads.length, seconds).toFixed(0)} minutes`,
  );
  return roads;
}

function tell(desk: Desk, outcomes: readonly RoadOutcome[], whole: Walked): void {
  for (const what of ['host', 'sandbox'] as const) {
    const mine = outcomes.filter(({ road }) => road[0]?.kill.what === what);
    const reached = (some: readonly RoadOutcome[]) =>
      some.flatMap((one) => placesOf(one).filter((place) => one.wrong.length > 0 || place !== null)).length;
    const [all, same] = [reached(mine), reached(mine.filter(({ wrong }) => wrong.length === 0))];
    desk.report({
      metric: `${what}: points reached`,
      value: all,
      unit: 'points',
      ...(what === 'host' ? { goal: '>= 60' } : {}),
    });
    desk.report({
      metric: `${what}: points that came out the same`,
      value: same,
      unit: 'points',
      goal: `== ${all}`,
    });
    desk.report({
      metric: `${what}: points that came out different`,
      value: all - same,
      unit: 'points',
      goal: '== 0',
    });
    const walked = mine.flatMap((one) => (one.walked === null ? [] : [one.walked]));
    if (walked.length === 0) continue;
    desk.report({
      metric: `${what}: model calls asked again because an answer died`,
      value: walked.reduce((sum, one) => sum + one.asked - whole.outcome.calls, 0),
      unit: 'calls',
    });
    desk.report({
      metric: `${what}: median time of a road with deaths on it`,
      value: rounded(median(walked.map(({ seconds }) => seconds)), 1),
      unit: 's',
      against: { what: 'undisturbed', value: rounded(whole.seconds, 1) },
    });
  }
}
