/** Makes the sample repositories: their files, what they build with, and one commit that is the same everywhere. */
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/** A repository with a ticket, and the cassette that plays the model for it. */
export interface Sample {
  /** The name of its folder. */
  readonly name: string;
  readonly repo: string;
  readonly ticket: string;
  readonly cassette: string;
  /** What whoever wrote the ticket answers when an agent asks; null where none does. */
  readonly answer: string | null;
  /** The subject of its one commit. */
  readonly subject: string;
  /** Files of `dist/` that it needs besides its own: where from, where to. */
  readonly vendored: readonly (readonly [string, string])[];
}

/** What comes along, by language; the demo takes the first unless told. */
export const samples = {
  typescript: {
    name: 'shelf',
    repo: source('repo'),
    ticket: source('ticket.md'),
    cassette: source('sample.cassette.json'),
    answer: 'Four lines, and two for children. Please put it with the other rules of the house. — Marta',
    subject: 'The lending desk',
    vendored: [['sample/typescript.tgz', 'vendor/typescript.tgz']],
  },
  python: {
    name: 'tariff',
    repo: source('python/repo'),
    ticket: source('python/ticket.md'),
    cassette: source('python/cassette.json'),
    answer: null,
    subject: 'Prices for parcels',
    vendored: [],
  },
} as const satisfies Record<string, Sample>;
export type SampleLanguage = keyof typeof samples;

/** The cassette that plays the model for the demo's ticket. */
export const sampleCassette = samples.typescript.cassette;

/**
 * The sample repository at `folder`, on branch `main`. One that is there already is left as it is; one that was only
 * begun (no commit yet) is made anew.
 */
export async function materialiseSample(
  folder: string,
  distDir: string,
  { repo, vendored, subject }: Sample = samples.typescript,
): Promise<void> {
  if (await hasCommit(folder)) return;
  await mkdir(folder, { recursive: true });
  await cp(repo, folder, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|dist|__pycache__)$/.test(path),
  });
  for (const [from, to] of vendored) {
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await cp(join(distDir, from), join(folder, to));
  }
  await git(['init', '--quiet', '--initial-branch=main', '.'], { cwd: folder });
  await git(['add', '--all', '.'], { cwd: folder });
  await git(['commit', '--quiet', '--message', subject], { cwd: folder, env: identity });
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
export async function sampleTicket({ ticket }: Sample = samples.typescript): Promise<{
  title: string;
  description: string;
}> {
  const text = await readFile(ticket, 'utf8');
  const [heading = '', ...rest] = text.split('\n');
  return { title: heading.replace(/^#+\s*/, '').trim(), description: rest.join('\n').trim() };
}
