/**
 * The harness's own view of the work: a private repository beside the workspace.
 *
 * The workspace has a `.git` too, for the agent to read history with, and the agent may do to it what it likes: the
 * harness never runs git on it. Trees, commits and bundles come from the private repository, whose configuration and
 * index no command can reach.
 */
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Git, GitFailed } from '#adapters/git/git.ts';
import type { Folders } from '../folders.ts';
import { openBeside, zeroEnded } from './beside.ts';
import { mergeTree, newMarkers, type Run } from './merge.ts';
import { textsOf } from './texts.ts';

/** The name that bundles carry their commit under. */
const tipRef = 'refs/omoi/tip';

/** Author of checkpoints and of submitted work before the platform gives it a message of its own. */
const author = { name: 'OmoiOS', email: 'agent@omoios.invalid', date: '2000-01-01T00:00:00Z' };

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export type Repository = Awaited<ReturnType<typeof openRepository>>;

/** Makes the private repository. Throws `GitFailed`. */
export async function openRepository(git: Git, folders: Folders) {
  const env = { GIT_DIR: folders.git, GIT_WORK_TREE: folders.workspace };
  const run: Run = (args, options = {}) =>
    git(args, { ...options, cwd: folders.workspace, env: { ...env, ...options.env } });
  const text = async (...args: string[]) => (await run(args)).text;
  // Others may pass through to the objects, if they know their names, and look at nothing.
  await mkdir(folders.git, { recursive: true, mode: 0o711 });
  await git(['init', '--quiet', '--bare', '--template=', folders.git], { cwd: folders.root });
  await chmod(join(folders.git, 'config'), 0o600);
  const beside = await openBeside(run, folders);

  return {
    /** Adds the objects of a bundle. */
    async unbundle(path: string): Promise<void> {
      await run(['bundle', 'unbundle', path]);
    },
    treeOf: (commit: string) => text('rev-parse', '--verify', `${commit}^{tree}`),
    /** Makes the workspace exactly this commit's (or tree's) files. What git does not know stays. */
    async checkout(treeish: string): Promise<void> {
      await run(['read-tree', '--reset', '-u', treeish]);
    },
    /** The tree of the workspace as it is now, ignored files left out. Throws `GitFailed`, e.g. for a nested repository. */
    async writeTree(): Promise<string> {
      await run(['add', '--all', '.']);
      return text('write-tree');
    },
    commit: (tree: string, parents: readonly string[], message: string, by: Signature = author) =>
      commit(run, tree, parents, message, by),
    changed: async (from: string, to: string) =>
      zeroEnded((await run(['diff', '--name-only', '--no-renames', '-z', from, to])).stdout),
    /** Paths that a branch changed since it left the other one. */
    changedBy: async (branch: string, other: string) =>
      zeroEnded((await run(['diff', '--name-only', '--no-renames', '-z', `${other}...${branch}`])).stdout),
    /** What `changed` lists, hunk by hunk without context; a diff beyond what git may answer is left out. */
    hunks: (from: string, to: string) => hunks(run, from, to),
    /** A short picture of what changed, for people and models. */
    summary: (from: string, to: string) => text('diff', '--stat=100', '--no-renames', from, to),
    /** Writes a bundle `base..tip`. */
    async bundle(base: string, tip: string, path: string): Promise<void> {
      await run(['update-ref', tipRef, tip]);
      await run(['bundle', 'create', '--quiet', path, tipRef, `^${base}`]);
    },
    merge: (ours: string, theirs: string) => mergeTree(run, ours, theirs),
    newMarkers: (below: string, tree: string) => newMarkers(run, below, tree),
    /** Path and blob id of every file of a commit; and the paths alone. */
    files: (treeish: string) => filesOf(run, treeish),
    paths: async (treeish: string) => new Set((await filesOf(run, treeish)).map(({ path }) => path)),
    content: async (blob: string) => (await run(['cat-file', 'blob', blob])).stdout,
    ...textsOf(run, folders),
    ...beside,
    /** A `.git` in the workspace with the history up to `commit`, for the agent to read. `same`: the files are the commit's. */
    expose: (commit: string, same: boolean) => expose(git, folders, commit, same),
  };
}

async function hunks(run: Run, from: string, to: string): Promise<string> {
  const options = ['--unified=0', '--no-renames', '--no-color', '--no-ext-diff', '--no-textconv'];
  try {
    return (await run(['diff', ...options, from, to])).stdout.toString('utf8');
  } catch (error) {
    // More than git may answer here: then no line is told.
    if (error instanceof GitFailed) return '';
    throw error;
  }
}

async function commit(
  run: Run,
  tree: string,
  parents: readonly string[],
  message: string,
  by: Signature,
): Promise<string> {
  const below = parents.flatMap((parent) => ['-p', parent]);
  const result = await run(['commit-tree', tree, ...below, '-F', '-'], {
    input: message,
    env: {
      GIT_AUTHOR_NAME: by.name,
      GIT_AUTHOR_EMAIL: by.email,
      GIT_AUTHOR_DATE: by.date,
      GIT_COMMITTER_NAME: by.name,
      GIT_COMMITTER_EMAIL: by.email,
      GIT_COMMITTER_DATE: by.date,
    },
  });
  return result.text;
}

/** Written by hand: a sandbox is ready sooner by as many processes as it does not start. */
async function expose(git: Git, folders: Folders, commit: string, same: boolean): Promise<void> {
  const own = join(folders.workspace, '.git');
  await rm(own, { recursive: true, force: true });
  await Promise.all(
    ['objects/info', 'refs/heads'].map((name) => mkdir(join(own, name), { recursive: true })),
  );
  await Promise.all([
    writeFile(join(own, 'HEAD'), 'ref: refs/heads/work\n'),
    writeFile(join(own, 'config'), ownConfig),
    writeFile(join(own, 'objects', 'info', 'alternates'), `${join(folders.git, 'objects')}\n`),
    writeFile(join(own, 'refs', 'heads', 'work'), `${commit}\n`),
  ]);
  // The index of the commit, so that the agent's own git sees what differs from it.
  if (same) await copyFile(join(folders.git, 'index'), join(own, 'index'));
  else await git(['read-tree', commit], { cwd: folders.workspace });
}

const ownConfig = '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\thooksPath = /dev/null\n';

const filesOf = async (run: Run, treeish: string) =>
  lsTree((await run(['ls-tree', '-r', '-z', treeish])).stdout);

/** `<mode> <type> <blob>\t<path>` fields. */
function lsTree(bytes: Buffer): { path: string; blob: string }[] {
  return zeroEnded(bytes).map((line) => {
    const tab = line.indexOf('\t');
    return { path: line.slice(tab + 1), blob: line.slice(0, tab).split(' ')[2] ?? '' };
  });
}

/** Whether git refused because of a repository inside the workspace; the agent can mend that itself. */
export function isNestedRepository(error: unknown): error is GitFailed {
  return error instanceof GitFailed && /does not have a commit checked out|embedded/.test(error.stderr);
}
