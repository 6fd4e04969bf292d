/**
 * The schedule on the running system: the real host with its store, interpreter and process sandboxes takes one ticket of
 * 40 tasks through execution, with at most eight at work.
 *
 * A replayed model answers each call of a builder after a fixed time, and that is all that a task takes by itself: it
 * reads, writes one file of text and hands it in, and the project's check is one small test. So a task's duration is
 * its calls times the latency, and what comes on top (sandboxes, claims, merges, checks, events) is the platform's. The
 * makespan is from the first start of a task to the last that is done.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cassette } from '#adapters/replay/cassette.ts';
import { createClient } from '#cli/client.ts';
import { pastEvents } from '#cli/follow.ts';
import type { ModelUpstream } from '#core/agent/upstream.ts';
import type { EventView } from '#core/api/views.ts';
import type { Task } from '#core/task/task.ts';
import { greeter, makeRepository } from '../../support/repository.ts';
import { type Desk, median, rounded } from '../figure.ts';
import { built, inFolder } from '../folder.ts';
import { drive } from '../road/drive.ts';
import { openBenchHost } from '../road/host.ts';
import { graph, lowerBound, seeded } from './graphs.ts';

const size = 40;
const sandboxes = 8;
/** A model's answer of a few hundred tokens; four of them, half a minute, are a small task. */
const latencyMs = 7500;
/** Calls of a builder: it reads a while, writes, and hands in. */
const calls = { least: 2, most: 6 };

export async function running(desk: Desk): Promise<void> {
  await built();
  const random = seeded(40);
  const tasks = graph(
    size,
    random,
    (drawn) => calls.least + Math.floor(drawn() * (calls.most - calls.least + 1)),
  );
  // Estimates are numbers of calls.
  const bound = (lowerBound(tasks, sandboxes) * latencyMs) / 1000;
  desk.progress(`${size} tasks on ${sandboxes} sandboxes, at least ${bound} s`);
  const { makespan, merging } = await inFolder((folder) => played(folder, tasks));
  const against = {
    what: 'max(longest path, work / sandboxes) of the model latency, in seconds',
    value: bound,
  };
  desk.report({
    metric: `running system, ${size} tasks, ${sandboxes} sandboxes, ${latencyMs / 1000} s a call: makespan / bound`,
    value: rounded(makespan / bound),
    unit: 'ratio',
    goal: '<= 1.15',
    against,
  });
  desk.report({ metric: 'running system: makespan', value: rounded(makespan, 1), unit: 's', against });
  desk.report({
    metric: 'running system: from work handed in to merged, median',
    value: rounded(merging, 1),
    unit: 's',
  });
}

interface Measured {
  /** In seconds, both. */
  readonly makespan: number;
  readonly merging: number;
}

async function played(folder: string, tasks: readonly Task[]): Promise<Measured> {
  const repo = await makeRepository(join(folder, 'greeter'), greeter);
  const cassette = join(folder, 'cassette.json');
  await writeFile(cassette, JSON.stringify(cassetteOf(tasks)));
  const options = { dataDir: join(folder, 'data'), cassette, slots: sandboxes, upstream: paced };
  const host = await openBenchHost(options);
  try {
    const client = createClient(host.url);
    await client.call('connectProject', {
      body: {
        ...{ name: 'greeter', repo, ceremony: 'short', parallelTasks: sandboxes },
        gates: { explore: 'off', requirements: 'off', design: 'off', tasks: 'off' },
        commands: { test: 'node --test' },
      },
    });
    const title = 'Write forty notes';
    const ticket = await drive(host.url, { repo, title, description: '' });
    if (ticket?.tasks.done !== size) throw new Error(`The ticket is ${ticket?.status}: ${ticket?.reason}`);
    const events = await pastEvents(client, { ticket: ticket.id, after: 0 });
    return measured(events);
  } finally {
    await host.close();
  }
}

function measured(events: readonly EventView[]): Measured {
  const times = (type: string): Map<string, number> =>
    new Map(
      events
        .filter((event) => event.type === type)
        .map(({ subject, occurredAt }) => [subject, Date.parse(occurredAt) / 1000]),
    );
  const [started, queued, done] = [times('task.started.v1'), times('task.queued.v1'), times('task.done.v1')];
  const merging = [...done].map(([task, at]) => at - (queued.get(task) ?? at));
  return {
    makespan: Math.max(...done.values()) - Math.min(...started.values()),
    merging: median(merging),
  };
}

/** Builders are answered after the latency, all others at once: only the execution is measured. */
function paced(upstream: ModelUpstream): ModelUpstream {
  return {
    ...upstream,
    send: async (request) => {
      if (request.context.role === 'builder' && request.path === '/v1/messages') await sleep(latencyMs);
      return await upstream.send(request);
    },
  };
}

let ids = 0;
const use = (name: string, input: unknown) => {
  ids += 1;
  return [{ type: 'tool_use' as const, id: `toolu_${ids}`, name, input }];
};

function cassetteOf(tasks: readonly Task[]): Cassette {
  const builders = tasks.map(({ key, estimateMinutes }) => [
    `builder/${key}`,
    [
      ...Array.from({ length: estimateMinutes - 2 }, () => use('read', { path: 'src/greet.js' })),
      use('write', { path: `notes/${key}.txt`, content: `The note of ${key}.\n` }),
      use('submit_work', {
        summary: 'The note is written.',
        claims: [
          { criterion: criterionOf(key), how: `notes/${key}.txt; \`greets by name\` passes as before` },
        ],
      }),
    ],
  ]);
  return {
    name: 'forty notes',
    model: 'claude-sonnet-5-5',
    responses: {
      explorer: [use('submit_exploration', exploration)],
      analyst: [use('submit_requirements', requirementsOf(tasks))],
      planner: [use('submit_plan', { tasks: tasks.map(planned) })],
      ...Object.fromEntries(builders),
    },
  };
}

const criterionOf = (key: string) => `REQ-1.${key.slice(1)}`;

const exploration = {
  summary: 'A greeter: one function in src/greet.js, tested with node --test. The notes go beside it.',
  size: 'short',
  sizeReason: 'Forty files, but nothing to decide.',
  stack: ['JavaScript, ES modules'],
  keyFiles: [{ path: 'src/greet.js', purpose: 'The greeting that the notes are about' }],
  ...{ conventions: [], commands: { test: 'node --test' }, risks: [], questions: [] },
};

const requirementsOf = (tasks: readonly Task[]) => ({
  requirements: [
    {
      ...{ id: 'REQ-1', title: 'Notes', ears: 'ubiquitous', priority: 'must' },
      text: 'The repository shall hold one note for each task in the folder notes.',
      criteria: tasks.map(({ key }) => ({
        ...{ id: criterionOf(key), kind: 'example' },
        text: `The file notes/${key}.txt holds the line "The note of ${key}."`,
      })),
    },
  ],
  ...{ outOfScope: [], assumptions: [] },
});

const planned = ({ key, dependsOn, estimateMinutes }: Task) => ({
  ...{ key, dependsOn, estimateMinutes, criteria: [criterionOf(key)], priority: 0 },
  title: `Write the note of ${key}`,
  goal: `Write notes/${key}.txt with its one line.`,
  writes: [`notes/${key}.txt`],
  doneWhen: `notes/${key}.txt holds its line.`,
});
