/**
 * `omoi tamper`: the tamper report on any two trees, for a team's own CI. Reads two folders or two commits, starts nothing.
 *
 * Only regular text files count: links are never followed, submodules, binary and very large files are left out.
 */
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { GitFailed, git } from '#adapters/git/git.ts';
import {
  isContext,
  largestFile,
  mostContext,
  type Trees,
  textOf,
  treesBetween,
} from '#adapters/git/trees.ts';
import { isGrave } from '#core/verify/report.ts';
import type { Finding, Severity } from '#core/verify/tamper/finding.ts';
import { tamperReport } from '#core/verify/tamper/report.ts';
import { BadUsage, exitCode } from '../exit.ts';
import { readOptions, TextFlag } from '../options.ts';
import { type Colour, paintFor } from '../progress/paint.ts';
import { clean, cleanLines, count } from '../progress/text.ts';
import type { World } from '../world.ts';
import { type Context, command } from './context.ts';

const Flags = z.object({
  before: TextFlag.optional(),
  after: TextFlag.optional(),
  repo: TextFlag.optional(),
  base: TextFlag.optional(),
  head: TextFlag.optional(),
  failOn: z.enum(['medium', 'grave', 'never'], 'must be medium, grave or never').default('medium'),
  json: z.boolean().default(false),
});
type Flags = z.output<typeof Flags>;

export function tamperCommand({ world, done }: Context): Command {
  return command('tamper', 'Tell where a change weakens its own checks: tests, assertions, lint, CI', [
    'omoi tamper --before ../main --after .',
    'omoi tamper --repo . --base origin/main --head HEAD --json',
  ])
    .option('--before <dir>', 'folder as it was')
    .option('--after <dir>', 'folder as it is now')
    .option('--repo <path>', 'git repository of the two commits (default: here)')
    .option('--base <rev>', 'commit as it was')
    .option('--head <rev>', 'commit as it is now (default: HEAD)')
    .option('--fail-on <weight>', 'medium (and above), grave (what a ticket asks a person about) or never')
    .option('--json', 'an array of findings, each with whether it is grave, and nothing else')
    .addHelpText('after', '\nExit code: 0 nothing of that weight, 1 a finding of it, 2 bad usage.')
    .action(async (raw: unknown) => {
      const flags = readOptions(Flags, raw);
      const { before, after } = await treesOf(world, flags);
      const findings = tamperReport(before, after);
      const weighed = findings.map((one) => ({ ...one, grave: isGrave(one) }));
      world.out.write(flags.json ? `${JSON.stringify(weighed, null, 2)}\n` : told(world, findings));
      done(findings.some(heavy[flags.failOn]) ? exitCode.trouble : exitCode.ok);
    });
}

/** What makes the command fail. */
const heavy: Readonly<Record<Flags['failOn'], (one: Finding) => boolean>> = {
  medium: ({ severity }) => severity !== 'low',
  grave: isGrave,
  never: () => false,
};

async function treesOf({ cwd }: World, flags: Flags): Promise<Trees> {
  const { before, after, repo, base, head } = flags;
  const folders = before !== undefined || after !== undefined;
  const commits = repo !== undefined || base !== undefined || head !== undefined;
  if (folders && commits) throw new BadUsage('--before and --after exclude --repo, --base and --head.');
  if (before !== undefined && after !== undefined)
    return ofFolders(resolve(cwd, before), resolve(cwd, after));
  if (folders) throw new BadUsage('--before and --after belong together.');
  if (base === undefined) throw new BadUsage('Give --before and --after, or --base (and --repo, --head).');
  return ofCommits(resolve(cwd, repo ?? '.'), base, head ?? 'HEAD');
}

const unread = new Set(['.git', 'node_modules', '.hg', '.svn']);

async function ofFolders(before: string, after: string): Promise<Trees> {
  const files = { before: await filesIn(before, '--before'), after: await filesIn(after, '--after') };
  const trees: Trees = { before: new Map(), after: new Map() };
  let context = 0;
  for (const path of new Set([...files.before.keys(), ...files.after.keys()])) {
    const was = await readPlain(before, path, files.before.get(path));
    const is = await readPlain(after, path, files.after.get(path));
    const same = was !== undefined && is !== undefined && was.equals(is);
    if (same && (!isContext(path) || context > mostContext)) continue;
    if (same) context += is.length;
    const texts = { was: was && textOf(was), is: is && textOf(is) };
    if (texts.was !== undefined) trees.before.set(path, texts.was);
    if (texts.is !== undefined) trees.after.set(path, texts.is);
  }
  return trees;
}

/** Regular files below a folder, by path. Links, sockets and devices are not looked into. */
async function filesIn(root: string, flag: string): Promise<Map<string, Stats>> {
  const top = await lstat(root).catch(() => undefined);
  if (!top?.isDirectory()) throw new BadUsage(`${flag}: there is no folder ${clean(root)}.`);
  const files = new Map<string, Stats>();
  const open = [''];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory() && !unread.has(entry.name)) open.push(`${path}/`);
      else if (entry.isFile()) files.set(path, await lstat(join(root, path)));
    }
  }
  return files;
}

async function readPlain(root: string, path: string, stats: Stats | undefined): Promise<Buffer | undefined> {
  if (stats === undefined || !stats.isFile() || stats.size > largestFile) return undefined;
  // Whatever took the file's place in the meantime is neither followed nor waited for.
  const handle = await open(
    join(root, path),
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  try {
    const bytes = Buffer.alloc(stats.size);
    const { bytesRead } = await handle.read(bytes, 0, stats.size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function ofCommits(repo: string, base: string, head: string): Promise<Trees> {
  const [was, is] = [await commitOf(repo, base, '--base'), await commitOf(repo, head, '--head')];
  return treesBetween((args, options) => git(args, { ...options, cwd: repo }), was, is);
}

async function commitOf(repo: string, rev: string, flag: string): Promise<string> {
  try {
    const found = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`], {
      cwd: repo,
    });
    return found.text;
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    throw new BadUsage(`${flag}: there is no commit ${clean(rev)} in ${clean(repo)}.`, { cause: error });
  }
}

const colours: Readonly<Record<Severity, Colour>> = { low: 'dim', medium: 'yellow', high: 'red' };

function told({ out, env }: World, findings: readonly Finding[]): string {
  const paint = paintFor(out, env);
  if (findings.length === 0) return 'No sign of tampering.\n';
  const lines: string[] = [];
  let file: string | undefined;
  for (const { file: path, line, side, severity, kind, message, hunk } of findings) {
    if (path !== file) lines.push(`${lines.length > 0 ? '\n' : ''}${paint('bold', clean(path))}`);
    file = path;
    const where = side === 'before' ? `line ${line} before` : `line ${line}`;
    lines.push(`  ${paint(colours[severity], severity.padEnd(6))} ${kind}, ${where}: ${clean(message)}`);
    for (const one of cleanLines(hunk).split('\n')) lines.push(`    ${paint('dim', '│')} ${one}`);
  }
  const grave = findings.filter(isGrave).length;
  const asked = grave === 0 ? '' : `, ${grave} of them grave: a ticket would ask a person`;
  return `${lines.join('\n')}\n\n${count(findings.length, 'finding')}${asked}.\n`;
}
