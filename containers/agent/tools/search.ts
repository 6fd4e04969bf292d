/** search: ripgrep over the workspace, or git's own search where there is none. */
import { spawn } from 'node:child_process';
import { z } from 'zod';
import { headAndTail } from '../commands/output.ts';
import { insideWorkspace, PathRefused } from './paths.ts';
import { defineTool, observed, refused, type Tool, type ToolAnswer } from './tool.ts';

/** 12,000 characters at each end of nothing: the first matches are enough to narrow the search. */
const maxBytes = 12_000;
/** A pattern that is still searching after this is a bad pattern. */
const timeoutMs = 30_000;

const Input = z.strictObject({
  pattern: z.string().min(1).max(2000).describe('Regular expression (Rust syntax)'),
  glob: z.string().max(500).optional().describe('Only files whose path fits, for example src/**/*.ts'),
  path: z.string().max(1000).optional().describe('Only below this folder or in this file'),
});

export function searchTool(workspace: string, path: string): Tool {
  return defineTool({
    name: 'search',
    description:
      'Finds lines that match a regular expression, as path:line:text. Files that git ignores are left out. Cheaper than reading files to look for something.',
    input: Input,
    changes: 'nothing',
    run: async (input) => {
      try {
        const inside = await insideWorkspace(workspace, input.path ?? '.');
        return await search(workspace, path, inside.shown, input);
      } catch (error) {
        if (error instanceof PathRefused) return refused(error.message);
        throw error;
      }
    },
  });
}

async function search(
  workspace: string,
  path: string,
  where: string,
  { pattern, glob }: z.infer<typeof Input>,
): Promise<ToolAnswer> {
  const globs = glob === undefined ? [] : ['--glob', glob];
  const ripgrep = [
    '--line-number',
    '--with-filename',
    '--no-heading',
    '--color=never',
    '--max-columns=300',
    '--sort=path',
    '--hidden',
  ];
  const args = [
    ...ripgrep,
    '--no-config',
    '--no-require-git',
    '--glob=!.git',
    ...globs,
    '-e',
    pattern,
    '--',
    where,
  ];
  const found =
    (await run('rg', args, workspace, path)) ?? (await withGit(workspace, path, where, pattern, glob));
  if (found === null) return refused('There is neither ripgrep nor git here; use a command.');
  if (found.code === 1 && found.text.trim() === '') return observed('No matches.');
  if (found.code > 1) return refused(found.text.trim() || 'The search failed.');
  return observed(found.text.replace(/^\.\//gm, '').trimEnd());
}

/** Untracked files too; `--no-index` so that the agent's own git folder is never asked for its configuration. */
function withGit(workspace: string, path: string, where: string, pattern: string, glob: string | undefined) {
  const spec = glob === undefined ? where : `:(glob)${where === '.' ? '' : `${where}/`}${glob}`;
  const args = ['grep', '--no-index', '--exclude-standard', '-n', '-I', '-E', '-e', pattern, '--', spec];
  return run('git', args, workspace, path);
}

/** Null when the program is not there. */
function run(
  program: string,
  args: readonly string[],
  cwd: string,
  path: string,
): Promise<{ code: number; text: string } | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: {
        PATH: path,
        LANG: 'C.UTF-8',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_DIR: '/nonexistent',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ends = headAndTail(maxBytes);
    let complaint = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.stdout.on('data', ends.take);
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(0, 2000);
    });
    child.on('error', () => resolve(null));
    child.on('close', (code) => {
      clearTimeout(timer);
      const text = ends.result().excerpt;
      resolve({ code: code ?? 2, text: code === 0 || text !== '' ? text : complaint });
    });
  });
}
