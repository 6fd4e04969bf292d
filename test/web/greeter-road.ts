/**
 * A short road with everything on it that a person meets in the console: all phases, four tasks at once, one that fails
 * its verification, one that asks, one that takes a test away. Its repository needs no build, and its tests take no time;
 * the long road, of the sample, is walked by `omoi run` in test/local/road.e2e.test.ts.
 */
import { use } from '#test/containers/agent/model.ts';
import { greeter } from '#test/support/repository.ts';
import { exploration, shouting, writing } from '#test/support/script.ts';

export const title = 'Greet in more ways';
export const description =
  'The greeter only says hello. We need it louder, softer, for a crowd, and for the way out.';
/** What whoever wrote the ticket says when it is asked. */
export const answer = 'Goodbye. — Ada';

/** The test that T5 takes away at first. */
export const keptTest = 'greets by name';

const testOf = (module: string, name: string, call: string, expected: string): string =>
  [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    `import { ${module} } from '../src/${module}.js';`,
    `test('${name}', () => assert.equal(${call}, '${expected}'));`,
    '',
  ].join('\n');

const crowd = (between: string) =>
  `import { greet } from './greet.js';\nexport const crowd = (names) => greet(names.join('${between}'));\n`;
const emptyTest = testOf('greet', 'greets who gave no name', "greet('')", 'Hello, you.');

/** What each task writes: at first, and once it was given back. */
const works: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  T1: [shouting],
  T2: [
    {
      'src/whisper.js':
        "import { greet } from './greet.js';\nexport const whisper = (name) => greet(name).toLowerCase();\n",
      'test/whisper.test.js': testOf('whisper', 'whispers', "whisper('Ada')", 'hello, ada.'),
    },
  ],
  T3: [
    {
      'src/crowd.js': crowd(', '),
      'test/crowd.test.js': testOf('crowd', 'greets a crowd', "crowd(['Ada', 'Bo'])", 'Hello, Ada and Bo.'),
    },
    { 'src/crowd.js': crowd(' and ') },
  ],
  T4: [
    {
      'src/part.js': "export const part = (name) => 'Goodbye, ' + name + '.';\n",
      'test/part.test.js': testOf('part', 'says goodbye', "part('Ada')", 'Goodbye, Ada.'),
    },
  ],
  T5: [
    {
      'src/greet.js':
        "/** Says hello. */\nexport const greet = (name) => 'Hello, ' + (name || 'you') + '.';\n",
      'test/greet.test.js': emptyTest,
    },
    { 'test/greet.test.js': `${greeter['test/greet.test.js']}${emptyTest.split('\n')[3]}\n` },
  ],
};

/** Requirement and task in one: each has a module of its own. */
const wishes = [
  { key: 'T1', text: 'When a name is to be shouted, the greeter shall answer in capitals.', test: 'shouts' },
  {
    key: 'T2',
    text: 'When a name is to be whispered, the greeter shall answer in small letters.',
    test: 'whispers',
  },
  {
    key: 'T3',
    text: 'When several names are given, the greeter shall greet all of them at once.',
    test: 'greets a crowd',
  },
  { key: 'T4', text: 'When somebody leaves, the greeter shall say goodbye.', test: 'says goodbye' },
  {
    key: 'T5',
    text: 'When no name is given, the greeter shall greet whoever is there.',
    test: 'greets who gave no name',
  },
].map((wish, index) => {
  const files = Object.keys(works[wish.key]?.[0] ?? {});
  return { ...wish, id: `REQ-${index + 1}`, criterion: `REQ-${index + 1}.1`, files };
});

const requirements = {
  requirements: wishes.map(({ id, criterion, text, test }) => ({
    ...{ id, title: text.slice(0, 40), ears: 'event', text, priority: 'must' },
    criteria: [{ id: criterion, text: `A test shows that it ${test}.`, kind: 'example' }],
  })),
  outOfScope: ['Other languages than English'],
  assumptions: ['A name is never longer than a line'],
};

const design = {
  overview: 'Each way to greet is a module of its own beside src/greet.js, and asks it for the words.',
  components: wishes.map(({ key, id, text, files }) => ({
    ...{ name: `Way ${key}`, responsibility: text, files, requirements: [id] },
  })),
  interfaces: [{ name: 'A way to greet', definition: '(name: string) => string' }],
  ...{ dataModels: [], diagrams: [], errors: [], security: [], decisions: [] },
  testStrategy: 'One test file a module, with node --test.',
};

const plan = {
  tasks: wishes.map(({ key, criterion, text, files }) => ({
    key,
    title: `Way ${key} to greet`,
    goal: text,
    dependsOn: key === 'T5' ? ['T1'] : [],
    criteria: [criterion],
    writes: files,
    estimateMinutes: 10,
    doneWhen: 'Its test passes.',
  })),
};

const question = use('discover', {
  kind: 'clarification',
  title: 'Which word is for the way out?',
  detail: 'The ticket names none.',
  blocking: true,
});

function builders() {
  return wishes.flatMap(({ key, criterion, files, test }) => {
    const claim = { criterion, how: `${files[1]}: "${test}"` };
    const handIn = () => [use('submit_work', { summary: 'Done as asked, with its test.', claims: [claim] })];
    const read = ['src/greet.js', 'test/greet.test.js', ...(key === 'T3' ? files : [])];
    return (works[key] ?? []).map((written, round): [string, unknown[]] => [
      `builder/${key}${round === 0 ? '' : `/${round + 1}`}`,
      [
        read.slice(0, round === 0 ? 2 : undefined).map((path) => use('read', { path })),
        ...(key === 'T4' ? [[question]] : []),
        writing(written).content,
        handIn(),
        // Asked whether the test is meant to go, it insists.
        ...(key === 'T5' && round === 0 ? [handIn()] : []),
      ],
    ]);
  });
}

/** The model's words of the road. */
export const cassette = {
  name: 'greeter',
  model: 'claude-sonnet-5-5',
  responses: {
    explorer: [[use('submit_exploration', { ...exploration, size: 'full', direct: undefined })]],
    analyst: [[use('submit_requirements', requirements)]],
    architect: [[use('submit_design', design)]],
    planner: [[use('submit_plan', plan)]],
    ...Object.fromEntries(builders()),
  },
};
