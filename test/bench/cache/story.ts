/** A repository and a cassette, both made up: one builder that reads and runs commands for a hundred turns. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from '#adapters/git/git.ts';
import type { Cassette } from '#adapters/replay/cassette.ts';

/** Turns that read; two more change a file and hand in. */
export const turns = 100;

const files = 25;
/** A page of code: what agents usually read at once. */
const lines = 120;

/** Writes the repository: modules without a meaning, and one test. */
export async function makeRepository(folder: string): Promise<void> {
  await mkdir(join(folder, 'src'), { recursive: true });
  await mkdir(join(folder, 'test'), { recursive: true });
  const manifest = { name: 'made-up', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (let number = 1; number <= files; number += 1)
    await writeFile(join(folder, `src/part-${number}.js`), moduleOf(number));
  await writeFile(join(folder, 'test/part.test.js'), testText);
  await git(['init', '--quiet', '--initial-branch=main', '.'], { cwd: folder });
  await git(['add', '--all', '.'], { cwd: folder });
  const who = { NAME: 'Bench', EMAIL: 'bench@example.com' };
  const env = Object.fromEntries(
    Object.entries(who).flatMap(([field, value]) => [
      [`GIT_AUTHOR_${field}`, value],
      [`GIT_COMMITTER_${field}`, value],
    ]),
  );
  await git(['commit', '--quiet', '--message', 'All parts'], { cwd: folder, env });
}

const testText = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { part1line1 } from '../src/part-1.js';

test('a part adds its number', () => assert.equal(part1line1(1), 2));
`;

function moduleOf(number: number): string {
  const line = (at: number) =>
    `export const part${number}line${at} = (value) => value + ${number * at}; // adds ${number} times ${at}`;
  return `${Array.from({ length: lines }, (_, at) => line(at + 1)).join('\n')}\n`;
}

/** The cassette that goes with it. */
export const cassette: Cassette = {
  name: 'a hundred turns',
  model: 'claude-sonnet-5-5',
  recordedWith: 'made up by the bench',
  responses: {
    explorer: [[say('One obvious change.'), use('submit_exploration', exploration())]],
    'builder/T1': [
      ...Array.from({ length: turns }, (_, at) => turn(at)),
      [say('Now the change.'), use('write', { path: 'src/more.js', content: 'export const more = 1;\n' })],
      [
        use('submit_work', {
          summary: 'Adds src/more.js, which exports the number 1 as more.',
          claims: [
            {
              criterion: 'REQ-1.1',
              how: 'src/more.js exports more with the value 1; `a part adds its number` passes as before.',
            },
          ],
        }),
      ],
    ],
  },
};

/** Read and bash in turn, no two turns alike. */
function turn(at: number): Cassette['responses'][string][number] {
  const file = `src/part-${(at % files) + 1}.js`;
  const from = 1 + (Math.floor(at / files) % 4) * 30;
  if (at % 2 === 0)
    return [say(`I read ${file} from line ${from}.`), use('read', { path: file, offset: from, limit: 60 })];
  return [
    say(`How does ${file} go on after line ${from}?`),
    use('bash', { command: `sed -n '${from},${from + 40}p' ${file} && wc -l ${file}` }),
  ];
}

function say(text: string): { type: string; text: string } {
  return { type: 'text', text };
}

function use(name: string, input: object): { type: string; name: string; input: object } {
  return { type: 'tool_use', name, input };
}

function exploration(): object {
  return {
    summary: 'A made-up package of many small modules without dependencies; one more module is to be added.',
    size: 'direct',
    sizeReason: 'One new file that nothing depends on.',
    stack: ['JavaScript modules', 'node:test'],
    keyFiles: [{ path: 'src/part-1.js', purpose: 'One of the parts' }],
    conventions: ['Each module exports constants.'],
    commands: { test: 'npm test' },
    risks: [],
    questions: [],
    direct: {
      criteria: [{ text: 'src/more.js exports the constant more with the value 1.', kind: 'example' }],
      writes: ['src/more.js'],
    },
  };
}
