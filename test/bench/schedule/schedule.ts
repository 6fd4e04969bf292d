/**
 * How good the schedule is: random graphs with known durations on W workers, played to the end in simulated time.
 * Makespan is compared with what no schedule can beat: the longest path, or the work divided by the workers.
 */
import { performance } from 'node:perf_hooks';
import { newId } from '#adapters/ids/ids.ts';
import { overlap } from '#core/graph/overlap.ts';
import { remainingPath, schedule } from '#core/graph/schedule.ts';
import { TaskId, TicketId } from '#core/id.ts';
import { type Task, TaskKey } from '#core/task/task.ts';
import { type Bench, median, quantile, rounded } from './figure.ts';

/** A generator that gives every run the same graphs (mulberry32; the constants are its own). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Each task depends on up to three of the 50 before it and writes a file of its own. */
function graph(size: number, random: () => number): Task[] {
  const ticketId = TicketId.parse(newId('ticket'));
  return Array.from({ length: size }, (_, index) => {
    const reach = Math.min(index, 50);
    const count = Math.floor(random() * 4);
    const before = Array.from({ length: count }, () => index - 1 - Math.floor(random() * reach));
    return {
      id: TaskId.parse(newId('task')),
      ticketId,
      key: TaskKey.parse(`T${index + 1}`),
      title: 'a task',
      goal: '',
      dependsOn: [...new Set(before)].filter((at) => at >= 0).map((at) => TaskKey.parse(`T${at + 1}`)),
      criteria: [],
      writes: [`src/file-${index}.ts`],
      estimateMinutes: 5 + Math.floor(random() * 235),
      priority: 0,
      doneWhen: '',
      state: { status: 'pending' },
      generation: 0,
      round: 0,
      feedback: null,
      origin: 'plan',
      version: 0,
      createdAt: '2026-01-01T00:00:00.000Z',
    };
  });
}

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

function lowerBound(tasks: readonly Task[], workers: number): number {
  const longest = Math.max(...remainingPath(tasks).values());
  const work = tasks.reduce((sum, { estimateMinutes }) => sum + estimateMinutes, 0);
  return Math.max(longest, work / workers);
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
  },
};
