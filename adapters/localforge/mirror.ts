/** Copying a default branch into a bundle, through a bare mirror a project that makes the second time cheap. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BranchGone, InvalidInput } from '#core/errors.ts';
import type { Inspected, Mirrored } from '#core/forge/ports.ts';
import { type ProjectId, type Sha, Sha as ShaSchema } from '#core/id.ts';
import type { Blobs } from '#core/verify/ports.ts';
import type { Git } from '../git/git.ts';
import {
  branchRef,
  commitAt,
  gitAt,
  type Location,
  locate,
  type Run,
  remoteOf,
  unreachable,
} from './repository.ts';

/** What `mirror` needs: git, where bundles go, and a folder of its own. */
export interface MirrorDeps {
  readonly git: Git;
  readonly blobs: Blobs;
  /** Holds one bare repository a project. Made when absent; may be deleted at any time. */
  readonly folder: string;
}

/** The ref that every bundle carries. */
export const tipRef = 'refs/omoi/tip';

/** See the port: which branch it is, and its commit, without copying anything. */
export async function inspect(
  deps: Pick<MirrorDeps, 'git' | 'folder'>,
  repo: string,
  branch: string | null,
): Promise<Inspected> {
  const location = await locate(deps.git, repo);
  await mkdir(deps.folder, { recursive: true });
  const run = gitAt(deps.git, deps.folder);
  const defaultBranch = branch ?? (await headBranch(run, location, repo));
  const commit = await remoteCommit(run, location, repo, await branchRef(run, defaultBranch));
  if (commit === null) throw missing(repo, defaultBranch);
  return { repo, defaultBranch, commit };
}

function missing(repo: string, branch: string): InvalidInput {
  return new InvalidInput(`${repo} has no branch “${branch}”.`, { repo, branch });
}

/** What a person is told whose branch was deleted or renamed; `now` is the default branch that the repository has. */
export function branchGone(repo: string, branch: string, now: string | null): BranchGone {
  const other = now === null || now === branch ? '' : ` Its default branch is “${now}” now.`;
  return new BranchGone(
    `${repo} has no branch “${branch}” any more.${other} Choose the branch to deliver onto, or bring “${branch}” back and try again.`,
    { repo, branch, now },
  );
}

/** Copies the branch (null: the one HEAD names). Throws `InvalidInput` with a sentence; see the port. */
export async function mirror(
  deps: MirrorDeps,
  repo: string,
  projectId: ProjectId,
  branch: string | null,
): Promise<Mirrored> {
  const location = await locate(deps.git, repo);
  const cache = await cacheOf(deps, projectId);
  const defaultBranch = branch ?? (await headBranch(cache, location, repo));
  const ref = await branchRef(cache, defaultBranch);
  await fetchBranch(cache, location, repo, ref);
  const commit = await commitAt(cache, tipRef);
  if (commit === null) throw branchGone(repo, defaultBranch, await headOrNull(cache, location, repo));
  const key = `projects/${projectId}/base/${commit}.bundle`;
  if ((await deps.blobs.size(key)) === null)
    await deps.blobs.put(
      key,
      await bundleTip(cache, join(deps.folder, `${projectId}.git`, `${commit}.bundle`)),
    );
  return { repo, defaultBranch, renamedFrom: null, commit, bundle: key };
}

async function cacheOf({ git, folder }: MirrorDeps, projectId: ProjectId): Promise<Run> {
  const path = join(folder, `${projectId}.git`);
  await mkdir(path, { recursive: true });
  const run = gitAt(git, path);
  // Harmless when it is one already.
  await run(['init', '--bare', '--quiet', '--template=', '.']);
  return run;
}

/** The branch that HEAD names, also before its first commit: then the repository is empty, which is another sentence. */
async function headBranch(cache: Run, location: Location, repo: string): Promise<string> {
  const { text } = await cache([
    'ls-remote',
    '--symref',
    '--',
    remoteOf(location),
    'HEAD',
    'refs/heads/*',
  ]).catch((error: unknown) => {
    throw unreachable(repo, error);
  });
  const lines = text.split('\n').filter((line) => line !== '');
  const named = lines
    .map((line) => /^ref: refs\/heads\/(\S+)\tHEAD$/.exec(line)?.[1])
    .find((name) => name !== undefined);
  const branches = lines.flatMap((line) => /^[0-9a-f]+\trefs\/heads\/(\S+)$/.exec(line)?.[1] ?? []);
  if (branches.length === 0)
    throw new InvalidInput(`${repo} is empty. Make a first commit, then try again.`, { repo });
  if (named !== undefined && branches.includes(named)) return named;
  throw new InvalidInput(
    `${repo} has no default branch: its HEAD names none of ${branches.slice(0, 5).join(', ')}. Name one in the settings of the project.`,
    { repo, branches },
  );
}

async function headOrNull(cache: Run, location: Location, repo: string): Promise<string | null> {
  return headBranch(cache, location, repo).catch((error: unknown) => {
    if (error instanceof InvalidInput) return null;
    throw error;
  });
}

async function remoteCommit(run: Run, location: Location, repo: string, ref: string): Promise<Sha | null> {
  const { text } = await run(['ls-remote', '--', remoteOf(location), ref]).catch((error: unknown) => {
    throw unreachable(repo, error);
  });
  // The pattern also matches refs that end in it, so the whole name is compared.
  const line = text.split('\n').find((one) => one.endsWith(`\t${ref}`));
  return line === undefined ? null : ShaSchema.parse(line.split('\t', 1)[0]);
}

async function fetchBranch(cache: Run, location: Location, repo: string, ref: string): Promise<void> {
  await cache(['update-ref', '-d', tipRef]);
  if ((await remoteCommit(cache, location, repo, ref)) === null) return;
  await cache([
    'fetch',
    '--quiet',
    '--no-tags',
    '--force',
    '--',
    remoteOf(location),
    `${ref}:${tipRef}`,
  ]).catch((error: unknown) => {
    throw unreachable(repo, error);
  });
}

/** A bundle of everything up to `tipRef` of this repository; `file` does not exist before and after. */
export async function bundleTip(run: Run, file: string): Promise<Uint8Array> {
  try {
    await run(['bundle', 'create', '--quiet', file, tipRef]);
    return await readFile(file);
  } finally {
    await rm(file, { force: true });
  }
}
