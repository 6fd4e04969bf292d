/** search: ripgrep over the workspace, or git's own search where there is none. */
import { spawn } from 'node:child_process';
import { z } from 'zod';
import { headAndTail } from '../commands/output.ts';
import { insideWorkspace, PathRefused } from './paths.ts';
import { defineTool, observed, refused, type Tool, type ToolAnswer } from './tool.ts';

/** At each end of what matches: enough to narrow the search by. */
const maxBytes = 6000;
/** So many lines are dealt out among the files where all of them are too many: one file must not hide the others. */
const dealt = 90;
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
  const look = async (how: 'lines' | 'counts', most?: number) => {
    const limit = most === undefined ? [] : [`--max-count=${most}`];
    const asked = ['-e', pattern, '--'];
    return (
      (await run('rg', [...ripgrep[how], ...limit, ...globs(glob), ...asked, where], workspace, path)) ??
      (await run('git', [...git[how], ...limit, ...asked, ...specsOf(where, glob)], workspace, path))
    );
  };
  const found = await look('lines');
  if (found === null) return refused('There is neither ripgrep nor git here; use a command.');
  if (found.code === 1 && found.text.trim() === '') return observed('No matches.');
  if (found.code > 1) return refused(found.text.trim() || 'The search failed.');
  if (found.omitted === 0) return observed(shown(found.text));
  const files = countsIn((await look('counts'))?.text ?? '');
  const most = Math.max(2, Math.floor(dealt / Math.max(files.length, 1)));
  const some = files.length > 1 ? await look('lines', most) : null;
  // An older git knows no such limit.
  return observed(`${shown(some?.code === 0 ? some.text : found.text)}\n\n${byFile(files)}`);
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
  lines: [
    ...['--line-number', '--with-filename', '--no-heading'],
    ...['--max-columns=300', '--max-columns-preview'],
    ...everywhere,
  ],
  counts: ['--count', '--with-filename', ...everywhere],
};

const globs = (glob: string | undefined) => (glob === undefined ? [] : ['--glob', glob]);

/** Untracked files too; `--no-index` so that the agent's own git folder is never asked for its configuration. */
const anywhere = ['grep', '--no-index', '--exclude-standard', '-I', '-E'];
const git = { lines: [...anywhere, '-n'], counts: [...anywhere, '-c'] };

/** What ripgrep calls a glob, in git's words. */
function specsOf(where: string, glob: string | undefined): string[] {
  if (glob === undefined) return [where];
  const below = where === '.' ? '' : `${where}/`;
  if (glob.startsWith('!')) return [where, `:(exclude,glob)${below}${glob.slice(1)}`];
  return [`:(glob)${below}${glob}`];
}

interface Counted {
  readonly path: string;
  readonly count: number;
}

/** The files with a match, those with the most first. */
function countsIn(counts: string): Counted[] {
  return shown(counts)
    .split('\n')
    .flatMap((line) => {
      const [, path, count] = /^(.+):(\d+)$/.exec(line) ?? [];
      return path === undefined ? [] : [{ path, count: Number(count) }];
    })
    .sort((a, b) => b.count - a.count);
}

/** Where too many lines matched to be shown. */
function byFile(files: readonly Counted[]): string {
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
