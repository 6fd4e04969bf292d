/** search: ripgrep over the workspace, or git's own search where there is none. */
import { spawn } from 'node:child_process';
import { z } from 'zod';
import { headAndTail } from '../commands/output.ts';
import { insideWorkspace, PathRefused } from './paths.ts';
import { defineTool, observed, refused, type Tool, type ToolAnswer } from './tool.ts';

/** At each end of what matches: enough to narrow the search by. */
const maxBytes = 6000;
/** Of more files than these nobody reads the counts. */
const maxFiles = 30;
/** A pattern that is still searching after this is a bad pattern. */
const timeoutMs = 30_000;

const Input = z.strictObject({
  pattern: z.string().min(1).max(2000).describe('Regular expression (Rust syntax)'),
  glob: z
    .string()
    .max(500)
    .optional()
    .describe(
      'Only files whose path fits, for example src/**/*.ts; begun with ! all but those, for example !**/*.po',
    ),
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
  const look = async (how: 'lines' | 'counts') =>
    (await run('rg', [...ripgrep[how], ...globs(glob), '-e', pattern, '--', where], workspace, path)) ??
    (await run('git', withGit(how, where, pattern, glob), workspace, path));
  const found = await look('lines');
  if (found === null) return refused('There is neither ripgrep nor git here; use a command.');
  if (found.code === 1 && found.text.trim() === '') return observed('No matches.');
  if (found.code > 1) return refused(found.text.trim() || 'The search failed.');
  const lines = shown(found.text);
  return observed(found.omitted === 0 ? lines : `${lines}\n\n${byFile((await look('counts'))?.text ?? '')}`);
}

const shown = (text: string) => text.replace(/^\.\//gm, '').trimEnd();

const everywhere = [
  '--color=never',
  '--sort=path',
  '--hidden',
  '--no-config',
  '--no-require-git',
  '--glob=!.git',
];
const ripgrep = {
  lines: ['--line-number', '--with-filename', '--no-heading', '--max-columns=300', ...everywhere],
  counts: ['--count', '--with-filename', ...everywhere],
};

const globs = (glob: string | undefined) => (glob === undefined ? [] : ['--glob', glob]);

/** Untracked files too; `--no-index` so that the agent's own git folder is never asked for its configuration. */
function withGit(
  how: 'lines' | 'counts',
  where: string,
  pattern: string,
  glob: string | undefined,
): string[] {
  const flags = ['--no-index', '--exclude-standard', how === 'lines' ? '-n' : '-c', '-I', '-E'];
  return ['grep', ...flags, '-e', pattern, '--', ...specsOf(where, glob)];
}

/** What ripgrep calls a glob, in git's words. */
function specsOf(where: string, glob: string | undefined): string[] {
  if (glob === undefined) return [where];
  const below = where === '.' ? '' : `${where}/`;
  if (glob.startsWith('!')) return [where, `:(exclude,glob)${below}${glob.slice(1)}`];
  return [`:(glob)${below}${glob}`];
}

/** Where too many lines matched to be shown: the files, those with the most first. */
function byFile(counts: string): string {
  const files = shown(counts)
    .split('\n')
    .flatMap((line) => {
      const [, path, count] = /^(.+):(\d+)$/.exec(line) ?? [];
      return path === undefined ? [] : [{ path, count: Number(count) }];
    })
    .sort((a, b) => b.count - a.count);
  const rest = files.length > maxFiles ? `\n… and ${files.length - maxFiles} files more` : '';
  const rows = files.slice(0, maxFiles).map(({ path, count }) => `${path}: ${count}`);
  return `Not all of them are shown. Lines that match, by file; narrow the search by path, glob or pattern:\n${rows.join('\n')}${rest}`;
}

/** Null when the program is not there. */
function run(
  program: string,
  args: readonly string[],
  cwd: string,
  path: string,
): Promise<{ code: number; text: string; omitted: number } | null> {
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
      const { excerpt: text, omitted } = ends.result();
      resolve({ code: code ?? 2, text: code === 0 || text !== '' ? text : complaint, omitted });
    });
  });
}
