/**
 * Runs a shell command in a place of its own: own process group, own environment, and where it works own walls.
 *
 * When it ends, or its time is up, or the run is stopped, everything it started ends with it (inside walls: really
 * everything; without walls: its process group).
 */
import {
  type ChildProcess,
  type ChildProcessByStdio,
  type SpawnOptionsWithStdioTuple,
  spawn,
} from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { PassThrough, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { type InnerWall, innerWall } from '#adapters/process/bubblewrap.ts';
import type { NetworkPolicy } from '#core/project/project.ts';
import type { Folders } from '../folders.ts';
import { type Output, recordOutput } from './output.ts';

/** How commands are kept apart from the harness: walls of their own, another user, or not at all. */
export type Jail =
  | { readonly kind: 'bubblewrap'; readonly within: InnerWall['within'] }
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'plain' };

export interface CommandSpec {
  readonly command: string;
  readonly timeoutMs: number;
  readonly network: NetworkPolicy;
  /** Whether the workspace may be written. */
  readonly writable: boolean;
  /** Where all of its output goes. */
  readonly log: string;
  /** Bytes kept at each end for the excerpt. */
  readonly keep: number;
  readonly signal?: AbortSignal;
  /** On top of the usual environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Is shown the output so far, now and then; ends the command when it answers that it has seen enough. */
  readonly enough?: (output: string) => boolean;
}

export interface CommandEnd extends Output {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly stopped: boolean;
  /** Whether it was ended because its output was enough. */
  readonly cut: boolean;
  readonly durationMs: number;
}

/** Runs commands in the workspace of one run. */
export type RunCommand = (spec: CommandSpec) => Promise<CommandEnd>;

/** What makes `registries` of it: a wrapper that runs the command with a proxy in reach. Null where none can be had. */
export interface RegistryAccess {
  readonly readOnly: readonly string[];
  wrap(argv: readonly string[]): readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Place {
  readonly folders: Folders;
  readonly jail: Jail;
  /** `PATH` of commands. */
  readonly path: string;
  readonly registries: RegistryAccess | null;
}

/** The whole environment of a command: no prompts, no pagers, no progress bars, nothing of the harness. */
export function commandEnvironment({ folders, jail, path }: Place): Record<string, string> {
  return {
    PATH: path,
    HOME: folders.home,
    USER: 'agent',
    LANG: 'C.UTF-8',
    CI: '1',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    TERM: 'dumb',
    NO_COLOR: '1',
    TMPDIR: jail.kind === 'bubblewrap' ? '/tmp' : folders.temporary,
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
    PYTHONDONTWRITEBYTECODE: '1',
    // Else the sandbox's folder cannot be removed by an ordinary user.
    GOFLAGS: '-modcacherw',
  };
}

export interface Commands {
  readonly run: RunCommand;
  /** Ends all that is running. */
  stopAll(): void;
}

export function createCommands(place: Place): Commands {
  const running = new Set<ChildProcess>();
  return {
    run: (spec) => run(place, running, spec),
    stopAll: () => running.forEach(kill),
  };
}

async function run(place: Place, running: Set<ChildProcess>, spec: CommandSpec): Promise<CommandEnd> {
  const started = performance.now();
  const child = start(place, spec);
  running.add(child);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill(child);
  }, spec.timeoutMs);
  const stop = () => kill(child);
  spec.signal?.addEventListener('abort', stop);
  if (spec.signal?.aborted) stop();
  let cut = false;
  if (spec.enough)
    lookInto(child.stdout, spec.enough, () => {
      cut = true;
      stop();
    });
  try {
    const [exitCode, output] = await Promise.all([
      ended(child),
      recordOutput(untilEnded(child), spec.log, spec.keep),
    ]);
    const durationMs = Math.round(performance.now() - started);
    return {
      ...output,
      exitCode: timedOut ? null : exitCode,
      timedOut,
      stopped: spec.signal?.aborted === true,
      cut,
      durationMs,
    };
  } finally {
    clearTimeout(timer);
    spec.signal?.removeEventListener('abort', stop);
    kill(child);
    running.delete(child);
  }
}

/** Both outputs in one pipe, in the order in which they were written. */
const oneStream = 'exec 2>&1; exec /bin/bash --noprofile --norc -c "$0"';

function start(place: Place, spec: CommandSpec): ChildProcessByStdio<null, Readable, null> {
  const { folders, jail } = place;
  const shell = ['/bin/bash', '--noprofile', '--norc', '-c', oneStream, spec.command];
  const options: SpawnOptionsWithStdioTuple<'ignore', 'pipe', 'ignore'> = {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  };
  const env = { ...commandEnvironment(place), ...spec.env };
  if (jail.kind !== 'bubblewrap') {
    const [file = '', ...args] = shell;
    const user = jail.kind === 'user' ? { uid: jail.uid, gid: jail.gid } : {};
    return spawn(file, args, { ...options, ...user, cwd: folders.workspace, env });
  }
  const access = spec.network === 'registries' ? place.registries : null;
  const objects = join(folders.git, 'objects');
  const wall = innerWall(
    {
      folder: folders.root,
      readOnly: [objects, ...(spec.writable ? [] : [folders.workspace]), ...(access?.readOnly ?? [])],
      writable: [folders.home, ...(spec.writable ? [folders.workspace] : [])],
      temporary: folders.temporary,
      users: folders.users,
      network: spec.network === 'open',
      cwd: folders.workspace,
      within: jail.within,
    },
    { ...env, ...access?.env },
  );
  return spawn('bwrap', [...wall, ...(access ? access.wrap(shell) : shell)], {
    ...options,
    env: { PATH: place.path },
  });
}

/** Reading everything anew at each line would take longer than the command; past so many characters nobody looks. */
const looking = { everyMs: 200, most: 1_000_000 };

/** Calls `stop` once when the output so far is enough; what came last is looked at too, however soon after a look. */
function lookInto(output: Readable, enough: (text: string) => boolean, stop: () => void): void {
  const decoder = new StringDecoder('utf8');
  let text = '';
  let looked = performance.now();
  let next: NodeJS.Timeout | undefined;
  const look = () => {
    next = undefined;
    looked = performance.now();
    if (!enough(text)) return;
    leave();
    stop();
  };
  const take = (chunk: Buffer) => {
    text += decoder.write(chunk);
    if (text.length > looking.most) leave();
    else next ??= setTimeout(look, looking.everyMs - (performance.now() - looked));
  };
  const leave = () => {
    clearTimeout(next);
    output.off('data', take).off('close', leave);
  };
  output.on('data', take).on('close', leave);
}

/** Long enough for what the command wrote last. */
const graceMs = 1000;

/**
 * Its output until it ends. What it left running elsewhere (in a session of its own, where there are no walls) may hold
 * the pipe open for ever; nobody listens to that.
 */
function untilEnded(child: ChildProcessByStdio<null, Readable, null>): Readable {
  const output = new PassThrough();
  child.stdout.pipe(output);
  child.once('exit', () => {
    const timer = setTimeout(() => {
      child.stdout.unpipe(output);
      child.stdout.destroy();
      output.end();
    }, graceMs);
    child.stdout.once('end', () => clearTimeout(timer));
  });
  return output;
}

/** Its exit code; null when a signal ended it. A command that cannot be started at all is 127, as in a shell. */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('exit', (code) => {
      // What it left running in its group would keep the output open for ever.
      kill(child);
      resolve(code);
    });
  });
}

/** Ends the command's whole process group; harmless when it is gone. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM');
}
