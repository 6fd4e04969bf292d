/** The road of the sample, as a person types it: `omoi run` from a ticket to a pull request, and what is left after it. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EventView } from '#core/api/views.ts';
import { parseEvent } from '#core/events/catalogue.ts';
import { materialiseSample, sampleCassette, sampleTicket } from '#local/sample/materialise.ts';
import { type Ended, omoi } from '#test/support/command.ts';
import { distDir, openTestHost, type TestHost, temporaryFolder } from '#test/support/host.ts';
import { branchesOf, gitIn } from '#test/support/repository.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let repo: string;
let before: unknown;
let args: string[];
let first: Ended;
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
});
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

describe('omoi run', () => {
  it('ends well, with an object that says how', () => {
    expect(first).toMatchObject({ code: 0 });
    expect(linesOf(first).at(-1)).toEqual({
      type: 'result',
      status: 'ready',
      ticket: 'TKT-1',
      branch: 'omoi/TKT-1-let-members-wait-in-line-for-a-book',
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      pullRequest: 1,
      criteria: { total: 9, proven: 9 },
      tasks: { done: 6, failed: 0 },
      costUsd: expect.any(Number),
      seconds: expect.any(Number),
    });
  });

  it('prints events of the catalogue in their order, and no token', async () => {
    const events = eventsOf(first);
    // What the platform keeps to itself is put back, so that the whole event is parsed.
    const hidden = { correlationId: '', causationId: null };
    for (const event of events)
      parseEvent({ ...event, ...hidden, data: { ...event.data, token: '', tokens: [] } });
    const cursors = events.map(({ cursor }) => cursor);
    expect(cursors).toEqual([...new Set(cursors)].sort((a, b) => a - b));
    expect(first.out).not.toMatch(/"tokens?":|eyJ[\w-]{10}/);
    expect(first.out + first.err).not.toContain(await readFile(at('data', 'secret'), 'utf8'));
    expect(first.err).toMatch(/A replayed model is in use/);
  });

  it('lets T2 and T3 work at the same time', () => {
    const [t2, t3] = ['T2', 'T3'].map(firstBuild);
    expect(t2?.begin).toBeLessThan(t3?.end ?? 0);
    expect(t3?.begin).toBeLessThan(t2?.end ?? 0);
  });

  it('sends T3 back once, with three failing tests, and takes what mends them', async () => {
    const refused = eventsOf(first).filter(({ type }) => type === 'task.refused.v1');
    expect(refused.map(({ data }) => [data.key, data.round])).toEqual([['T3', 1]]);
    await withHost(async (host) => {
      const { items } = await host.client.call('listEvidence', { params: { ticket: 'TKT-1' } });
      const checks = items.filter(({ taskKey, name }) => taskKey === 'T3' && name === 'test');
      const outcomes = checks.map(({ verdict, tests }) => [
        verdict,
        tests !== null && 'failed' in tests && tests.failed,
      ]);
      expect(outcomes.filter(([verdict]) => verdict !== 'passed')).toEqual([['failed', 3]]);
      expect(outcomes.at(-1)).toEqual(['passed', 0]);
    });
  });

  it('makes a task of what an agent found, once: who reports it again is told which one', async () => {
    await withHost(async (host) => {
      const params = { ticket: 'TKT-1' };
      const { items } = await host.client.call('listTasks', { params });
      const found = items.find(({ key }) => key === 'T6');
      expect(found).toMatchObject({
        parent: 'T4',
        status: 'done',
        why: expect.stringMatching(/^Found by T4/),
      });
      const discoveries = (await host.client.call('listDiscoveries', { params })).items;
      expect(discoveries.map(({ status }) => status)).toEqual(['accepted', 'refused']);
    });
  });

  it('leaves one clean commit a task on the branch, and everything else as it was', async () => {
    const { branch, commit } = resultOf(first);
    expect(await treeOf(repo)).toEqual(before);
    expect(Object.keys(await branchesOf(repo))).toEqual(['refs/heads/main', `refs/heads/${branch}`]);
    expect(await gitIn(repo, 'rev-parse', branch)).toBe(commit);
    expect(await gitIn(repo, 'rev-list', '--merges', `main..${branch}`)).toBe('');
    const trailers = ['Ticket', 'Task', 'Criteria'].map(
      (key) => `%(trailers:key=${key},valueonly,separator=%x2C)`,
    );
    const log = await gitIn(repo, 'log', `--format=${trailers.join('|')}`, `main..${branch}`);
    const rows = log.split('\n').map((line) => line.split('|'));
    expect(rows.map(([ticket]) => ticket)).toEqual(Array(6).fill('TKT-1'));
    expect(rows.map(([, task]) => task).sort()).toEqual(['T1', 'T2', 'T3', 'T4', 'T5', 'T6']);
    const criteria = rows.flatMap(([, , ids]) => ids?.split(', ') ?? []);
    // Nine of the requirements, and the one that the discovered task has of its own.
    expect(new Set(criteria).size).toBe(10);
  });

  it('delivers what passes its tests in anybody’s clone', async () => {
    const clone = at('clone');
    await gitIn(folder.path, 'clone', '--quiet', '--branch', resultOf(first).branch, repo, clone);
    const script = 'npm ci --offline --no-audit --no-fund && npm run build && npm run lint && npm test';
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: clone });
    expect(stdout).toMatch(/(?:#|ℹ) fail 0$/m);
  });

  it('opens exactly one pull request, and makes no second ticket when it is typed again', async () => {
    const again = await omoi(folder.path, args);
    expect(again.code).toBe(0);
    expect(resultOf(again)).toMatchObject({ ...resultOf(first), seconds: expect.any(Number) });
    await withHost(async (host) => {
      const { items } = await host.client.call('listPulls', {});
      expect(items.map(({ number, branch, state }) => [number, branch, state])).toEqual([
        [1, resultOf(first).branch, 'open'],
      ]);
      expect((await host.client.call('listTickets', {})).items.map(({ name }) => name)).toEqual(['TKT-1']);
    });
  });
});

const Result = z.looseObject({ branch: z.string(), commit: z.string() });

function resultOf(ended: Ended): z.infer<typeof Result> {
  return Result.parse(linesOf(ended).at(-1));
}

/** When the first builder of a task was at work. */
function firstBuild(key: string): { begin: number; end: number } {
  const events = eventsOf(first);
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
