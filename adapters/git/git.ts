/**
 * A thin typed runner around the git command line: arguments in, bytes out.
 *
 * It runs git with nobody's configuration (no system or user config, no hooks, no prompts, no pager), so that what it
 * does depends on its arguments alone. Arguments are passed as they are, never through a shell.
 */
import { spawn } from 'node:child_process';

/** How one call of git is run. */
export interface GitOptions {
  readonly cwd: string;
  /** Added to the fixed environment, for example `GIT_INDEX_FILE` or `GIT_AUTHOR_DATE`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed. */
  readonly input?: string | Uint8Array;
  /** Most bytes of standard output that are kept; more throws `GitFailed`. 64 MiB unless told. */
  readonly maxBytes?: number;
  /** Exit codes besides 0 that are answers and not failures, for example 1 of `merge-tree` (conflict). */
  readonly allow?: readonly number[];
  /** Kills git when it fires; the call then throws `GitFailed`. */
  readonly signal?: AbortSignal;
}

/** What git answered. */
export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Standard output as UTF-8 without the last line break. */
  readonly text: string;
}

/** git ended with an unexpected code, was killed, wrote too much, or could not be started; `stderr` says why. */
export class GitFailed extends Error {
  readonly args: readonly string[];
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(
    args: readonly string[],
    exitCode: number | null,
    stderr: string,
    options?: { cause?: unknown },
  ) {
    super(`git ${args[0] ?? ''} failed (${exitCode ?? 'killed'}): ${stderr.trim().slice(0, 2000)}`, options);
    this.name = 'GitFailed';
    this.args = args;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** 64 MiB: a diff or file list larger than this is no longer read by anybody. */
const defaultMaxBytes = 64 * 1024 * 1024;
/** 64 KiB of complaints are enough; a flood of warnings must not fill the memory. */
const maxErrorBytes = 64 * 1024;

/** The environment of every call: `path` is the `PATH` to find git and its parts with. */
export function gitEnvironment(path: string): Record<string, string> {
  return {
    PATH: path,
    HOME: '/nonexistent',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_PAGER: 'cat',
    GIT_ASKPASS: '/bin/true',
  };
}

/** Settings that no repository may override: no hooks, no file watcher, no line-end or mode surprises in our own trees. */
const fixedConfig = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.autocrlf=false',
  'core.quotePath=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.ext.allow=never',
].flatMap((setting) => ['-c', setting]);

/** Where the usual systems keep git; a host with another place passes its own. */
const usualPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/** Runs git with these arguments. Throws `GitFailed`. */
export type Git = (args: readonly string[], options: GitOptions) => Promise<GitResult>;

/** A runner that finds git on `path`. */
export function createGit(path: string = usualPath): Git {
  const environment = gitEnvironment(path);
  return (args, options) => run(environment, args, options);
}

/** A runner for git in the usual places. */
export const git: Git = createGit();

function run(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  options: GitOptions,
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...fixedConfig, ...args], {
      cwd: options.cwd,
      env: { ...environment, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.signal ? { signal: options.signal, killSignal: 'SIGKILL' } : {}),
    });
    const out = collector(options.maxBytes ?? defaultMaxBytes, () => child.kill('SIGKILL'));
    const err = collector(maxErrorBytes, () => undefined);
    child.stdout.on('data', out.take);
    child.stderr.on('data', err.take);
    // git may end before it has read everything (EPIPE); its exit code tells what happened.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
    child.on('error', (cause) => reject(new GitFailed(args, null, cause.message, { cause })));
    child.on('close', (code) => {
      const stderr = err.bytes().toString('utf8');
      if (out.full())
        return reject(new GitFailed(args, code, `more than ${options.maxBytes} bytes of output`));
      if (code === null || (code !== 0 && !options.allow?.includes(code))) {
        return reject(new GitFailed(args, code, stderr));
      }
      const stdout = out.bytes();
      resolve({ code, stdout, stderr, text: stdout.toString('utf8').replace(/\n$/, '') });
    });
  });
}

/** Keeps the first `max` bytes; calls `onFull` once when more come. */
function collector(max: number, onFull: () => void) {
  const chunks: Buffer[] = [];
  let size = 0;
  let full = false;
  return {
    take(chunk: Buffer) {
      if (full) return;
      const room = max - size;
      chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      size += Math.min(chunk.length, room);
      if (chunk.length <= room) return;
      full = true;
      onFull();
    },
    bytes: () => Buffer.concat(chunks),
    full: () => full,
  };
}
