/** Where work on a repository is done: in the repository itself when it is a folder, else in a bare copy of its branches. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IllegalTransition } from '#core/errors.ts';
import type { Blobs } from '#core/verify/ports.ts';
import { type Git, GitFailed } from '../git/git.ts';
import { gitAt, type Location, locate, type Run, unreachable } from './repository.ts';

/** What the local forge is made of. `folder` is its own: bare copies and passing files, all of which can be made again. */
export interface ForgeDeps {
  readonly git: Git;
  readonly blobs: Blobs;
  readonly folder: string;
  /** Who merge commits are by. */
  readonly author: { readonly name: string; readonly email: string };
}

/** A repository that can be read and, through `publish`, written. */
export interface Desk {
  readonly location: Location;
  readonly run: Run;
}

/** Opens the repository; of a URL its branches are fetched first. Throws `InvalidInput` with a sentence. */
export async function openDesk(deps: ForgeDeps, repo: string): Promise<Desk> {
  const location = await locate(deps.git, repo);
  if (location.kind === 'folder') return { location, run: gitAt(deps.git, location.path) };
  const name = createHash('sha256').update(location.url).digest('hex').slice(0, 16);
  const path = join(deps.folder, `remote-${name}.git`);
  await mkdir(path, { recursive: true });
  const run = gitAt(deps.git, path);
  await run(['init', '--bare', '--quiet', '--template=', '.']);
  const fetch = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--prune',
    '--force',
    '--',
    location.url,
    'refs/heads/*:refs/heads/*',
  ];
  await run(fetch).catch((error: unknown) => {
    throw unreachable(repo, error);
  });
  return { location, run };
}

/** Runs `fn` with the path of a file that does not exist before and after. */
export async function withFile<T>(folder: string, fn: (file: string) => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `passing-${randomUUID()}`);
  try {
    return await fn(file);
  } finally {
    await rm(file, { force: true });
  }
}

/** Brings the commits of a bundle in, under a ref that no tool shows. */
export async function unbundle(deps: ForgeDeps, { run }: Desk, key: string, hidden: string): Promise<void> {
  const bytes = await deps.blobs.get(key);
  await withFile(deps.folder, async (file) => {
    await writeFile(file, bytes);
    const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
    await run(['fetch', ...options, '--', file, `+refs/omoi/tip:${hidden}`]).catch((error: unknown) => {
      if (!(error instanceof GitFailed)) throw error;
      const sentence =
        'The repository has lost the commit that the work began from, so the work cannot be handed over.';
      throw new IllegalTransition(sentence, { bundle: key }, { cause: error });
    });
  });
}
