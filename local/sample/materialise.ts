/** Makes the sample repository: its files, the compiler it builds with, and one commit that is the same everywhere. */
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { git } from '#adapters/git/git.ts';

const source = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Fixed, so that the commit has the same id on every machine. */
const identity = {
  GIT_AUTHOR_NAME: 'Marta Lind',
  GIT_AUTHOR_EMAIL: 'marta@library.example',
  GIT_AUTHOR_DATE: '2026-01-05T09:00:00Z',
  GIT_COMMITTER_NAME: 'Marta Lind',
  GIT_COMMITTER_EMAIL: 'marta@library.example',
  GIT_COMMITTER_DATE: '2026-01-05T09:00:00Z',
};

/** The cassette that plays the model for the sample's ticket. */
export const sampleCassette = source('sample.cassette.json');

/**
 * The sample repository at `folder`, on branch `main`. One that is there already is left as it is; one that was only
 * begun (no commit yet) is made anew.
 */
export async function materialiseSample(folder: string, distDir: string): Promise<void> {
  if (await hasCommit(folder)) return;
  await mkdir(folder, { recursive: true });
  await cp(source('repo'), folder, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|dist)$/.test(path),
  });
  await mkdir(join(folder, 'vendor'), { recursive: true });
  await cp(join(distDir, 'sample/typescript.tgz'), join(folder, 'vendor/typescript.tgz'));
  await git(['init', '--quiet', '--initial-branch=main', '.'], { cwd: folder });
  await git(['add', '--all', '.'], { cwd: folder });
  await git(['commit', '--quiet', '--message', 'The lending desk'], { cwd: folder, env: identity });
}

async function hasCommit(folder: string): Promise<boolean> {
  const found = await stat(join(folder, '.git')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return false;
  const head = await git(['rev-parse', '--verify', '--quiet', 'HEAD'], { cwd: folder, allow: [1] });
  return head.code === 0;
}

/** The sample's ticket: its first heading is the title, the rest the description. */
export async function sampleTicket(): Promise<{ title: string; description: string }> {
  const text = await readFile(source('ticket.md'), 'utf8');
  const [heading = '', ...rest] = text.split('\n');
  return { title: heading.replace(/^#+\s*/, '').trim(), description: rest.join('\n').trim() };
}
