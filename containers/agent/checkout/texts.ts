/** Texts of files at commits: read, compared, replaced. Part of the harness's own view of the work. */
import { join } from 'node:path';
import type { GitOptions, GitResult } from '#adapters/git/git.ts';
import { treesBetween } from '#adapters/git/trees.ts';
import type { Folders } from '../folders.ts';

type Run = (args: readonly string[], options?: Omit<GitOptions, 'cwd'>) => Promise<GitResult>;

const plainDiff = ['diff', '-U0', '--no-renames', '--no-color', '--no-ext-diff', '--no-textconv'];
const only = (path: string) => ['--', `:(literal)${path}`];

/** What can be done with texts. All of it may throw `GitFailed`. */
export function textsOf(run: Run, folders: Folders) {
  return {
    textAt: async (commit: string, path: string) =>
      (await run(['cat-file', 'blob', `${commit}:${path}`])).stdout.toString('utf8'),
    /** What changed in one file, without context. */
    fileDiff: async (from: string, to: string, path: string) =>
      (await run([...plainDiff, from, to, ...only(path)])).text,
    /** Texts that differ between two commits, with the tests around them. */
    trees: (was: string, is: string) => treesBetween(run, was, is),
    /** The tree of `treeish` with these files as `other` has them; those that it has not are taken away. */
    async overlaid(treeish: string, other: string, paths: readonly string[]): Promise<string> {
      const env = { GIT_INDEX_FILE: join(folders.logs, 'overlaid.index') };
      await run(['read-tree', treeish], { env });
      for (const path of paths) {
        const [mode, , blob] = (await run(['ls-tree', '-z', other, ...only(path)])).text.split(/[ \t\0]/);
        const args = blob
          ? ['--add', '--cacheinfo', `${mode},${blob},${path}`]
          : ['--force-remove', '--', path];
        await run(['update-index', ...args], { env });
      }
      return (await run(['write-tree'], { env })).text;
    },
    /** The tree of a commit (or tree) with other texts in some files; null takes a file away. */
    async replaced(treeish: string, texts: ReadonlyMap<string, string | null>): Promise<string> {
      const env = { GIT_INDEX_FILE: join(folders.logs, 'replaced.index') };
      await run(['read-tree', treeish], { env });
      for (const [path, text] of texts) {
        if (text === null) {
          await run(['update-index', '--force-remove', '--', path], { env });
          continue;
        }
        const listed = (await run(['ls-tree', '-z', treeish, ...only(path)])).text;
        const { text: blob } = await run(['hash-object', '-w', '--stdin'], { input: text });
        const mode = listed.startsWith('100755') ? '100755' : '100644';
        await run(['update-index', '--add', '--cacheinfo', `${mode},${blob},${path}`], { env });
      }
      return (await run(['write-tree'], { env })).text;
    },
  };
}
