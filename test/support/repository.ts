/** Small git repositories that tests connect: real ones, made by git in folders of their own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from '#adapters/git/git.ts';

/** What lies in a repository, by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** The smallest repository that has something to test: one function, and its test for `node --test`. */
export const greeter: Files = {
  'package.json': '{ "name": "greeter", "private": true, "type": "module" }\n',
  'src/greet.js': "/** Says hello. */\nexport const greet = (name) => 'Hello, ' + name + '.';\n",
  'test/greet.test.js': [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { greet } from '../src/greet.js';",
    "test('greets by name', () => assert.equal(greet('Ada'), 'Hello, Ada.'));",
    '',
  ].join('\n'),
};

const identity = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

/** What git prints in a folder. Throws when it fails. */
export async function gitIn(cwd: string, ...args: string[]): Promise<string> {
  return (await git(args, { cwd, env: identity })).text;
}

/** A repository on `main` with these files in one commit. Returns its folder. */
export async function makeRepository(folder: string, files: Files = greeter): Promise<string> {
  await mkdir(folder, { recursive: true });
  await gitIn(folder, 'init', '--quiet', '--initial-branch=main', '.');
  await writeFiles(folder, files);
  await gitIn(folder, 'add', '--all', '.');
  await gitIn(folder, 'commit', '--quiet', '--message', 'A beginning');
  return folder;
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Adds one commit with these files to what is checked out. */
export async function commitFiles(folder: string, files: Files, message: string): Promise<void> {
  await writeFiles(folder, files);
  await gitIn(folder, 'add', '--all', '.');
  await gitIn(folder, 'commit', '--quiet', '--message', message);
}

/** All branches of a repository with their commits. */
export async function branchesOf(folder: string): Promise<Record<string, string>> {
  const lines = (await gitIn(folder, 'for-each-ref', '--format=%(refname) %(objectname)')).split('\n');
  return Object.fromEntries(lines.filter((line) => line !== '').map((line) => line.split(' ')));
}
