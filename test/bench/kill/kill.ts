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
import { judged, type Point, type PointOutcome, points, row, spread, undisturbed } from './points.ts';

/**
 * Two at a time: the demo itself keeps two cores busy only while two tasks build, and a death in a busy machine is the
 * harder one.
 */
const together = 2;

export const kill: Bench = {
  name: 'kill',
  summary: 'kill -9 of the host at the commits of the demo, and of the sandbox at each turn',
  async run(desk) {
    await built();
    const folder = await mkdtemp(join(tmpdir(), 'omoi-kill-'));
    const whole = await undisturbed(folder);
    const all = chosen(desk, whole);
    const outcomes = await walkAll(desk, folder, all, whole);
    for (const outcome of outcomes) process.stderr.write(`${row(outcome)}\n`);
    tell(desk, outcomes, whole);
    const wrong = outcomes.filter((one) => one.wrong.length > 0);
    if (wrong.length > 0) desk.progress(`What was different lies in ${folder}.`);
    else await rm(folder, { recursive: true, force: true });
  },
};

/** The points of the host, then every turn of the agents. */
function chosen(desk: Desk, { commits, calls, seconds }: Walked): Point[] {
  const host = points('host', spread(commits, desk.points), 1);
  const sandbox = points('sandbox', spread(calls, 'all'), host.length + 1);
  const all = [...host, ...sandbox];
  const minutes = (all.length * seconds * 1.5) / together / 60;
  desk.progress(
    `${commits} commits and ${calls} model calls in ${seconds.toFixed(0)} s undisturbed; ` +
      `${host.length} and ${sandbox.length} points, about ${minutes.toFixed(0)} minutes`,
  );
  return all;
}

async function walkAll(
  desk: Desk,
  folder: string,
  all: readonly Point[],
  whole: Walked,
): Promise<readonly PointOutcome[]> {
  const waiting = [...all];
  const outcomes: PointOutcome[] = [];
  const worker = async () => {
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      const outcome = await judged(folder, point, whole.outcome);
      outcomes.push(outcome);
      desk.progress(`${outcomes.length}/${all.length} ${row(outcome)}`);
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  return outcomes.sort((a, b) => a.point.number - b.point.number);
}

function tell(desk: Desk, outcomes: readonly PointOutcome[], whole: Walked): void {
  for (const what of ['host', 'sandbox'] as const) {
    const mine = outcomes.filter(({ point }) => point.kill.what === what);
    const reached = mine.filter(({ walked, wrong }) => wrong.length > 0 || walked?.killed !== null);
    const same = reached.filter(({ wrong }) => wrong.length === 0);
    const lost = reached.length - same.length;
    desk.report({
      metric: `${what}: points reached`,
      value: reached.length,
      unit: 'points',
      ...(what === 'host' ? { goal: '>= 60' } : {}),
    });
    desk.report({
      metric: `${what}: points that came out the same`,
      value: same.length,
      unit: 'points',
      goal: `== ${reached.length}`,
    });
    desk.report({
      metric: `${what}: points that came out different`,
      value: lost,
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
      metric: `${what}: median time of the road with a death on it`,
      value: rounded(median(walked.map(({ seconds }) => seconds)), 1),
      unit: 's',
      against: { what: 'undisturbed', value: rounded(whole.seconds, 1) },
    });
  }
}
