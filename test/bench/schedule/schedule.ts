/**
 * How good the schedule is: random graphs with known durations on W workers, played to the end in simulated time.
 * Makespan is compared with what no schedule can beat: the longest path, or the work divided by the workers.
 */
import { performance } from 'node:perf_hooks';
import { overlap } from '#core/graph/overlap.ts';
import { schedule } from '#core/graph/schedule.ts';
import type { Task } from '#core/task/task.ts';
import { type Bench, median, quantile, rounded } from '../figure.ts';
import { graph, lowerBound, seeded } from './graphs.ts';
import { running } from './running.ts';

/** Plays a graph to its end; the makespan in minutes. */
function play(tasks: Task[], workers: number): number {
  const place = new Map(tasks.map(({ key }, index) => [key, index]));
  const running: { readonly index: number; readonly ends: number }[] = [];
  let now = 0;
  for (;;) {
    const plan = schedule(tasks, { parallel: workers }, overlap);
    for (const task of plan.start) {
      const index = place.get(task.key) ?? 0;
      tasks[index] = { ...task, state: { status: 'running', since: task.createdAt } };
      running.push({ index, ends: now + task.estimateMinutes });
    }
    if (plan.finished) return now;
    running.sort((a, b) => a.ends - b.ends);
    const next = running.shift();
    const task = next && tasks[next.index];
    if (!next || !task) throw new Error('Nothing runs, and nothing is finished.');
    now = next.ends;
    tasks[next.index] = { ...task, state: { status: 'done', commit: '0'.repeat(40), at: task.createdAt } };
  }
}

/** Graphs of each size; fewer of the large ones, which take a decision for each task that ends. */
const plays = [
  { size: 10, graphs: 60 },
  { size: 100, graphs: 40 },
  { size: 1000, graphs: 6 },
] as const;
const workersTried = [2, 4, 8, 32];

export const scheduling: Bench = {
  name: 'schedule',
  summary: 'makespan against the lower bound, and the time of one decision',
  async run(desk) {
    const random = seeded(20261122);
    const ratios: number[] = [];
    for (const { size, graphs } of plays) {
      desk.progress(`${graphs} graphs of ${size} tasks on ${workersTried.join(', ')} workers`);
      for (let at = 0; at < graphs; at += 1) {
        const tasks = graph(size, random);
        for (const workers of workersTried)
          ratios.push(play([...tasks], workers) / lowerBound(tasks, workers));
      }
    }
    const bound = { what: 'max(longest path, work / workers)', value: 1 };
    desk.report({
      metric: 'makespan / bound, p95',
      value: rounded(quantile(ratios, 0.95)),
      unit: 'ratio',
      goal: '<= 1.10',
      against: bound,
    });
    desk.report({
      metric: 'makespan / bound, median',
      value: rounded(median(ratios)),
      unit: 'ratio',
      against: bound,
    });
    const large = graph(10_000, random);
    const times = Array.from({ length: 9 }, () => {
      const began = performance.now();
      schedule(large, { parallel: 32 }, overlap);
      return performance.now() - began;
    });
    desk.report({
      metric: 'one decision for 10,000 tasks',
      value: rounded(median(times)),
      unit: 'ms',
      goal: '<= 50',
    });
    await running(desk);
  },
};
