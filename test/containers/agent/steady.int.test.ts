/** Tests that fail and pass on one commit, as a check meets them. */
import { afterEach, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { Sha } from '#core/id.ts';
import type { CheckPlan, CheckResult } from '#core/verify/check.ts';
import { judge } from '#core/verify/judge.ts';
import { openScene, type SandboxScene } from './scene.ts';

let scene: SandboxScene;
afterEach(() => scene.close());

/** A test file; `body` may ask how many times the command has run before, which is counted outside the workspace. */
const testFile = (name: string, body: string) => `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import assert from 'node:assert';
import test from 'node:test';
const file = process.env.HOME + '/${name.replaceAll(' ', '-')}';
const times = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
writeFileSync(file, String(times + 1));
test('${name}', () => { ${body} });
`;
const fails = (when: string) => `assert.ok(!(${when}), 'not now');`;
const steady = { 'package.json': '{"name":"x","type":"module"}', 'steady.test.js': testFile('holds', '') };
const author = { message: 'Work', authorName: 'O', authorEmail: 'o@x', date: '2026-01-02T00:00:00Z' };

interface Asked {
  readonly setup?: string;
  readonly test?: string;
  readonly network?: 'open' | 'none';
  readonly base: Record<string, string>;
  readonly work?: Record<string, string>;
  readonly proof?: Partial<CheckPlan['proof']>;
  /** The text of a test by another run, and its name. */
  readonly others?: { readonly text: string; readonly name: string };
}

async function measured({
  base,
  work,
  proof,
  others,
  setup,
  test = 'node --test --test-reporter=spec',
  network = 'none',
}: Asked): Promise<CheckResult & { type: 'checked' }> {
  scene = await openScene(
    { ...steady, ...base },
    { brief: { network, run: { kind: 'check', role: 'verifier' } } },
  );
  const { gateway, repository, base: head } = scene;
  const tip = await repository.commit(work ?? { 'a.txt': 'a' }, 'work', head);
  const taskId = newId('task');
  const works = [{ taskId, key: 'T1', merge: { tip, bundle: 'work', ...author } }];
  const commands = { ...(setup && { setup }), test };
  const mutate = [{ taskId, commit: tip }];
  const asked = { claims: [], accepted: [], mutate, ...proof };
  const checkBundles = [gateway.offer('work.bundle', await repository.bundle(tip, head))];
  if (others) {
    const file = 'others.test.js';
    const tested = await repository.commit({ [file]: others.text }, 'tests', head);
    checkBundles.push(gateway.offer('tests.bundle', await repository.bundle(tested, head)));
    const properties = [{ criterion: 'REQ-1.1', name: others.name, least: 1 }];
    const handed = { tip: Sha.parse(tested), bundle: 'tests', files: [file], seeds: [], refuted: [] };
    const tests = { ...handed, properties, command: `${commands.test} ${file}` };
    asked.properties = [{ type: 'written', taskId, task: 'T1', tests, of: null }];
  }
  gateway.state.brief = {
    ...gateway.state.brief,
    check: { purpose: 'batch', head, works, commands, proof: asked },
    checkBundles,
  };
  await scene.attempt();
  const { ended } = gateway.state;
  if (ended?.type !== 'check' || ended.result.type !== 'checked') throw new Error(JSON.stringify(ended));
  return ended.result;
}

const testOf = ({ commands }: CheckResult & { type: 'checked' }) =>
  commands.find(({ name }) => name === 'test');

it('a test that was there, failed and passes when it runs again holds nobody up, and both runs are kept', async () => {
  const result = await measured({ base: { 'flaky.test.js': testFile('wobbles', fails('times === 0')) } });
  const test = testOf(result);
  expect(test).toMatchObject({
    exitCode: 0,
    tests: { run: 2, failed: 0 },
    flaky: [{ name: 'wobbles', own: false }],
    earlier: [{ exitCode: 1, tests: { run: 2, failed: 1, failures: ['wobbles'] } }],
  });
  expect(judge(result, null)).toMatchObject({ type: 'passed' });
  const blobs = [test?.log.blob, test?.earlier?.[0]?.log.blob];
  expect(new Set(blobs).size).toBe(2);
  const [now, then] = blobs.map((blob) => String(scene.gateway.state.blobs.get(blob ?? '')));
  expect(now).not.toContain('not now');
  expect(then).toContain('not now');
});

it('what fails in every run is at fault, and not what failed in one of them', async () => {
  const result = await measured({
    base: { 'flaky.test.js': testFile('wobbles', fails('times === 0')) },
    work: { 'broken.test.js': testFile('breaks', fails('true')) },
  });
  expect(testOf(result)).toMatchObject({
    exitCode: 1,
    tests: { failed: 1, failures: ['breaks'] },
    earlier: [{ tests: { failed: 2 } }],
  });
  expect(judge(result, null)).toMatchObject({
    type: 'failed',
    log: expect.not.stringContaining('✖ wobbles'),
  });
});

it('other tests failing each time are asked a third time', async () => {
  const base = {
    'one.test.js': testFile('one wobbles', fails('times === 0')),
    'two.test.js': testFile('two wobbles', fails('times === 1')),
  };
  const test = testOf(await measured({ base }));
  expect(test).toMatchObject({ exitCode: 0, flaky: [{ name: 'one wobbles' }, { name: 'two wobbles' }] });
  expect(test?.earlier).toHaveLength(2);
});

it('a flaky test of the work itself is given back, with what it said when it failed', async () => {
  const result = await measured({
    base: {},
    work: { 'new.test.js': testFile('is new', fails('times === 0')) },
    proof: { claims: [{ task: 'T1', criterion: 'REQ-1.1', names: ['is new'] }] },
  });
  expect(testOf(result)).toMatchObject({ exitCode: 0, flaky: [{ name: 'is new', own: true }] });
  // It proves nothing either.
  expect(result.proof?.named).toMatchObject([{ tests: [{ name: 'is new', outcome: 'failed' }] }]);
  expect(judge(result, null)).toMatchObject({
    type: 'failed',
    reason:
      '`node --test --test-reporter=spec` (test) passes only sometimes: is new failed, and passed when it ran again on the same commit',
    log: expect.stringContaining('not now'),
  });
});

it('begins anew: what the first run left behind does not make the second pass', async () => {
  const leaves = `import assert from 'node:assert';
import test from 'node:test';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
test('leaves a folder', () => { const there = existsSync('made'); mkdirSync('made', { recursive: true }); writeFileSync('made/it', ''); assert.ok(there); });
`;
  const result = await measured({ base: {}, work: { 'leaves.test.js': leaves } });
  expect(testOf(result)).toMatchObject({ exitCode: 1, flaky: [], earlier: [{ exitCode: 1 }] });
  expect(judge(result, null).type).toBe('failed');
});

it('a refuted property is in no doubt, nor what failed before the work or in an earlier check', async () => {
  const said = 'property \\"sums\\": seed=4 cases=3 counterexample=[1,2]';
  const property = testFile('sums', `if (times === 0) console.log("${said}"); ${fails('times === 0')}`);
  const refuted = testOf(await measured({ base: {}, work: { 'sums.test.js': property } }));
  expect(refuted).toMatchObject({ exitCode: 1 });
  expect(refuted?.earlier).toBeUndefined();
  await scene.close();
  // Nor is it forgiven for having held in the run before, where something else failed.
  const later = testFile('sums', `if (times === 1) console.log("${said}"); ${fails('times === 1')}`);
  const mixed = await measured({
    base: { 'flaky.test.js': testFile('wobbles', fails('times === 0')) },
    work: { 'sums.test.js': later },
  });
  expect(judge(mixed, null)).toMatchObject({ type: 'failed', log: expect.stringContaining('[1,2]') });
  await scene.close();
  const known = testOf(
    await measured({
      base: { 'old.test.js': testFile('always failed', fails('true')) },
      proof: { failing: ['always failed'] },
    }),
  );
  expect(known).toMatchObject({ exitCode: 1, tests: { failures: ['always failed'] } });
  expect(known?.earlier).toBeUndefined();
  await scene.close();
  const work = { 'broken.test.js': testFile('breaks', fails('true')) };
  const certain = testOf(await measured({ base: {}, work, proof: { certain: ['breaks'] } }));
  expect(certain?.earlier).toBeUndefined();
});

it('a setup that fails is run once more where it may ask a registry', async () => {
  const setup = 'test -e $HOME/asked || { touch $HOME/asked half; echo no answer; exit 7; }; test ! -e half';
  const result = await measured({ base: {}, setup, network: 'open' });
  expect(result.commands).toMatchObject([
    { name: 'setup', exitCode: 0, earlier: [{ exitCode: 7, excerpt: 'no answer\n' }] },
    { name: 'test', exitCode: 0 },
  ]);
  expect(judge(result, null).type).toBe('passed');
  await scene.close();
  const offline = await measured({ base: {}, setup });
  expect(offline.commands).toMatchObject([{ name: 'setup', exitCode: 7 }]);
  expect(offline.commands[0]?.earlier).toBeUndefined();
});

it('a flaky test of the work’s own leaves the tests by another run where they are', async () => {
  const line = 'console.log(\'property "others hold": seed=1 cases=1\');';
  const result = await measured({
    base: {},
    work: { 'new.test.js': testFile('is new', fails('times === 0')) },
    others: { text: testFile('others hold', line), name: 'others hold' },
  });
  expect(testOf(result)).toMatchObject({ exitCode: 0, flaky: [{ name: 'is new', own: true }] });
  expect(result.proof?.independent).toMatchObject([{ missing: null, runs: [{ outcome: 'passed' }] }]);
  expect(judge(result, null)).toMatchObject({ reason: expect.stringContaining('passes only sometimes') });
});

it('that a flaky test fails does not show that mutated work was noticed', async () => {
  const changed = { 'fine.js': 'export const fine = (days) => (days > 3 ? 1 : 0);\n' };
  const outcomes = async (flaky: string[]) => {
    // Passes when the commit is checked, and fails ever after.
    const base = { 'flaky.test.js': testFile('wobbles', fails('times > 0')) };
    const { proof } = await measured({ base, work: changed, proof: { flaky } });
    return new Set(proof?.mutations.map(({ outcome }) => outcome));
  };
  expect(await outcomes([])).toEqual(new Set(['noticed']));
  await scene.close();
  expect(await outcomes(['wobbles'])).toEqual(new Set(['survived']));
});

it('asks a runner that nobody knows once more: what passes then holds nobody up, what fails each time does', async () => {
  const once = 'test -e ~/once || { touch ~/once; exit 3; }';
  const chance = await measured({ base: {}, test: once });
  expect(chance.commands).toMatchObject([{ name: 'test', exitCode: 0, earlier: [{ exitCode: 3 }] }]);
  expect(judge(chance, null).type).toBe('passed');
  await scene.close();
  const broken = await measured({ base: {}, test: 'echo no; exit 3' });
  expect(broken.commands).toMatchObject([{ name: 'test', exitCode: 3, earlier: [{ exitCode: 3 }] }]);
  expect(judge(broken, null)).toMatchObject({
    type: 'failed',
    reason: '`echo no; exit 3` (test) exited with code 3',
  });
});
