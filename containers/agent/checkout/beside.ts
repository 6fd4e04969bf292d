/** What lies in the workspace beside the work: what tools, setup and commands leave there. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asPattern } from '#core/verify/leaves.ts';
import type { Folders } from '../folders.ts';
import type { Run } from './merge.ts';

/**
 * What tools leave behind and no project means to keep, also where it has no ignore file: two tasks that each hand in
 * their compiled files would conflict in them. Files that are tracked stay tracked.
 */
const residue = [
  '__pycache__/',
  '*.py[co]',
  '.pytest_cache/',
  '.mypy_cache/',
  '.ruff_cache/',
  '.hypothesis/',
  'proptest-regressions/',
  '.jqwik-database',
  'testdata/rapid/',
  '*.egg-info/',
  '.venv/',
  'node_modules/',
  '.DS_Store',
];

const list = ['ls-files', '--others', '--directory', '--no-empty-directory', '-z'];

/** Over the private repository. Throws `GitFailed`. */
export async function openBeside(run: Run, folders: Folders) {
  const patterns = [...residue];
  const ignore = async (more: readonly string[]) => {
    patterns.push(...more);
    await mkdir(join(folders.git, 'info'), { recursive: true });
    await writeFile(join(folders.git, 'info', 'exclude'), `${patterns.join('\n')}\n`);
  };
  await ignore([]);
  const strays = async () => zeroEnded((await run([...list, '--exclude-standard'])).stdout);
  return {
    /** What is in the workspace and not in the index, ignored files too; whole folders as one entry ending in `/`. */
    untracked: async () => zeroEnded((await run(list)).stdout),
    /** What is neither tracked nor ignored; whole folders as one entry ending in `/`. */
    strays,
    /** Patterns of files that are no part of the work. */
    ignore,
    /**
     * What setup made and the project does not ignore is no part of the work; and what it changed in tracked files is
     * put back. `tree` is the tree from before.
     */
    async disregard(tree: string): Promise<void> {
      await ignore((await strays()).map(asPattern));
      await run(['read-tree', '--reset', '-u', tree]);
    },
  };
}

/** Paths as git lists them with `-z`. */
export function zeroEnded(bytes: Buffer): string[] {
  return bytes
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '');
}
