/** Property tests by another run: written without sight of the author's, measured with the work and without it. */
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { Sha } from '#core/id.ts';
import type { CheckPlan, CheckResult } from '#core/verify/check.ts';
import { judge } from '#core/verify/judge.ts';
import type { NamedProperty } from '#core/verify/properties/independent.ts';
import { calls, type Said, use } from './model.ts';
import { type BriefChanges, openScene, type SandboxScene } from './scene.ts';

let scene: SandboxScene;
afterEach(() => scene.close());

const over = { status: 400, error: { message: 'the script is over' } };
const criterion = {
  id: 'REQ-1.1',
  text: 'A fine is never negative, for any days',
  kind: 'property',
} as const;
const task = {
  ...{ key: 'T1', title: 'Fines', goal: 'fine(days)', criteria: [criterion], writes: ['**'] },
  doneWhen: 'it is so',
};

const files = {
  'package.json': '{"name":"x","type":"module"}',
  'test/other.test.js': "import test from 'node:test';\ntest('other', () => {});\n",
};
const good = 'export const fine = (days) => (days > 3 ? (days - 3) * 25 : 0);\n';
const bad = 'export const fine = (days) => (days - 3) * 25;\n';
const old = { 'test/base.test.js': "import test from 'node:test';\ntest('base', () => {});\n" };

/** A property test that draws its own cases: `days` is what it draws, `law` what has to hold. */
const property = (law: string, from = '../fine.js', own = '1') => `
process.env.PROPERTY_SEED ??= '${own}';
process.env.PROPERTY_CASES ??= '200';
import test from 'node:test';
import { fine } from '${from}';
test('fines', () => {
  const cases = Number(process.env.PROPERTY_CASES);
  let state = Number(process.env.PROPERTY_SEED) % 2147483646 + 1;
  let found;
  let count = 0;
  for (; count < cases && found === undefined; count += 1) {
    state = (state * 48271) % 2147483647;
    const days = state % 60;
    if (!(${law})) found = days;
  }
  for (let days = found; days !== undefined && days >= 0; days -= 1) if (!(${law})) found = days;
  const end = found === undefined ? '' : ' counterexample=' + found;
  console.log('property "fines": seed=' + process.env.PROPERTY_SEED + ' cases=' + count + end);
  if (found !== undefined) throw new Error('refuted by ' + found);
});
`;
const law = 'fine(days) >= 0';
const file = 'test/t1-properties.test.js';
const command = `node --test --test-reporter=spec ${file}`;
const properties = [{ criterion: 'REQ-1.1', name: 'fines' }];
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

const hand = (over: object = {}) =>
  calls(use('submit_tests', { summary: 'Never below zero.', command, properties, ...over }, 'hand'));
const write = (path: string, content: string) => calls(use('write', { path, content }, `write-${path}`));

/** A verifier on `work`, whose author's tests were taken out as a builder's harness does it. */
async function verify(script: readonly Said[], brief: BriefChanges = {}) {
  scene = await openScene(
    { ...files, ...old },
    {
      model: ({ call }) => script[call - 1] ?? over,
      brief: { task, ...brief, run: { role: 'verifier' } },
    },
  );
  const { gateway, repository } = scene;
  const blind = await repository.commit({ 'fine.js': bad }, 'blind', scene.base);
  const bundle = gateway.offer('blind.bundle', await repository.bundle(blind, scene.base));
  const { source } = gateway.state.brief;
  gateway.state.brief = { ...gateway.state.brief, source: { ...source, merge: { bundle, tip: blind } } };
  await scene.attempt();
  return gateway.state;
}
const heard = () =>
  scene.gateway.state.journal.flatMap(({ body }) =>
    body.kind === 'user' ? body.content.map((block) => String(block.content ?? block.text)) : [],
  );

describe('a verifier', () => {
  it('hands in new test files alone, on the commit that the work starts from', async () => {
    const { ended } = await verify([write(file, property(law)), hand()]);
    if (ended?.type !== 'tests') throw new Error(JSON.stringify([ended, scene.log, heard()]));
    expect(ended.tests).toMatchObject({ files: [file], command, properties });
    expect(await scene.commitsIn(ended.tests.bundle)).toMatchObject({ needs: [scene.base] });
    expect(await scene.fileAt(ended.tests.bundle, ended.tests.tip, file)).toContain('PROPERTY_SEED');
    await expect(scene.fileAt(ended.tests.bundle, ended.tests.tip, 'fine.js')).rejects.toThrow();
  });

  it('is asked for plain tests of examples, which are handed in by name and have cases of their own', async () => {
    const example = { id: 'REQ-1.2', text: 'Three days cost 0.', kind: 'example' as const };
    const both = { ...task, criteria: [...task.criteria, example] };
    const plain = `${property(law)}\ntest('three days', () => {\n  console.log('property "three days": seed=1 cases=1');\n});\n`;
    const named = [...properties, { criterion: 'REQ-1.2', name: 'three days' }];
    const { ended, asked } = await verify([write(file, plain), hand({ properties: named })], { task: both });
    if (ended?.type !== 'tests') throw new Error(JSON.stringify([ended, scene.log, heard()]));
    expect(ended.tests.properties).toEqual([
      ...properties,
      { criterion: 'REQ-1.2', name: 'three days', least: 1 },
    ]);
    expect(JSON.stringify(asked[0]?.json.messages)).toContain(
      'Put to property tests: REQ-1.1. Put to a plain test each: REQ-1.2.',
    );
  });

  it('hands in the seeds that refute something, its own trial’s among them', async () => {
    const { ended } = await verify([write(file, property('days < 30')), hand({ seeds: ['7'] })]);
    if (ended?.type !== 'tests') throw new Error(JSON.stringify([ended, scene.log, heard()]));
    expect(ended.tests.seeds).toEqual(['7', String(Number.parseInt(scene.base.slice(0, 8), 16))]);
  });

  it('is told what does not fit: other files, other criteria, properties that nobody hears of, too few cases', async () => {
    const few = property(law).replace('Number(process.env.PROPERTY_CASES)', '7').replace(law, 'true');
    const { ended } = await verify([
      calls(
        use('edit', { path: 'fine.js', old: '(days - 3)', new: '0' }, 'edit'),
        use('write', { path: file, content: few }, 'write'),
      ),
      hand(),
      calls(
        use(
          'bash',
          {
            command: 'printf "export const fine = (days) => (days - 3) * 25;\\n" > fine.js',
          },
          'undo',
        ),
      ),
      hand({ properties: [{ criterion: 'REQ-9.9', name: 'fines' }] }),
      hand({ properties: [{ criterion: 'REQ-1.1', name: 'another' }] }),
      hand(),
    ]);
    const said = heard().filter((words) => !words.startsWith('Wrote'));
    expect(said.join('\n')).toContain('You may add files, and change none: put fine.js back.');
    expect(said.join('\n')).toContain('No property for REQ-1.1.');
    expect(said.join('\n')).toContain('does not tell of the property "another"');
    expect(said.join('\n')).toContain('was tried on 7 cases; 200 are the least');
    expect(ended).toMatchObject({ type: 'failed' });
  });

  it('spends its share and no more', async () => {
    const { ended } = await verify([write(file, 'x'), hand()], {
      limits: {
        ...{ turns: 50, minutes: 30, contextTokens: 100_000, maxOutputTokens: 8000 },
        ...{ commandSeconds: 60, checkSeconds: 60, micros: 1 },
      },
    });
    expect(ended).toMatchObject({ type: 'failed', reason: 'money-limit' });
  });
});

it('a builder hands in its work once more without its tests, where another run is to write some', async () => {
  const script = [
    calls(
      use('write', { path: 'fine.js', content: good }, 'w1'),
      use('write', { path: 'test/mine.test.js', content: "test('mine', () => {});\n" }, 'w2'),
      use('write', { path: 'test/fixture.js', content: 'export const days = 4;\n' }, 'w3'),
    ),
    calls(use('bash', { command: 'echo "// changed" >> test/base.test.js' }, 'b')),
    calls(use('submit_work', { summary: 'Done.', claims: [{ criterion: 'REQ-1.1', how: 'x' }] }, 'submit')),
  ];
  scene = await openScene(
    { ...files, ...old },
    { model: ({ call }) => script[call - 1] ?? over, brief: { task: { ...task, independent: true } } },
  );
  await scene.attempt();
  const { ended } = scene.gateway.state;
  if (ended?.type !== 'work') throw new Error(JSON.stringify([ended, scene.log]));
  const { blind } = ended.submission;
  if (!blind) throw new Error('nothing for a verifier');
  const shown = (path: string) => scene.fileAt(blind.bundle, blind.tip, path);
  expect(await shown('fine.js')).toBe(good);
  await expect(shown('test/mine.test.js')).rejects.toThrow();
  // Another test may use what is in it.
  expect(await shown('test/base.test.js')).toBe(old['test/base.test.js']);
  // Without it nothing that uses it would run.
  expect(await shown('test/fixture.js')).toBe('export const days = 4;\n');
});
