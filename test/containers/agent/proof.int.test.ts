import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { TaskId } from '#core/id.ts';
import type { CheckPlan, CheckResult } from '#core/verify/check.ts';
import type { ProofReport } from '#core/verify/report.ts';
import type { Finding } from '#core/verify/tamper/finding.ts';
import { openScene, type SandboxScene } from './scene.ts';

let scene: SandboxScene;
afterEach(() => scene.close());

const files = {
  'package.json': '{"name":"x","type":"module"}',
  'fine.js': 'export const fine = (days) => (days > 3 ? days * 25 : 0);\n',
  'fine.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { fine } from './fine.js';\n" +
    "test('three days are free', () => assert.equal(fine(3), 0));\ntest('four days cost a dollar', () => assert.equal(fine(4), 100));\n",
};
const commands = { test: 'node --test --test-reporter=spec' };
const signature = { message: 'Work\n', authorName: 'Omoi', authorEmail: 'o@x', date: '2026-01-02T00:00:00Z' };

/** A check of `work` on the base, asked for proof. */
async function check(
  work: Record<string, string | null>,
  proof: (taskId: TaskId) => Partial<NonNullable<CheckPlan['proof']>>,
  of: Partial<CheckPlan['commands']> = {},
): Promise<{ result: CheckResult; taskId: TaskId }> {
  scene = await openScene(files, { brief: { run: { kind: 'check', role: 'verifier' } } });
  const { gateway, repository, base } = scene;
  const tip = await repository.commit(work, 'work', base);
  const taskId = newId('task');
  const asked = { claims: [], accepted: [], mutate: [], protected: [], ...proof(taskId) };
  const works = [{ taskId, key: 'T1', merge: { tip, bundle: 'work', ...signature } }];
  gateway.state.brief = {
    ...gateway.state.brief,
    check: { purpose: 'batch', head: base, works, commands: { ...commands, ...of }, proof: asked },
    checkBundles: [gateway.offer('work.bundle', await repository.bundle(tip, base))],
  };
  await scene.attempt();
  const { ended } = scene.gateway.state;
  if (ended?.type !== 'check') throw new Error(JSON.stringify([ended, scene.log]));
  return { result: ended.result, taskId };
}

/** What the final check of a finished task's commit reports. */
async function final(
  work: Record<string, string | null>,
  of: Partial<CheckPlan['commands']> = {},
  claims: NonNullable<CheckPlan['proof']>['claims'] = [],
): Promise<ProofReport> {
  scene = await openScene(files, { brief: { run: { kind: 'check', role: 'verifier' } } });
  const { gateway, repository, base } = scene;
  const head = await repository.commit(work, 'work', base);
  const { source } = gateway.state.brief;
  const branch = gateway.offer('branch.bundle', await repository.bundle(head, base));
  const mutate = [{ taskId: newId('task'), commit: head }];
  const proof = { claims, accepted: [], protected: [], mutate, former: base };
  gateway.state.brief = {
    ...gateway.state.brief,
    source: { ...source, bundles: [...source.bundles, branch] },
    check: { purpose: 'final', head, works: [], commands: { ...commands, ...of }, proof },
  };
  await scene.attempt();
  const { ended } = scene.gateway.state;
  if (ended?.type !== 'check' || ended.result.type !== 'checked' || !ended.result.proof)
    throw new Error(JSON.stringify([ended, scene.log]));
  return ended.result.proof;
}

/** The same, its mutations in words. */
async function mutate(
  work: Record<string, string>,
  of: Partial<CheckPlan['commands']> = {},
): Promise<string[]> {
  const { mutations } = await final(work, of);
  return mutations.map(({ was, now, outcome }) => `${was} → ${now}: ${outcome}`);
}

const deleted = { 'fine.test.js': `${files['fine.test.js'].split('\n').slice(0, 4).join('\n')}\n` };

describe('what a check proves', () => {
  it('looks up the tests that claims name, with their outcome', async () => {
    const claim = (criterion: string, ...names: string[]) => ({ task: 'T1', criterion, names });
    const { result } = await check({ 'fine.js': `${files['fine.js']}// said\n` }, () => ({
      claims: [claim('REQ-1.1', 'three days are free'), claim('REQ-1.2', 'nobody wrote this')],
    }));
    if (result.type !== 'checked') throw new Error(result.type);
    expect(result.proof?.named).toEqual([
      { task: 'T1', criterion: 'REQ-1.1', tests: [{ name: 'three days are free', outcome: 'passed' }] },
      { task: 'T1', criterion: 'REQ-1.2', tests: [] },
    ]);
    expect(result.proof?.sandbox).toMatch(/, \w+, /);
  });

  it('tells, where it is insisted on, which claims name only tests that did not run', async () => {
    const claim = (criterion: string, ...names: string[]) => ({ task: 'T1', criterion, names });
    const claims = [
      claim('REQ-1.1', 'three days are free'),
      claim('REQ-1.2', 'five days cost more'),
      { ...claim('REQ-1.3', 'a line in a document'), command: 'true' },
    ];
    // A file that the command does not take for a test.
    const work = {
      'five.checks.js': "import test from 'node:test';\ntest('five days cost more', () => {});\n",
    };
    const unrun = async (insist: string[], of = {}) => {
      const { result } = await check(work, () => ({ claims, insist }), of);
      return result.type === 'checked' ? result.proof?.unrun : result;
    };
    const alike = ['four days cost a dollar', 'three days are free'];
    expect(await unrun(['T1'])).toEqual([{ ...claim('REQ-1.2', 'five days cost more'), alike }]);
    await scene.close();
    expect(await unrun(['T2'])).toBeUndefined();
    await scene.close();
    // A runner that nobody knows names none.
    expect(await unrun(['T1'], { test: 'true' })).toBeUndefined();
  });

  it('shows what no test can see by a command, unless that holds without the work', async () => {
    const shown = (criterion: string, command: string) => ({ task: 'T1', criterion, names: [], command });
    // Without the work it fails the first time, and never again.
    const byChance = 'grep -q quarter README.md || test -e ~/once || { touch ~/once; false; }';
    // With the work it does so.
    const chancy = 'grep -q quarter README.md && { test -e ~/again || { touch ~/again; false; }; }';
    const { named } = await final({ 'README.md': 'fine(days) costs a quarter a day.\n' }, {}, [
      shown('REQ-1.1', 'grep -q quarter README.md'),
      shown('REQ-1.2', 'grep -q dollar README.md'),
      shown('REQ-1.3', 'test -f fine.js'),
      shown('REQ-1.5', byChance),
      shown('REQ-1.6', chancy),
      { task: 'T1', criterion: 'REQ-1.4', names: ['three days are free'] },
    ]);
    expect(named.map(({ tests }) => tests)).toEqual([
      [{ name: '$ grep -q quarter README.md', outcome: 'passed' }],
      [{ name: '$ grep -q dollar README.md', outcome: 'failed' }],
      [{ name: '$ test -f fine.js (holds without the work, too)', outcome: 'skipped' }],
      [{ name: `$ ${byChance} (holds without the work, too)`, outcome: 'skipped' }],
      [{ name: `$ ${chancy}`, outcome: 'passed' }],
      [{ name: 'three days are free', outcome: 'passed' }],
    ]);
  });

  it('shows by a command what only a build makes, each commit’s by its own', async () => {
    const shown = { task: 'T1', criterion: 'REQ-1.1', names: [], command: 'grep -q quarter out/help.txt' };
    const build = 'mkdir -p out && { test ! -e README.md || cp README.md out/help.txt; }';
    const { named } = await final({ 'README.md': 'a quarter a day\n' }, { build }, [shown]);
    expect(named.map(({ tests }) => tests)).toEqual([[{ name: `$ ${shown.command}`, outcome: 'passed' }]]);
  });

  it('leaves out work that takes a test away, and runs nothing on it', async () => {
    const { result, taskId } = await check(deleted, () => ({}));
    expect(result).toMatchObject({
      type: 'unmerged',
      refused: [
        {
          reason: 'tampered',
          taskId,
          findings: [{ kind: 'removed-test', severity: 'high', file: 'fine.test.js' }],
        },
      ],
    });
  });

  it('takes the same work once a person has accepted what it does', async () => {
    const { result: first } = await check(deleted, () => ({}));
    const refused = first.type === 'unmerged' ? first.refused[0] : undefined;
    const findings: Finding[] = refused?.reason === 'tampered' ? refused.findings : [];
    await scene.close();
    const { result, taskId } = await check(deleted, (id) => ({ accepted: [{ taskId: id, findings }] }));
    expect(result).toMatchObject({
      type: 'checked',
      proof: { tamper: [{ taskId, findings: [{ kind: 'removed-test' }] }] },
    });
  });

  it('tells the properties that the project’s own tests tried, run as the team runs them', async () => {
    const [seed, cases] = ['PROPERTY_SEED:-7', 'PROPERTY_CASES:-300'].map((name) => `$\{${name}}`);
    const line = `echo "property \\"days\\": seed=${seed} cases=${cases}"`;
    const { result } = await check({ 'a.txt': 'a' }, () => ({}), { test: line });
    if (result.type !== 'checked') throw new Error(result.type);
    expect(result.proof?.properties).toEqual([
      { name: 'days', framework: 'plain', outcome: 'passed', seed: '7', cases: 300, counterexample: null },
    ]);
  });

  it('reads reports that the tests write, and no older ones', async () => {
    const report = '<testsuite><testcase classname="slug.SlugTest" name="lowers"/></testsuite>';
    const test = `mkdir -p target/surefire-reports old/test-results && echo '${report}' > target/surefire-reports/TEST-a.xml && echo '${report.replace('lowers', 'old')}' > old/test-results/TEST-b.xml && touch -d 2020-01-01 old/test-results/TEST-b.xml`;
    const { result } = await check(
      { 'a.txt': 'a' },
      () => ({ claims: [{ task: 'T1', criterion: 'REQ-1.1', names: ['SlugTest.lowers', 'SlugTest.old'] }] }),
      { test },
    );
    if (result.type !== 'checked') throw new Error(result.type);
    expect(result.commands[0]?.tests).toMatchObject({ framework: 'junit', run: 1 });
    expect(result.proof?.named[0]?.tests).toEqual([{ name: 'slug.SlugTest > lowers', outcome: 'passed' }]);
  });

  it('is not held up by what a command leaves running', async () => {
    const { result } = await check({ 'a.txt': 'a' }, () => ({}), {
      lint: 'setsid sleep 300 & echo on its way',
      test: 'node --test --test-reporter=spec; (sleep 300 &) ; true',
    });
    if (result.type !== 'checked') throw new Error(result.type);
    expect(result.commands.map(({ exitCode, timedOut }) => [exitCode, timedOut])).toEqual([
      [0, false],
      [0, false],
    ]);
  });
});

describe('mutations', () => {
  it('are noticed by tests that look at the change', async () => {
    expect(await mutate({ 'fine.js': files['fine.js'].replace('25', '(20 + 5)') })).toEqual([
      '> → >=: noticed',
    ]);
  });

  it('survive where no test looks', async () => {
    const runs = await mutate({ 'extra.js': 'export const late = (days) => days > 14;\n' });
    expect(runs).toEqual(['> → >=: survived', '14 → 15: survived']);
  });

  it('that do not build say nothing', async () => {
    const build = 'grep -q "days > 14" extra.js';
    expect(await mutate({ 'extra.js': 'export const late = (days) => days > 14;\n' }, { build })).toEqual([
      '> → >=: unviable',
      '14 → 15: unviable',
    ]);
  });

  it('are noticed as soon as a test fails that passed without them, whatever comes after', async () => {
    const { test } = commands;
    const late = `${test} > out && cat out || { grep -v '^ℹ' out; sleep 600; }`;
    const work = { 'fine.js': files['fine.js'].replace('25', '(20 + 5)') };
    expect(await mutate(work, { test: `timeout 20 bash -c "${late}"; true` })).toEqual(['> → >=: noticed']);
  });
});

describe('the tests as they were', () => {
  const dearer = { 'fine.js': files['fine.js'].replace('25', '30') };
  const fitted = { 'fine.test.js': files['fine.test.js'].replace('fine(4), 100', 'fine(4), 120') };

  it('fail where an expectation was edited to fit the work, and are told by name', async () => {
    expect((await final({ ...dearer, ...fitted })).former).toEqual({
      outcome: 'failed',
      edited: ['fine.test.js'],
      deleted: [],
      failed: ['four days cost a dollar'],
      output: expect.stringContaining('120'),
    });
  });

  it('fail where a test was deleted that the work breaks, without the tests that came since', async () => {
    const anew =
      "import test from 'node:test';\nimport { fine } from './fine.js';\ntest('new', () => { if (fine(4) !== 120) throw 1; });\n";
    const { former } = await final({ ...dearer, 'fine.test.js': null, 'new.test.js': anew });
    const names = ['three days are free', 'four days cost a dollar'];
    expect(former).toMatchObject({ deleted: ['fine.test.js'], failed: names.slice(1), gone: names });
  });

  it('pass where they were only moved about', async () => {
    const { former } = await final({ 'fine.test.js': `${files['fine.test.js']}\n// said\n` });
    expect(former).toEqual({ outcome: 'passed', edited: ['fine.test.js'], deleted: [] });
  });

  it('tell which of them runs no more, though all pass', async () => {
    const { former } = await final(deleted);
    const gone = ['four days cost a dollar'];
    expect(former).toEqual({ outcome: 'passed', edited: ['fine.test.js'], deleted: [], gone });
  });

  it('are not run again where none of them was changed', async () => {
    expect((await final(dearer, { test: 'true' })).former).toEqual({ outcome: 'unchanged' });
  });

  it('may not be built with the work', async () => {
    const build = '! grep "fine(4), 100" fine.test.js';
    const { former } = await final({ ...dearer, ...fitted }, { build });
    expect(former).toEqual({
      ...{ outcome: 'unbuildable', edited: ['fine.test.js'], deleted: [] },
      output: expect.stringContaining('fine(4), 100'),
    });
  });

  it('have with them what came since, where the project needs it to run any', async () => {
    const build = 'test -f tests/check.sh || { echo none; exit 1; }';
    const { former } = await final(
      { 'fine.test.js': `${files['fine.test.js']}\n// said\n`, 'tests/check.sh': 'true\n' },
      { build },
    );
    expect(former).toEqual({ outcome: 'passed', edited: ['fine.test.js'], deleted: [] });
  });

  it('say nothing of work whose own tests fail', async () => {
    expect((await final({ ...fitted })).former).toBeUndefined();
  });
});
