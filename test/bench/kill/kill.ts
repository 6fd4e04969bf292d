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
import type { Kill } from './plan.ts';
import type { Walked } from './point.ts';
import {
  deaths,
  minutesFor,
  type PointOutcome,
  row,
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
    const all = chosen(desk, whole);
    const outcomes = await walkAll(
      folder,
      all,
      { language: desk.language, outcome: whole.outcome },
      (outcome, count) => desk.progress(`${count}/${all.length} ${row(outcome)}`),
    );
    for (const outcome of outcomes) process.stderr.write(`${row(outcome)}\n`);
    tell(desk, outcomes, whole);
    const wrong = outcomes.filter((one) => one.wrong.length > 0);
    if (wrong.length > 0) desk.progress(`What was different lies in ${folder}.`);
    else await rm(folder, { recursive: true, force: true });
  },
};

/** The points of the host, then every turn of the agents. */
function chosen(desk: Desk, { commits, calls, seconds }: Walked): Kill[] {
  const host = [...deaths('host', spread(commits, desk.points)), ...turning()];
  const sandbox = deaths('sandbox', spread(calls, 'all'));
  const all = [...host, ...sandbox];
  desk.progress(
    `${commits} commits and ${calls} model calls in ${seconds.toFixed(0)} s undisturbed; ` +
      `${host.length} and ${sandbox.length} points, about ${minutesFor(all.length, seconds).toFixed(0)} minutes`,
  );
  return all;
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
