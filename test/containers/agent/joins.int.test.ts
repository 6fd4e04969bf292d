/** The default branch comes into a ticket's branch: two parents, both sides' work, and nothing held against either. */
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { CheckResult } from '#core/verify/check.ts';
import { openScene, type SandboxScene } from './scene.ts';

let scene: SandboxScene;
afterEach(() => scene.close());

const files = {
  'lib.js': 'export const one = 1;\nexport const two = 2;\nexport const three = 3;\n',
  'lib.test.js': "import test from 'node:test';\ntest('adds', () => {});\ntest('counts', () => {});\n",
};
const lib = (one: number, three: number) =>
  `export const one = ${one};\nexport const two = 2;\nexport const three = ${three};\n`;
const signature = { message: 'Join\n', authorName: 'Omoi', authorEmail: 'o@x', date: '2026-01-02T00:00:00Z' };

interface Sides {
  /** What the ticket's branch has, and the default branch. */
  readonly ours: Record<string, string | null>;
  readonly theirs: Record<string, string | null>;
  /** What an integrator made of both, on top of the ticket's branch. */
  readonly joined?: Record<string, string | null>;
}

async function open({ ours, theirs, joined }: Sides): Promise<{ head: string; upstream: string }> {
  scene = await openScene(files, { brief: { run: { kind: 'check', role: 'verifier' } } });
  const { gateway, repository, base } = scene;
  const upstream = await repository.commit(theirs, 'theirs', base);
  const all = gateway.offer('upstream.bundle', await repository.bundle(upstream));
  const head = await repository.commit(ours, 'ours', base);
  const branch = gateway.offer('branch.bundle', await repository.bundle(head, base));
  const tip = joined ? await repository.commit(joined, 'joined', head) : upstream;
  const work = joined ? [gateway.offer('work.bundle', await repository.bundle(tip, head))] : [];
  const { source } = gateway.state.brief;
  const merge = { tip, bundle: 'work', ...signature, joins: { commit: upstream, bundle: 'upstream' } };
  gateway.state.brief = {
    ...gateway.state.brief,
    source: { ...source, bundles: [...source.bundles, branch] },
    check: {
      ...{ purpose: 'batch', head, works: [{ taskId: newId('task'), key: 'T3', merge }] },
      commands: { test: 'node --test' },
      proof: { claims: [], accepted: [], mutate: [], protected: [] },
    },
    checkBundles: [all, ...work],
  };
  return { head, upstream };
}

async function measured(): Promise<CheckResult> {
  await scene.attempt();
  const { ended } = scene.gateway.state;
  if (ended?.type !== 'check') throw new Error(JSON.stringify([ended, scene.log]));
  return ended.result;
}

async function merged() {
  const result = await measured();
  if (result.type !== 'checked' || result.bundle === null) throw new Error(JSON.stringify(result));
  return { ...result, bundle: result.bundle };
}

const parents = async (commit: string) =>
  (await scene.repository.git('log', '-1', '--format=%P', commit)).trim();

describe('the default branch in a check', () => {
  it('becomes a merge with two parents, in a bundle that needs no more than the base', async () => {
    const { head, upstream } = await open({
      ours: { 'lib.js': lib(11, 3) },
      theirs: { 'lib.js': lib(1, 33), 'new.js': '' },
    });
    const result = await merged();
    expect(result.works[0]?.changed).toEqual(['lib.js', 'new.js']);
    expect(await scene.fileAt(result.bundle, result.commit, 'lib.js')).toBe(lib(11, 33));
    expect(await scene.commitsIn(result.bundle)).toEqual({ needs: [scene.base], carries: result.commit });
    expect(await parents(result.commit)).toBe(`${head} ${upstream}`);
  });

  it('tells of a conflict as of any other, and takes what was made of both with the same parents', async () => {
    const sides = { ours: { 'lib.js': lib(7, 3) }, theirs: { 'lib.js': lib(8, 3) } };
    await open(sides);
    expect(await measured()).toMatchObject({
      refused: [{ reason: 'conflict', files: ['lib.js'], places: [{ kind: 'content' }] }],
    });
    await scene.close();
    const { head, upstream } = await open({ ...sides, joined: { 'lib.js': lib(78, 3) } });
    const result = await merged();
    expect(await scene.fileAt(result.bundle, result.commit, 'lib.js')).toBe(lib(78, 3));
    expect(await parents(result.commit)).toBe(`${head} ${upstream}`);
  });

  it('is a merge too when it brings nothing that was not there, and says what it has changed', async () => {
    const { head, upstream } = await open({
      ours: { 'lib.js': lib(9, 9), 'our.js': '' },
      theirs: { 'lib.js': lib(9, 9) },
    });
    const { bundle, commit, works } = await merged();
    expect(works[0]?.changed).toEqual(['lib.js']);
    expect(await scene.fileAt(bundle, commit, 'lib.js')).toBe(lib(9, 9));
    expect(await parents(commit)).toBe(`${head} ${upstream}`);
  });

  it('may take tests away and bring markers in a manual: only what is made of both is held against anybody', async () => {
    const manual = 'A conflict begins with\n<<<<<<< ours\nand ends with\n>>>>>>> theirs\n';
    const theirs = {
      'lib.test.js': "import test from 'node:test';\ntest('adds', () => {});\n",
      'manual.md': manual,
    };
    await open({ ours: { 'lib.js': lib(2, 3) }, theirs });
    expect((await merged()).proof?.tamper).toEqual([]);
    await scene.close();
    const joined = { 'lib.js': lib(2, 4), 'manual.md': manual, 'lib.test.js': null };
    await open({ ours: { 'lib.js': lib(2, 3) }, theirs, joined });
    expect(await measured()).toMatchObject({ refused: [{ reason: 'tampered' }] });
    await scene.close();
    const left = { 'lib.js': '<<<<<<< ours\nconst one = 2;\n=======\nconst one = 3;\n>>>>>>> theirs\n' };
    await open({ ours: { 'lib.js': lib(2, 3) }, theirs, joined: { ...theirs, ...left } });
    expect(await measured()).toMatchObject({ refused: [{ reason: 'markers', files: ['lib.js'] }] });
  });
});
