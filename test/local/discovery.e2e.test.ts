/** What agents find on the way, on the real host: a task that comes first, one beside, a refusal, a question. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { calls, use } from '#test/containers/agent/model.ts';
import { openTestHost, type TestHost, temporaryFolder } from '#test/support/host.ts';
import { makeRepository } from '#test/support/repository.ts';
import { handingIn, running, type Script, shouting, writing } from '#test/support/script.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let host: TestHost;
beforeAll(async () => {
  folder = await temporaryFolder();
  host = await openTestHost(join(folder.path, 'data'));
});
afterAll(async () => {
  await host.close();
  await folder.remove();
});

const testOf = (name: string, expected: string) =>
  [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    `import { ${name} } from '../src/${name}.js';`,
    `test('${name}', () => assert.equal(${name}('a'), '${expected}'));`,
    '',
  ].join('\n');
const loud = {
  'src/loud.js': "export const loud = (text) => text + '!';\n",
  'test/loud.test.js': testOf('loud', 'a!'),
};
const low = {
  'src/low.js': 'export const low = (text) => text.toLowerCase();\n',
  'test/low.test.js': testOf('low', 'a'),
};

const discover = (found: object) => calls(use('discover', found));
const needed = {
  kind: 'dependency',
  title: 'Loud letters',
  detail: 'Shouting needs a function that adds an exclamation mark.',
  blocking: true,
  writes: ['src/loud.js', 'test/loud.test.js'],
  criteria: [{ text: 'loud("a") is "a!"' }],
};
const beside = {
  kind: 'debt',
  title: 'Whispering',
  detail: 'A counterpart is missing.',
  writes: ['src/low.js', 'test/low.test.js'],
};

/** T1 finds the rest; T2 and T3 are what it found. */
const script: Script = ({ role, task, call }) => {
  if (role !== 'builder') return null;
  if (task === 'T2') return call === 1 ? writing(loud) : handingIn('T2.1');
  if (task === 'T3') return call === 1 ? writing(low) : handingIn();
  const said = [
    writing(shouting),
    discover(needed),
    running('cat src/loud.js src/shout.js'),
    discover(beside),
    discover({ ...needed, blocking: false, title: 'Loud letters!' }),
    discover({ kind: 'clarification', title: 'May it hurt?', detail: '' }),
    handingIn('REQ-1.1'),
  ];
  return said[call - 1] ?? null;
};

it('what an agent finds is done first, beside, refused or answered, and all of it is delivered', async () => {
  const repo = await makeRepository(join(folder.path, 'greeter'));
  const project = await host.connect(repo);
  const { id } = await host.submit(project, 'Shout with findings', script);
  const asked = await host.until(id, ({ waitingFor }) => waitingFor === 'question');
  const [question] = asked.openQuestions;
  expect(question?.text).toBe('May it hurt?');
  await host.client.call('answerQuestion', { params: { id: question?.id ?? '' }, body: { text: 'Never.' } });
  expect(await host.over(id)).toMatchObject({ status: 'completed', tasks: { total: 3, done: 3, failed: 0 } });

  const heard = host.model.asked.filter(({ role, task }) => role === 'builder' && task === 'T1');
  // One call for each thing said: nothing was asked twice although two sandboxes were let go.
  expect(heard.map(({ call }) => call)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(heard[2]?.heard).toContain('T2 is done, and its result is in your files');
  // The other task's file and its own, in one tree.
  expect(heard[3]?.heard).toContain("text + '!'");
  expect(heard[3]?.heard).toContain('toUpperCase');
  expect(heard[4]?.heard).toContain('It is T3 now');
  expect(heard[5]?.heard).toContain('Not taken: The same as');
  expect(heard[6]?.heard).toContain('Answer: Never.');

  const { items: tasks } = await host.client.call('listTasks', { params: { ticket: id } });
  expect(tasks.map(({ key, why }) => `${key}: ${why}`)).toEqual([
    'T1: It is in the approved plan.',
    'T2: Found by T1’s builder (dependency): Loud letters',
    'T3: Found by T1’s builder (debt): Whispering',
  ]);
  const { items } = await host.client.call('listDiscoveries', { params: { ticket: id } });
  expect(items.map(({ status, guard }) => [status, guard])).toEqual([
    ['accepted', null],
    ['accepted', null],
    ['refused', 'duplicate'],
    ['asked', null],
  ]);
  expect(host.complaints).toEqual([]);
});
