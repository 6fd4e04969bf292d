/** Property tests by another run in a check: measured with the work and without it. */
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { Sha } from '#core/id.ts';
import type { CheckPlan, CheckResult } from '#core/verify/check.ts';
import { judge } from '#core/verify/judge.ts';
import type { NamedProperty } from '#core/verify/properties/independent.ts';
import { bad, command, file, files, good, law, old, properties, property } from './fines.ts';
import { openScene, type SandboxScene } from './scene.ts';

let scene: SandboxScene;
afterEach(() => scene.close());

const signature = { message: 'Work\n', authorName: 'Omoi', authorEmail: 'o@x', date: '2026-01-02T00:00:00Z' };

/** A check of `work` with these property tests. */
async function check(
  work: Record<string, string>,
  tests: Record<string, string>,
  {
    base = files,
    commands,
    seeds = [],
    refuted = [],
    earlier = [],
    checkSeconds,
    more = [],
  }: {
    base?: Record<string, string>;
    commands?: CheckPlan['commands'];
    seeds?: string[];
    refuted?: { name: string; counterexample: string }[];
    earlier?: string[];
    checkSeconds?: number;
    /** Tests of examples. */
    more?: NamedProperty[];
  } = {},
): Promise<CheckResult & { type: 'checked' }> {
  scene = await openScene(base, { brief: { run: { kind: 'check', role: 'verifier' } } });
  const { gateway, repository } = scene;
  const tip = await repository.commit(work, 'work', scene.base);
  const tested = await repository.commit(tests, 'tests', scene.base);
  const taskId = newId('task');
  const handed = { tip: Sha.parse(tested), bundle: 'tests', files: Object.keys(tests), seeds, refuted };
  const written = { ...handed, command, properties: [...properties, ...more] };
  const plan = { type: 'written', taskId, task: 'T1', tests: written } as const;
  const before = { ...written, files: earlier };
  const plans = [
    plan,
    ...(earlier.length > 0 ? [{ ...plan, taskId: newId('task'), task: 'T2', tests: before } as const] : []),
  ];
  const bundles = [await repository.bundle(tip, scene.base), await repository.bundle(tested, scene.base)];
  const { limits } = gateway.state.brief;
  gateway.state.brief = {
    ...gateway.state.brief,
    limits: { ...limits, checkSeconds: checkSeconds ?? limits.checkSeconds },
    check: {
      ...{
        purpose: 'batch',
        head: scene.base,
        commands: commands ?? { test: 'node --test --test-reporter=spec' },
      },
      works: [{ taskId, key: 'T1', merge: { tip, bundle: 'work', ...signature } }],
      proof: { claims: [], accepted: [], mutate: [], properties: plans },
    },
    checkBundles: bundles.map((bundle, index) => gateway.offer(`check-${index}.bundle`, bundle)),
  };
  await scene.attempt();
  const { ended } = scene.gateway.state;
  if (ended?.type !== 'check' || ended.result.type !== 'checked')
    throw new Error(JSON.stringify([ended, scene.log]));
  return ended.result;
}

const fileIn = async ({ bundle, commit }: CheckResult & { type: 'checked' }, path: string) =>
  scene.fileAt(bundle ?? '', commit, path);

describe('a check with property tests by another run', () => {
  it('merges them into the commit of the task, and measures them with seed and cases', async () => {
    const result = await check({ 'fine.js': good }, { [file]: property(law) });
    expect(result.commands.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['test', 0],
      ['property', 0],
    ]);
    const seed = String(Number.parseInt(result.commit.slice(0, 8), 16));
    const run = {
      name: 'fines',
      framework: 'plain',
      outcome: 'passed',
      seed,
      cases: 200,
      counterexample: null,
    };
    expect(result.proof?.independent).toEqual([
      { task: 'T1', criterion: 'REQ-1.1', missing: null, runs: [{ ...run, onBase: 'failed' }] },
    ]);
    expect(result.works).toHaveLength(1);
    expect(result.works[0]?.changed).toEqual(['fine.js', file]);
    expect(await fileIn(result, file)).toContain("test('fines'");
  });

  it('stores the smallest input that refutes the work', async () => {
    const result = await check({ 'fine.js': bad }, { [file]: property(law) });
    expect(result.commands.at(-1)).toMatchObject({ name: 'property', exitCode: 1 });
    expect(result.proof?.independent?.[0]?.runs).toMatchObject([
      { outcome: 'failed', counterexample: '0', onBase: 'failed' },
    ]);
  });

  it('tries the seeds that refuted something while the tests were written, beside its own', async () => {
    const rare = `process.env.PROPERTY_SEED !== '4711' || ${law}`;
    const one = await check({ 'fine.js': bad }, { [file]: property(rare) });
    expect(one.proof?.independent?.[0]?.runs).toMatchObject([{ outcome: 'passed' }]);
    await scene.close();
    const two = await check({ 'fine.js': bad }, { [file]: property(rare) }, { seeds: ['7', '4711'] });
    expect(two.commands.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['test', 0],
      ['property', 1],
    ]);
    expect(two.proof?.independent?.[0]?.runs).toMatchObject([
      { outcome: 'failed', seed: '4711', counterexample: '0' },
    ]);
    await scene.close();
    const mended = await check({ 'fine.js': good }, { [file]: property(rare) }, { seeds: ['7', '4711'] });
    expect(mended.proof?.independent?.[0]?.runs).toMatchObject([
      { outcome: 'passed', seed: String(Number.parseInt(mended.commit.slice(0, 8), 16)) },
    ]);
  });

  it('asks a person where a work changes what a verifier wrote for another task', async () => {
    const weaker = property('true');
    const result = await check(
      { 'fine.js': good, [file]: weaker },
      { 'test/t2-properties.test.js': property(law) },
      { base: { ...files, [file]: property(law) }, earlier: [file] },
    ).catch((error: Error) => error.message);
    expect(result).toMatch(/"reason":"tampered"/);
    expect(result).toContain('independent-test');
    expect(result).toContain(`It changes ${file}, a property test that another run wrote`);
  });

  it('runs them as the team will, too, and takes what fails then for the refutation that it is', async () => {
    const rare = `process.env.PROPERTY_SEED !== '4711' || ${law}`;
    const result = await check({ 'fine.js': bad }, { [file]: property(rare, '../fine.js', '4711') });
    expect(result.commands.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['test', 1],
      ['property', 1],
    ]);
    expect(result.proof?.independent?.[0]?.runs).toMatchObject([
      { outcome: 'failed', seed: '4711', counterexample: '0' },
    ]);
  });

  it('tells a property that holds without the work', async () => {
    const result = await check(
      { 'a.txt': 'a' },
      { [file]: property(law) },
      { base: { ...files, 'fine.js': good } },
    );
    expect(result.proof?.independent?.[0]?.runs).toMatchObject([{ outcome: 'passed', onBase: 'passed' }]);
  });

  it('does not take for the base commit what the work has built', async () => {
    const builds = { build: 'test ! -e fine.js || cp fine.js built.js', test: 'true' };
    const result = await check(
      { 'fine.js': good },
      { [file]: property(law, '../built.js') },
      { commands: builds },
    );
    expect(result.proof?.independent?.[0]?.runs).toMatchObject([{ outcome: 'passed', onBase: 'failed' }]);
  });

  it('ends what would look for ever without the work', async () => {
    const looks = `(() => { while (fine(4) < 0); return ${law}; })()`;
    const before = { ...files, 'fine.js': 'export const fine = () => -1;\n' };
    const result = await check(
      { 'fine.js': good },
      { [file]: property(looks) },
      { base: before, checkSeconds: 10 },
    );
    expect(result.proof?.independent?.[0]?.runs).toMatchObject([{ outcome: 'passed', onBase: 'failed' }]);
  });

  it('lets an example refute the work by the input that it states', async () => {
    const plain = `test('three days', () => {\n  const got = fine(3);\n  console.log(\`property "three days": seed=1 cases=1\${got === 0 ? '' : ' counterexample=3'}\`);\n  if (got !== 0) throw new Error(String(got));\n});\n`;
    const more = [{ criterion: 'REQ-1.2', name: 'three days', least: 1 }];
    const off = 'export const fine = (days) => Math.max(1, 25 * (days - 3));\n';
    const result = await check({ 'fine.js': off }, { [file]: `${property('true')}\n${plain}` }, { more });
    const proof = result.proof?.independent?.find(({ criterion }) => criterion === 'REQ-1.2');
    expect(proof?.runs).toMatchObject([{ outcome: 'failed', counterexample: '3', least: 1 }]);
    expect(judge(result, null)).toMatchObject({ reason: 'an input refutes REQ-1.2 (three days): 3' });
    // It is tried by itself in any case, so the project's tests are not run again for it.
    const silent = `test('three days', () => {\n  if (fine(3) !== 0) throw new Error();\n});\n`;
    await scene.close();
    const again = await check({ 'fine.js': off }, { [file]: `${property('true')}\n${silent}` }, { more });
    expect(again.commands.flatMap(({ earlier }) => earlier ?? [])).toEqual([]);
  });

  it('leaves out tests that fail without a counterexample, and says so', async () => {
    const result = await check({ 'fine.js': good }, { [file]: property(law, '../gone.js') });
    expect(result.commands.map(({ name, exitCode }) => [name, exitCode])).toEqual([['test', 0]]);
    expect(result.proof?.independent).toEqual([
      {
        ...{ task: 'T1', criterion: 'REQ-1.1', runs: [] },
        missing: expect.stringMatching(
          /^`node --test --test-reporter=spec` fails with its property tests, which refute nothing \(.+\)$/,
        ),
      },
    ]);
    await expect(fileIn(result, file)).rejects.toThrow();
  });

  it('builds the works without them afresh', async () => {
    // What was built of the tests would be left, and fail again.
    const build = `test ! -e ${file} || cp ${file} test/built.test.js`;
    const test = 'node --test --test-reporter=spec';
    const result = await check(
      { 'fine.js': good },
      { [file]: property(law, '../gone.js') },
      { commands: { build, test } },
    );
    expect(result.commands.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['build', 0],
      ['test', 0],
    ]);
  });

  it('does not blame them where the work fails without them in the same way', async () => {
    const broken = {
      'test/other.test.js': "import test from 'node:test';\ntest('other', () => { throw 1; });\n",
    };
    const result = await check({ 'fine.js': good, ...broken }, { [file]: property(law) });
    expect(result.commands.map(({ name, exitCode }) => [name, exitCode])).toEqual([['test', 1]]);
    expect(result.proof?.independent).toMatchObject([
      {
        aside: '`node --test --test-reporter=spec` fails without its property tests, too',
        ...{ missing: null, runs: [{ outcome: 'passed' }] },
      },
    ]);
  });

  it('says of tests that never ran what refuted them when they were handed in', async () => {
    const refuted = [{ name: 'fines', counterexample: 'days = -1' }];
    const result = await check({ 'fine.js': good }, { [file]: property(law, '../gone.js') }, { refuted });
    expect(result.proof?.independent).toEqual([
      {
        ...{ task: 'T1', criterion: 'REQ-1.1', runs: [], refuted: true },
        missing: expect.stringMatching(/; when it was handed in, fines was refuted: days = -1$/),
      },
    ]);
  });

  it('runs those that do not go together with the author’s beside the commit, without these', async () => {
    // As in Go, where one name twice in a package is enough.
    const clash = `import { existsSync } from 'node:fs';\nif (existsSync('test/author.test.js')) throw new Error('twice');\n`;
    const author = old['test/base.test.js'];
    for (const [work, outcome] of [
      [good, 'passed'],
      [bad, 'failed'],
    ] as const) {
      const result = await check(
        { 'fine.js': work, 'test/author.test.js': author },
        { [file]: clash + property(law) },
        { seeds: ['7'] },
      );
      expect(result.commands.map(({ name, exitCode }) => [name, exitCode])).toEqual([['test', 0]]);
      expect(result.proof?.independent).toMatchObject([
        {
          missing: null,
          aside: expect.stringContaining('fails with its property tests'),
          runs: [{ name: 'fines', outcome, onBase: 'failed' }],
        },
      ]);
      await expect(fileIn(result, file)).rejects.toThrow();
      expect(await fileIn(result, 'test/author.test.js')).toBe(author);
      await scene.close();
    }
  });

  it('says what the work alone does where that fails, too', async () => {
    const broken = "import test from 'node:test';\ntest('own', () => { throw new Error('mine'); });\n";
    const result = await check({ 'fine.js': good, 'test/own.test.js': broken }, { [file]: property(law) });
    expect(result.commands).toMatchObject([{ name: 'test', exitCode: 1, tests: { failures: ['own'] } }]);
  });

  it('overwrites no file that is there from elsewhere', async () => {
    const result = await check(
      { 'fine.js': good },
      { [file]: property(law) },
      { base: { ...files, [file]: old['test/base.test.js'] } },
    );
    expect(result.proof?.independent).toMatchObject([
      { missing: null, aside: `${file} is there already, from elsewhere`, runs: [{ outcome: 'passed' }] },
    ]);
    expect(await fileIn(result, file)).toContain('base');
  });

  it('says of a criterion without tests why it has none', async () => {
    scene = await openScene(files, { brief: { run: { kind: 'check', role: 'verifier' } } });
    const missing = { type: 'missing' as const, taskId: newId('task'), task: 'T1', criteria: ['REQ-1.1'] };
    const proof = { claims: [], accepted: [], mutate: [] };
    scene.gateway.state.brief = {
      ...scene.gateway.state.brief,
      check: {
        ...{ purpose: 'final', head: scene.base, works: [], commands: {} },
        proof: { ...proof, properties: [{ ...missing, reason: 'the verifier was stuck' }] },
      },
    };
    await scene.attempt();
    expect(scene.gateway.state.ended).toMatchObject({
      result: {
        proof: { independent: [{ criterion: 'REQ-1.1', missing: 'the verifier was stuck', runs: [] }] },
      },
    });
  });

  it('runs at the end what could not be merged, beside the commit', async () => {
    scene = await openScene(files, { brief: { run: { kind: 'check', role: 'verifier' } } });
    const { gateway, repository } = scene;
    const head = await repository.commit({ 'fine.js': bad }, 'T1', scene.base);
    const tip = Sha.parse(await repository.commit({ [file]: property(law) }, 'tests', scene.base));
    const { source } = gateway.state.brief;
    const branch = gateway.offer('branch.bundle', await repository.bundle(head, scene.base));
    const offered = gateway.offer('tests.bundle', await repository.bundle(tip, scene.base));
    const tests = { tip, bundle: 'tests', files: [file], command, properties };
    gateway.state.brief = {
      ...gateway.state.brief,
      source: { ...source, bundles: [...source.bundles, branch] },
      check: {
        ...{ purpose: 'final', head, works: [], commands: {} },
        proof: {
          ...{ claims: [], accepted: [], mutate: [] },
          properties: [{ type: 'written', taskId: newId('task'), task: 'T1', tests }],
        },
      },
      checkBundles: [offered],
    };
    await scene.attempt();
    const aside = 'its property tests are not on the branch';
    expect(gateway.state.ended).toMatchObject({
      result: { proof: { independent: [{ missing: null, aside, runs: [{ outcome: 'failed' }] }] } },
    });
  });

  it('runs what is on the branch again at the end', async () => {
    scene = await openScene(files, { brief: { run: { kind: 'check', role: 'verifier' } } });
    const { gateway, repository } = scene;
    const head = await repository.commit({ 'fine.js': good, [file]: property(law) }, 'T1', scene.base);
    const { source } = gateway.state.brief;
    const branch = gateway.offer('branch.bundle', await repository.bundle(head, scene.base));
    const tests = { tip: Sha.parse('e'.repeat(40)), bundle: 'gone', files: [file], command, properties };
    const plan = { type: 'written', taskId: newId('task'), task: 'T1', tests } as const;
    gateway.state.brief = {
      ...gateway.state.brief,
      source: { ...source, bundles: [...source.bundles, branch] },
      check: {
        ...{ purpose: 'final', head, works: [], commands: {} },
        proof: { claims: [], accepted: [], mutate: [], properties: [plan] },
      },
    };
    await scene.attempt();
    expect(gateway.state.ended).toMatchObject({
      result: { proof: { independent: [{ missing: null, runs: [{ cases: 200, onBase: 'failed' }] }] } },
    });
  });
});
