/**
 * The road of the sample, as a person types it: `omoi run` from a ticket to an agent's question, its answer, the same
 * command again to the pull request, and what is left after it.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EventView } from '#core/api/views.ts';
import { parseEvent } from '#core/events/catalogue.ts';
import { materialiseSample, sampleCassette, samples, sampleTicket } from '#local/sample/materialise.ts';
import { type Ended, omoi } from '#test/support/command.ts';
import { distDir, openTestHost, type TestHost, temporaryFolder } from '#test/support/host.ts';
import { branchesOf, gitIn } from '#test/support/repository.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let repo: string;
let before: unknown;
let args: string[];
/** Until only a person could go on. */
let first: Ended;
/** The same command line, once the question was answered. */
let second: Ended;
const at = (...names: string[]) => join(folder.path, ...names);

beforeAll(async () => {
  folder = await temporaryFolder();
  repo = at('shelf');
  await materialiseSample(repo, distDir);
  // What somebody was in the middle of.
  await writeFile(join(repo, 'src/days.ts'), '// half a thought\n');
  await writeFile(join(repo, 'notes.txt'), 'mine');
  const { title, description } = await sampleTicket();
  await writeFile(at('ticket.md'), description);
  args = ['run', '--json', '--approve', 'all', '--replay', sampleCassette, '--data', at('data')];
  args.push('--repo', repo, '--title', title, '--file', at('ticket.md'));
  before = await treeOf(repo);
  first = await omoi(folder.path, args);
  await withHost(async (host) => {
    const { openQuestions } = await host.ticket('TKT-1');
    const params = { id: openQuestions[0]?.id ?? '' };
    await host.client.call('answerQuestion', { params, body: { text: samples.typescript.answer } });
  });
  second = await omoi(folder.path, args);
  // Two hosts and the whole road; a busy machine takes many times the two minutes of an idle one.
}, 1_800_000);
afterAll(() => folder.remove());

/** Everything of a repository that belongs to whoever works in it. */
async function treeOf(place: string): Promise<unknown> {
  const own = (name: string) => readFile(join(place, name), 'hex');
  return {
    status: await gitIn(place, '--no-optional-locks', 'status', '--porcelain', '--ignored', '--branch'),
    files: await Promise.all(['src/days.ts', 'notes.txt'].map(own)),
    git: await Promise.all(['.git/HEAD', '.git/index', '.git/config'].map(own)),
    main: await gitIn(place, 'rev-parse', 'main'),
  };
}

const linesOf = ({ out }: Ended): unknown[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
const eventsOf = (ended: Ended): EventView[] =>
  linesOf(ended)
    .slice(0, -1)
    .map((line) => EventView.parse(line));
const allEvents = (): EventView[] => [...eventsOf(first), ...eventsOf(second)];
const ofType = (type: string) => allEvents().filter((event) => event.type === type);

describe('omoi run', () => {
  it('waits where an agent asks, and says what for', () => {
    expect(first).toMatchObject({ code: 4 });
    expect(linesOf(first).at(-1)).toMatchObject({ type: 'result', status: 'waiting', ticket: 'TKT-1' });
    expect(ofType('question.asked.v1').map(({ data }) => data.text)).toEqual([
      expect.stringMatching(/^In how many lines may a member stand at once/),
    ]);
  });

  it('ends well, with an object that says how', () => {
    expect(second).toMatchObject({ code: 0 });
    expect(linesOf(second).at(-1)).toEqual({
      type: 'result',
      status: 'ready',
      ticket: 'TKT-1',
      branch: 'omoi/TKT-1-let-members-wait-in-line-for-a-book',
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      pullRequest: 1,
      reason: null,
      criteria: { total: 15, proven: 15 },
      tasks: { done: 9, failed: 0 },
      costUsd: expect.any(Number),
      seconds: expect.any(Number),
    });
  });

  it('prints events of the catalogue in their order, and no token', async () => {
    const events = allEvents();
    // What the platform keeps to itself is put back, so that the whole event is parsed.
    const hidden = { correlationId: '', causationId: null };
    for (const event of events)
      parseEvent({ ...event, ...hidden, data: { ...event.data, token: '', tokens: [] } });
    const cursors = events.map(({ cursor }) => cursor);
    expect(cursors).toEqual([...new Set(cursors)].sort((a, b) => a - b));
    expect(first.out + second.out).not.toMatch(/"tokens?":|eyJ[\w-]{10}/);
    expect([first, second].map(({ out, err }) => out + err).join()).not.toContain(
      await readFile(at('data', 'secret'), 'utf8'),
    );
    expect(first.err).toMatch(/A replayed model is in use/);
  });

  it('has another run refute the first work of T1, and gives the input to its builder', async () => {
    expect(ofType('property.refuted.v1').map(({ data }) => data)).toMatchObject([
      { key: 'T1', criterion: 'REQ-1.5', counterexample: 'copies=1, lent=0, waiting=1' },
    ]);
    expect(refusalsOf('T1')).toEqual([[1, expect.stringMatching(/^Verification failed/)]]);
    const files = await gitIn(repo, 'ls-tree', '--name-only', resultOf(second).branch, 'test/');
    expect(files.split('\n')).toContain('test/t1-properties.test.ts');
  });

  it('lets T2, T3, T4 and T5 work at the same time', () => {
    const works = ['T2', 'T3', 'T4', 'T5'].map(firstBuild);
    const lastBegin = Math.max(...works.map(({ begin }) => begin));
    expect(works.filter(({ end }) => end > lastBegin).length).toBeGreaterThanOrEqual(3);
  });

  it('checks what waits together, finds the culprit in it, and lands the others', async () => {
    const checks = new Map<unknown, unknown[]>();
    for (const { data } of ofType('task.verifying.v1'))
      checks.set(data.runId, [...(checks.get(data.runId) ?? []), data.key]);
    const batches = [...checks.values()].filter((keys) => keys.length > 1);
    expect(batches.flat()).toContain('T3');
    expect(refusalsOf('T3')).toEqual([[1, expect.stringMatching(/^Verification failed/)]]);
    await withHost(async (host) => {
      const { items } = await host.client.call('listEvidence', { params: { ticket: 'TKT-1' } });
      const tested = items.filter(({ taskKey, name }) => taskKey === 'T3' && name === 'test');
      expect(tested.map(({ verdict }) => verdict)).toEqual(expect.arrayContaining(['failed', 'passed']));
      const failures = tested.map(({ tests }) => tests !== null && 'failed' in tests && tests.failed);
      expect(failures).toContain(3);
    });
  });

  it('gives back work that takes a test away, with the place, until the test is there again', async () => {
    expect(refusalsOf('T8')).toEqual([
      [1, expect.stringMatching(/^What the work does to its checks was refused/)],
    ]);
    await withHost(async (host) => {
      const gates = (await host.client.call('listGates', { params: { ticket: 'TKT-1' } })).items;
      const findings = gates.flatMap(({ tamper }) => tamper?.findings ?? []);
      expect(findings).toMatchObject([
        { file: 'test/commands.test.ts', kind: 'removed-test', severity: 'high' },
      ]);
    });
    const { branch } = resultOf(second);
    expect(await gitIn(repo, 'diff', '--stat', 'main', branch, '--', 'test/commands.test.ts')).toBe('');
  });

  it('has an integrator bring two tasks together that both changed the fixture', async () => {
    expect(ofType('task.conflicted.v1').map(({ data }) => data.files)).toEqual([['test/fixture.ts']]);
    const integrators = ofType('run.ended.v1').filter(({ data }) => data.role === 'integrator');
    expect(integrators.map(({ data }) => data.outcome)).toEqual(['work']);
    const fixture = await gitIn(repo, 'show', `${resultOf(second).branch}:test/fixture.ts`);
    expect(fixture).toMatch(/twoWait[\s\S]*allLent/);
    expect(fixture).not.toMatch(/^[<=>]{7}/m);
  });

  it('makes a task of what an agent found, once: who reports it again is told which one', async () => {
    await withHost(async (host) => {
      const params = { ticket: 'TKT-1' };
      const { items } = await host.client.call('listTasks', { params });
      const found = items.find(({ key }) => key === 'T9');
      expect(found).toMatchObject({
        parent: 'T6',
        status: 'done',
        why: expect.stringMatching(/^Found by T6/),
      });
      const discoveries = (await host.client.call('listDiscoveries', { params })).items;
      expect(discoveries.map(({ status }) => status)).toEqual(['asked', 'accepted', 'refused']);
    });
  });

  it('leaves one clean commit a task on the branch, and everything else as it was', async () => {
    const { branch, commit } = resultOf(second);
    expect(await treeOf(repo)).toEqual(before);
    expect(Object.keys(await branchesOf(repo))).toEqual(['refs/heads/main', `refs/heads/${branch}`]);
    expect(await gitIn(repo, 'rev-parse', branch)).toBe(commit);
    expect(await gitIn(repo, 'rev-list', '--merges', `main..${branch}`)).toBe('');
    const trailers = ['Ticket', 'Task', 'Criteria'].map(
      (key) => `%(trailers:key=${key},valueonly,separator=%x2C)`,
    );
    const log = await gitIn(repo, 'log', `--format=${trailers.join('|')}`, `main..${branch}`);
    const rows = log.split('\n').map((line) => line.split('|'));
    expect(rows.map(([ticket]) => ticket)).toEqual(Array(9).fill('TKT-1'));
    expect(rows.map(([, task]) => task).sort()).toEqual([
      'T1',
      'T2',
      'T3',
      'T4',
      'T5',
      'T6',
      'T7',
      'T8',
      'T9',
    ]);
    const criteria = rows.flatMap(([, , ids]) => ids?.split(', ') ?? []);
    // Those of the requirements, and the one that the discovered task has of its own.
    expect(new Set(criteria).size).toBe(15);
  });

  it('delivers what passes its tests in anybody’s clone', async () => {
    const clone = at('clone');
    await gitIn(folder.path, 'clone', '--quiet', '--branch', resultOf(second).branch, repo, clone);
    const script = 'npm ci --offline --no-audit --no-fund && npm run build && npm run lint && npm test';
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: clone });
    expect(stdout).toMatch(/(?:#|ℹ) fail 0$/m);
  });

  it('opens exactly one pull request, and makes no second ticket when it is typed again', async () => {
    const again = await omoi(folder.path, args);
    expect(again.code).toBe(0);
    expect(resultOf(again)).toMatchObject({ ...resultOf(second), seconds: expect.any(Number) });
    await withHost(async (host) => {
      const { items } = await host.client.call('listPulls', {});
      expect(items.map(({ number, branch, state }) => [number, branch, state])).toEqual([
        [1, resultOf(second).branch, 'open'],
      ]);
      expect((await host.client.call('listTickets', {})).items.map(({ name }) => name)).toEqual(['TKT-1']);
    });
  });
});

const Result = z.looseObject({ branch: z.string(), commit: z.string() });

function resultOf(ended: Ended): z.infer<typeof Result> {
  return Result.parse(linesOf(ended).at(-1));
}

/** Round and reason of each time that a task was given back. */
function refusalsOf(key: string): unknown[] {
  return ofType('task.refused.v1').flatMap(({ data }) =>
    data.key === key ? [[data.round, data.reason]] : [],
  );
}

/** When the first builder of a task was at work. */
function firstBuild(key: string): { begin: number; end: number } {
  const events = allEvents();
  const taskId = events.find(({ type, data }) => type === 'task.planned.v1' && data.key === key)?.data.taskId;
  const when = (what: string) => {
    const event = events.find(
      ({ type, data }) => type === what && data.taskId === taskId && data.role === 'builder',
    );
    return Date.parse(event?.occurredAt ?? '');
  };
  return { begin: when('run.started.v1'), end: when('run.ended.v1') };
}

/** Looks at the data folder with a host of its own. */
async function withHost(look: (host: TestHost) => Promise<void>): Promise<void> {
  const host = await openTestHost(at('data'));
  try {
    await look(host);
  } finally {
    await host.close();
  }
}
