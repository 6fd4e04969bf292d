/**
 * What the merge queue costs, in full check runs: a real repository, git's own merges, and a real test command on each
 * merge result. k tasks wait, each with work of its own; some of it fails by itself, or together with another's.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGit } from '#adapters/git/git.ts';
import { newId } from '#adapters/ids/ids.ts';
import { mergeTree, type Run } from '#agent/checkout/merge.ts';
import { type Landed, type Measured, type Move, nextMove, type Waiting } from '#core/merge/queue.ts';
import type { Bench } from './figure.ts';

const at = '2026-01-01T00:00:00.000Z';
const dated = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };

/** A test for each file, and one of all together: at most one file may be `odd`. */
const tests = `import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { deepEqual, ok } from 'node:assert/strict';
const all = readdirSync('.').filter((name) => name.endsWith('.txt')).map((name) => readFileSync(name, 'utf8').trim());
test('each', () => deepEqual(all.filter((text) => text === 'broken'), []));
test('together', () => ok(all.filter((text) => text === 'odd').length < 2));
`;

async function openRepository() {
  const folder = await mkdtemp(join(tmpdir(), 'omoi-bench-merge-'));
  const git = createGit(process.env.PATH ?? '');
  const run: Run = (args, options = {}) =>
    git(['-c', 'user.name=a', '-c', 'user.email=a@x', ...args], {
      ...options,
      cwd: folder,
      env: { ...dated, ...options.env },
    });
  await run(['init', '-q', '-b', 'main', '.']);
  await writeFile(join(folder, 'all.test.mjs'), tests);
  const commit = async (name: string, text: string, parent?: string) => {
    if (parent !== undefined) await run(['checkout', '-q', '--force', '--detach', parent]);
    await writeFile(join(folder, name), `${text}\n`);
    await run(['add', '-A', '.']);
    await run(['commit', '-q', '-m', name]);
    return (await run(['rev-parse', 'HEAD'])).text;
  };
  return { folder, run, commit };
}

type Repository = Awaited<ReturnType<typeof openRepository>>;

/** Merges the works one by one, checks out the last commit, and runs its tests. */
async function check(
  { folder, run }: Repository,
  { head, works }: Move & { type: 'check' },
): Promise<Measured> {
  let commit = head;
  const merged = [];
  for (const { taskId, tip } of works) {
    const { tree } = await mergeTree(run, commit, tip);
    commit = (await run(['commit-tree', tree, '-p', commit, '-m', tip])).text;
    merged.push({ taskId, tip, commit });
  }
  await run(['checkout', '-q', '--force', '--detach', commit]);
  const { status } = spawnSync(process.execPath, ['--test'], { cwd: folder, stdio: 'ignore' });
  const known = { runId: newId('run'), at, head, asked: merged, works: merged, refused: [] };
  return { ...known, verdict: status === 0 ? 'green' : 'red' };
}

/** The number of checks until nobody waits, and how many works were merged. */
async function play(texts: readonly string[]): Promise<{ checks: number; merged: number }> {
  const repository = await openRepository();
  try {
    let head = await repository.commit('base.txt', 'base');
    const base = head;
    const waiting: Waiting[] = [];
    for (const [index, text] of texts.entries()) {
      const tip = await repository.commit(`part-${index}.txt`, text, base);
      const ids = { runId: newId('run'), taskId: newId('task'), key: `T${index + 1}` };
      waiting.push({ ...ids, tip, base, since: at });
    }
    const [measured, landed]: [Measured[], Landed[]] = [[], []];
    const drop = (work: Waiting) => waiting.splice(waiting.indexOf(work), 1);
    for (;;) {
      const move = nextMove({ head, waiting, landed, measured, checking: false });
      if (move.type === 'wait') return { checks: measured.length, merged: landed.length };
      if (move.type === 'check') measured.push(await check(repository, move));
      if (move.type === 'giveBack') drop(move.work);
      if (move.type !== 'merge') continue;
      for (const { work, onto, commit } of move.works) {
        landed.push({ taskId: work.taskId, key: work.key, onto, commit });
        drop(work);
        head = commit;
      }
    }
  } finally {
    await rm(repository.folder, { recursive: true, force: true });
  }
}

const sizes = [2, 4, 8, 16];

export const merging: Bench = {
  name: 'merge',
  summary: 'full checks that the merge queue needs: all green, one culprit, two that do not go together',
  async run(desk) {
    for (const count of sizes) {
      desk.progress(`${count} tasks wait`);
      const texts = (odd: Record<number, string>) =>
        Array.from({ length: count }, (_, index) => odd[index] ?? `part ${index}`);
      const green = await play(texts({}));
      const against = { what: 'one check for each task', value: count };
      const metric = (what: string) => `checks, ${count} tasks, ${what}`;
      desk.report({ metric: metric('all pass'), value: green.checks, unit: 'runs', goal: '<= 2', against });
      let most = 0;
      for (let culprit = 0; culprit < count; culprit += Math.max(1, count / 4)) {
        const { checks, merged } = await play(texts({ [culprit]: 'broken' }));
        if (merged !== count - 1) throw new Error(`${merged} of ${count} tasks were merged.`);
        most = Math.max(most, checks);
      }
      const goal = `<= ${2 * Math.log2(count) + 2}`;
      desk.report({ metric: metric('one culprit, at worst'), value: most, unit: 'runs', goal, against });
      const pair = await play(texts({ 0: 'odd', [count - 1]: 'odd' }));
      if (pair.merged !== count - 1) throw new Error(`${pair.merged} of ${count} tasks were merged.`);
      desk.report({ metric: metric('a pair'), value: pair.checks, unit: 'runs', against });
    }
  },
};
