/** Random graphs of tasks, the same in every run, and what no schedule of them can beat. */
import { newId } from '#adapters/ids/ids.ts';
import { remainingPath } from '#core/graph/schedule.ts';
import { TaskId, TicketId } from '#core/id.ts';
import { type Task, TaskKey } from '#core/task/task.ts';

/** A generator that gives every run the same graphs (mulberry32; the constants are its own). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Each task depends on up to three of the 50 before it and writes a file of its own. */
export function graph(
  size: number,
  random: () => number,
  minutes = (drawn: () => number) => 5 + Math.floor(drawn() * 235),
): Task[] {
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
      estimateMinutes: minutes(random),
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

/** The longest path, or the work divided among the workers. */
export function lowerBound(tasks: readonly Task[], workers: number): number {
  const longest = Math.max(...remainingPath(tasks).values());
  const work = tasks.reduce((sum, { estimateMinutes }) => sum + estimateMinutes, 0);
  return Math.max(longest, work / workers);
}
