import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { CheckPlan, CheckResult } from '#core/verify/check.ts';
import { openScene, type SandboxScene } from './scene.ts';

let scene: SandboxScene;
afterEach(() => scene.close());

const files = {
  'package.json': '{"name":"x","type":"module"}',
  '.gitignore': 'node_modules\n',
  'lib.js': 'export const one = 1;\nexport const two = 2;\nexport const three = 3;\n',
  'lib.test.js': "import test from 'node:test';\ntest('adds', () => {});\ntest('counts', () => {});\n",
};
const commands = {
  setup: 'mkdir -p node_modules/dep && date +%N > node_modules/dep/stamp',
  lint: 'true',
  test: 'node --test --test-reporter=spec',
};
const signature = {
  message: 'Greet\n\nTask: T1\n',
  authorName: 'Omoi',
  authorEmail: 'o@x',
  date: '2026-01-02T00:00:00Z',
};

type Plan = Partial<CheckPlan> & {
  work?: Record<string, string>;
  head?: string;
  onto?: Record<string, string>;
};

/** Files of the base with one of them changed, for each work in turn; checked together on the base. */
async function openBatch(...contents: Record<string, string>[]): Promise<string[]> {
  await open({});
  const { gateway, repository, base } = scene;
  const works = [];
  const checkBundles = [];
  for (const [index, files] of contents.entries()) {
    const tip = await repository.commit(files, `work ${index}`, base);
    checkBundles.push(gateway.offer(`work-${index}.bundle`, await repository.bundle(tip, base)));
    const merge = { tip, bundle: 'work', ...signature };
    works.push({ taskId: newId('task'), key: `T${index + 1}`, merge });
  }
  const check = { purpose: 'batch' as const, head: base, works, commands };
  gateway.state.brief = { ...gateway.state.brief, check, checkBundles };
  return works.map(({ taskId }) => taskId);
}

/** A check of the base, or of work on it that is merged onto a head that has moved on. */
async function open({ work, onto, ...plan }: Plan): Promise<void> {
  scene = await openScene(files, {
    brief: { run: { kind: 'check', role: 'verifier' } },
  });
  const { gateway, repository, base } = scene;
  const tip = work && (await repository.commit(work, 'work', base));
  const head = onto ? await repository.commit(onto, 'other', base) : base;
  const bundles = onto ? [gateway.offer('branch.bundle', await repository.bundle(head, base))] : [];
  const works = tip
    ? [{ taskId: newId('task'), key: 'T1', merge: { tip, bundle: 'work', ...signature } }]
    : [];
  const { source } = gateway.state.brief;
  gateway.state.brief = {
    ...gateway.state.brief,
    source: { ...source, bundles: [...source.bundles, ...bundles] },
    check: { purpose: 'batch', head, works, commands, ...plan },
    checkBundles: tip ? [gateway.offer('work.bundle', await repository.bundle(tip, base))] : [],
  };
}

async function measured(): Promise<CheckResult> {
  await scene.attempt();
  const { ended } = scene.gateway.state;
  if (ended?.type !== 'check') throw new Error(JSON.stringify([ended, scene.log]));
  return ended.result;
}

describe('the road of a check', () => {
  it('runs the commands of the base commit, counts its tests and keeps their logs', async () => {
    await open({ purpose: 'baseline' });
    const result = await measured();
    if (result.type !== 'checked') throw new Error(result.type);
    expect(result).toMatchObject({ commit: scene.base, bundle: null, works: [], refused: [] });
    expect(result.commands.map(({ name, exitCode, cached }) => [name, exitCode, cached])).toEqual([
      ['setup', 0, false],
      ['lint', 0, false],
      ['test', 0, false],
    ]);
    const test = result.commands[2];
    expect(test?.tests).toMatchObject({ framework: 'node:test', run: 2, failed: 0 });
    const log = scene.gateway.state.blobs.get(test?.log.blob ?? '') ?? Buffer.alloc(0);
    expect(createHash('sha256').update(log).digest('hex')).toBe(test?.log.digest);
    expect(scene.gateway.state.asked).toEqual([]);
    expect(result.leaves).toEqual([]);
  });

  it('tells of a base commit what its commands leave that nobody ignores, and of no other', async () => {
    const making = {
      build: 'mkdir -p out/deep && echo x > out/deep/a && echo x > "odd [name].o"',
      test: 'true',
    };
    await open({ purpose: 'baseline', commands: { ...commands, ...making } });
    expect(await measured()).toMatchObject({ leaves: ['odd [name].o', 'out/'] });
    await scene.close();
    await open({ work: { 'a.txt': 'a' }, commands: making });
    expect(await measured()).not.toHaveProperty('leaves');
  });

  it('keeps the setup of a base commit, and takes it back in a later check, which keeps nothing', async () => {
    await open({ purpose: 'baseline' });
    await measured();
    expect([...scene.gateway.state.setups.keys()]).toHaveLength(1);
    scene.gateway.resume({
      check: {
        purpose: 'final',
        head: scene.base,
        works: [],
        commands: { ...commands, test: 'cat node_modules/dep/stamp' },
      },
    });
    const before = [...scene.gateway.state.setups];
    const result = await measured();
    if (result.type !== 'checked') throw new Error(result.type);
    expect(result.commands[0]).toMatchObject({ cached: true, exitCode: 0 });
    expect(result.commands[2]).toMatchObject({ exitCode: 0, excerpt: expect.stringMatching(/^\d+\n$/) });
    expect([...scene.gateway.state.setups]).toEqual(before);
  });

  it('merges work onto a head that has moved, as one clean commit', async () => {
    await open({
      work: { 'lib.js': 'export const one = 11;\nexport const two = 2;\nexport const three = 3;\n' },
      onto: { 'lib.js': 'export const one = 1;\nexport const two = 2;\nexport const three = 33;\n' },
    });
    const head = scene.gateway.state.brief.check?.head ?? '';
    const result = await measured();
    if (result.type !== 'checked' || result.bundle === null) throw new Error(result.type);
    expect(result.works).toEqual([
      {
        ...{ taskId: expect.any(String), commit: result.commit, changed: ['lib.js'] },
        lines: [{ path: 'lib.js', ranges: [[1, 1]] }],
      },
    ]);
    expect(await scene.commitsIn(result.bundle)).toEqual({ needs: [scene.base], carries: result.commit });
    expect(await scene.fileAt(result.bundle, result.commit, 'lib.js')).toBe(
      'export const one = 11;\nexport const two = 2;\nexport const three = 33;\n',
    );
    expect(await scene.repository.git('log', '-1', '--format=%P %an %at %B', result.commit)).toBe(
      `${head} Omoi 1767312000 Greet\n\nTask: T1\n`,
    );
  });

  it('tells of a conflict with its files', async () => {
    await open({
      work: { 'lib.js': 'export const one = 7;\n' },
      onto: { 'lib.js': 'export const one = 8;\n' },
    });
    const result = await measured();
    expect(result).toMatchObject({
      type: 'unmerged',
      refused: [
        {
          reason: 'conflict',
          files: ['lib.js'],
          detail: expect.stringContaining('CONFLICT (content)'),
          onHead: true,
        },
      ],
    });
  });

  it('merges several works one by one and checks them once; one in the way of another is left out', async () => {
    const [first, second, third, fourth] = await openBatch(
      { 'one.txt': '1' },
      { 'lib.js': 'export const one = 7;\n' },
      { 'lib.js': 'export const one = 8;\n', 'three.txt': '3' },
      { 'four.txt': '4' },
    );
    const result = await measured();
    if (result.type !== 'checked' || result.bundle === null) throw new Error(result.type);
    expect(result.works.map(({ taskId, changed }) => [taskId, changed])).toEqual([
      [first, ['one.txt']],
      [second, ['lib.js']],
      [fourth, ['four.txt']],
    ]);
    expect(result.refused).toMatchObject([{ reason: 'conflict', taskId: third, onHead: false }]);
    expect(result.works.at(-1)?.commit).toBe(result.commit);
    expect(result.commands.filter(({ name }) => name === 'test')).toHaveLength(1);
    await scene.fileAt(result.bundle, result.commit, 'four.txt');
    const log = await scene.repository.git('rev-list', '--reverse', `${scene.base}..${result.commit}`);
    expect(log.trim().split('\n')).toEqual(result.works.map(({ commit }) => commit));
  });

  it('says that work which changes nothing is empty', async () => {
    await open({ work: {} });
    expect(await measured()).toMatchObject({ type: 'unmerged', refused: [{ reason: 'empty' }] });
  });

  it('measures work that changes nothing where it may stand as it was merged before', async () => {
    await open({ work: {} });
    const { check } = scene.gateway.state.brief;
    const works = (check?.works ?? []).map((work) => ({
      ...work,
      merge: { ...work.merge, stands: true as const },
    }));
    if (check) scene.gateway.state.brief = { ...scene.gateway.state.brief, check: { ...check, works } };
    const result = await measured();
    if (result.type !== 'checked') throw new Error(result.type);
    expect(result.refused).toEqual([]);
    expect(result).toMatchObject({ commit: check?.head, bundle: null });
    expect(result.works).toMatchObject([{ commit: result.commit, changed: [], lines: [] }]);
    expect(result.commands.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  });

  it('stops after a setup that fails, and after one that hangs', async () => {
    await open({ commands: { setup: 'echo broken; exit 7', test: 'true' } });
    expect(await measured()).toMatchObject({
      commands: [{ name: 'setup', exitCode: 7, excerpt: 'broken\n' }],
    });
    await scene.close();
    await open({ commands: { setup: 'echo started; sleep 60', test: 'true' } });
    scene.gateway.state.brief = {
      ...scene.gateway.state.brief,
      limits: { ...scene.gateway.state.brief.limits, checkSeconds: 1 },
    };
    expect(await measured()).toMatchObject({
      commands: [{ name: 'setup', exitCode: null, timedOut: true, excerpt: 'started\n' }],
    });
  });

  it('ends the run with its reason when the source cannot be had', async () => {
    await open({ head: '1234567890123456789012345678901234567890' });
    await scene.attempt();
    expect(scene.gateway.state.ended).toMatchObject({ type: 'failed', reason: 'source-failed' });
    await rm(scene.root, { recursive: true, force: true });
  });
});
