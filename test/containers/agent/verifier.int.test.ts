/** A verifier: property tests without sight of the author's, handed in and tried; and its end where nothing builds. */
import { afterEach, describe, expect, it } from 'vitest';
import { nudgeMark } from '#agent/loop/stuck.ts';
import { bad, command, file, files, good, law, old, properties, property, task } from './fines.ts';
import { calls, type Said, text, use } from './model.ts';
import { type BriefChanges, openScene, type SandboxScene } from './scene.ts';
import { over } from './script.ts';

let scene: SandboxScene;
afterEach(() => scene.close());

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

  it('is told that a crash takes its test with it', async () => {
    const crash = "console.log('trying');\nprocess.kill(process.pid, 'SIGSEGV');\n";
    await verify([write(file, crash), hand({ command: `sh -c 'node ${file}; exit $?'` })]);
    expect(heard().join('\n')).toMatch(
      /exited with 139 \(SIGSEGV\), which ends the test as well: run what may/,
    );
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

const cannot = (command: string) => calls(use('cannot_test', { why: 'no such file', command }, command));

describe('work that does not build', () => {
  it('ends its verifier without tests, where a command shows it', async () => {
    const { ended } = await verify([cannot('true'), cannot('node --check none.js')]);
    expect(heard()[0]).toBe('`true` exits with 0: it shows nothing.');
    expect(ended).toMatchObject({
      ...{ type: 'failed', reason: 'untestable' },
      message: 'no such file (`node --check none.js` fails)',
    });
  });

  it('is the way out that a verifier is reminded of, which can ask nobody', async () => {
    await verify(Array.from({ length: 8 }, () => ({ content: [text('I think.')] })));
    const [first = ''] = heard();
    expect(first).toBe('You called no tool. If you are done, call submit_tests; else go on.');
    const nudge = heard().find((words) => words.startsWith(nudgeMark));
    expect(nudge).toContain('call cannot_test where the work itself does not build or submit what is done.');
    expect(nudge).not.toContain('ask');
  });
});
