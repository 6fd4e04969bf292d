/**
 * Sandboxes on this machine: each is a Node process with the harness's bundle, behind walls where they can be had.
 *
 * They live no longer than this process: a closed standard input tells the harness, and bubblewrap ends what it holds
 * when its parent dies. So after a restart every handle of before is `gone`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NetworkPolicy } from '#core/project/project.ts';
import type { Sandboxes, SandboxSpec } from '#core/run/ports.ts';
import { agentFile as agentInside, outerWall, sandboxFolder } from './bubblewrap.ts';
import { probeWalls, type Walls } from './probe.ts';
import { createSpare, type Spare } from './spare.ts';
import { isInView, searchPath } from './toolchains.ts';

/** How sandboxes are made. */
export interface ProcessSandboxOptions {
  /** The harness's bundle. */
  readonly agentFile: string;
  /** Sandboxes live in folders below; whatever lies there at the start is removed. */
  readonly root: string;
  /** Called once for each sandbox that ended, by itself or not. */
  readonly onExit?: (handle: string) => void;
  /** Lines that harnesses log, without secrets. */
  readonly log?: (handle: string, line: string) => void;
  /** Toolchains that commands may use besides the operating system's, such as one under the home folder: read only, their `bin` first on the PATH. */
  readonly tools?: readonly string[];
  /** The PATH of whoever started the host; commands get of it what is in view. */
  readonly path?: string;
  /** Takes these walls instead of trying which ones work. */
  readonly walls?: Walls;
  /** The Node that runs the harness; this process's own unless told. */
  readonly node?: string;
  /** Keeps a harness started ahead while runs are live; it must know the option `--spare`. `restMs` as in `SpareOptions`. */
  readonly ahead?: { readonly restMs?: number };
}

/** What people are told about the sandboxes; a degraded one comes with its reason. */
export interface SandboxDescription {
  readonly kind: string;
  readonly degraded: boolean;
  readonly reason: string | null;
}

/** The port, and what only a host needs. */
export interface ProcessSandboxes extends Sandboxes {
  describe(): SandboxDescription;
  /** Stops all and waits until they are gone. */
  close(): Promise<void>;
}

interface Live {
  readonly child: ChildProcess;
  readonly gone: Promise<void>;
}

/** A harness, told its run or not. */
interface Started {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Its process has ended. */
  readonly over: Promise<void>;
}

/** A harness that was asked to end gets this long to end its commands, where no wall does it. */
const graceMs = 1000;

/** Tries the walls, clears `root`, and is ready. */
export async function createProcessSandboxes(options: ProcessSandboxOptions): Promise<ProcessSandboxes> {
  const { root, agentFile, node, tools, walls, path } = await prepared(options);
  const live = new Map<string, Live>();
  const launched = new Map<string, Promise<void>>();
  /** Folders of ended sandboxes on their way out: nobody but the end of this process waits for them. */
  const leaving = new Set<Promise<void>>();

  const remove = (folder: string, handle: string): Promise<void> => {
    const left = rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
      .catch((error: unknown) => options.log?.(handle, `its folder could not be removed: ${String(error)}`))
      .then(() => void leaving.delete(left));
    leaving.add(left);
    return left;
  };
  const place = { root, path, walls, agentFile, node, tools };
  const spare = options.ahead ? startedAhead(place, options, remove) : null;
  const start = async (handle: string, spec: SandboxSpec): Promise<void> => {
    const told = toldTo(spec);
    const ready = (await spare?.take()) ?? null;
    const one = ready ?? (await begin(place, handle, told));
    live.set(handle, { child: one.child, gone: watch(one, handle) });
    ready?.child.stdin?.write(`${JSON.stringify(told)}\n`);
    spare?.prepare();
  };
  const watch = async ({ child, folder, over }: Started, handle: string): Promise<void> => {
    follow(child, join(root, `${handle}.log`), (line) => options.log?.(handle, line));
    await over;
    live.delete(handle);
    if (live.size === 0) spare?.rest();
    options.onExit?.(handle);
    void remove(folder, handle);
  };
  const stop = async (handle: string): Promise<void> => {
    await launched.get(handle);
    const found = live.get(handle);
    if (!found) return;
    await end(found, walls.kind === 'nested');
  };
  return {
    networks: NetworkPolicy.options,
    async launch(spec) {
      const handle = `${spec.runId}.${spec.attempt}`;
      const first = launched.get(handle) ?? start(handle, spec);
      launched.set(handle, first);
      await first;
      return handle;
    },
    status: async (handle) => (live.has(handle) ? 'running' : 'gone'),
    stop,
    describe: () => describe(walls),
    async close() {
      await spare?.close();
      await Promise.all([...launched.keys()].map(stop));
      await Promise.all(leaving);
    },
  };
}

/** What a harness is told: in its environment, or where it was started ahead, in a line of its standard input. */
type Told = Readonly<Record<'OMOI_GATEWAY_URL' | 'OMOI_RUN_ID' | 'OMOI_RUN_TOKEN', string>>;

const toldTo = ({ gatewayUrl, runId, token }: SandboxSpec): Told => ({
  OMOI_GATEWAY_URL: gatewayUrl,
  OMOI_RUN_ID: runId,
  OMOI_RUN_TOKEN: token,
});

interface Place extends Pick<Launch, 'agentFile' | 'node' | 'tools'> {
  readonly root: string;
  /** `PATH` of harnesses. */
  readonly path: string;
  readonly walls: Walls;
}

/** Starts a harness in a folder of this name; null where it is told its run later. */
async function begin(place: Place, name: string, told: Told | null): Promise<Started> {
  const folder = join(place.root, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  const [program, ...args] = commandLine(place.walls, { ...place, folder });
  const child = spawn(program, told ? args : [...args, '--spare'], {
    cwd: folder,
    // All that a sandbox is told; the token is in no argument, where every user of the machine could read it.
    env: { PATH: place.path, ...told },
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  });
  // One that ended before it was told its run; the launch hears of that as of any other end.
  child.stdin?.on('error', () => undefined);
  const over = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
    child.on('error', () => resolve());
  });
  return { child, folder, over };
}

function startedAhead(
  place: Place,
  { ahead, log }: ProcessSandboxOptions,
  remove: (folder: string, handle: string) => Promise<void>,
): Spare<Started> {
  let count = 0;
  return createSpare({
    start: () => begin(place, `ahead-${++count}`, null),
    isAlive,
    end: async ({ child, over, folder }) => {
      await end({ child, gone: over }, place.walls.kind === 'nested');
      await remove(folder, 'ahead');
    },
    failed: (error) => log?.('ahead', `none could be started: ${String(error)}`),
    ...ahead,
  });
}

const isAlive = ({ child }: Started) => child.exitCode === null && child.signalCode === null;

/** What every launch needs: found out once. */
async function prepared(options: ProcessSandboxOptions) {
  const node = await realpath(options.node ?? process.execPath);
  const named = await Promise.all((options.tools ?? []).map((folder) => realpath(folder)));
  const tools = toolFolders(node, named);
  const pathWith = (shown?: (folder: string) => boolean) =>
    searchPath(named, dirname(node), options.path ?? '', shown);
  await rm(options.root, { recursive: true, force: true, maxRetries: 5 });
  await mkdir(options.root, { recursive: true });
  const root = await realpath(options.root);
  const agentFile = await realpath(options.agentFile).catch(() => options.agentFile);
  const walls = options.walls ?? (await probeWalls(root, tools, await pathWith()));
  // Without walls everything is in view.
  const path = await pathWith(walls.kind === 'plain' ? () => true : undefined);
  return { root, agentFile, node, tools, walls, path };
}

/** The Node that runs the harness, where it is not the system's, with its npm; and what the host was told to let in. */
function toolFolders(node: string, named: readonly string[]): string[] {
  const prefix = dirname(dirname(node));
  return [...(isInView(node) || prefix === '/' ? [] : [prefix]), ...named];
}

interface Launch {
  readonly folder: string;
  readonly agentFile: string;
  readonly node: string;
  readonly tools: readonly string[];
}

function commandLine(walls: Walls, { folder, agentFile, node, tools }: Launch): [string, ...string[]] {
  switch (walls.kind) {
    case 'nested': {
      const wall = outerWall({ folder, agent: agentFile, tools });
      return ['bwrap', ...wall, node, agentInside, '--dir', sandboxFolder, '--jail', 'nested', '--tethered'];
    }
    case 'walled': {
      const named = tools.flatMap((path) => ['--tool', path]);
      return [node, agentFile, '--dir', folder, '--jail', 'walled', ...named, '--tethered'];
    }
    case 'plain':
      return [node, agentFile, '--dir', folder, '--jail', 'plain', '--tethered'];
    default:
      return walls satisfies never;
  }
}

function describe(walls: Walls): SandboxDescription {
  switch (walls.kind) {
    case 'nested':
      return { kind: 'bubblewrap', degraded: false, reason: null };
    case 'walled':
      return {
        kind: 'bubblewrap, commands only',
        degraded: true,
        reason: `The agent's commands run behind walls, but its own process does not: ${walls.reason}.`,
      };
    case 'plain':
      return {
        kind: 'plain process',
        degraded: true,
        reason: `Commands of agents run as you, with your files and your network in reach: ${walls.reason}. Install bubblewrap on Linux; elsewhere use only repositories that you trust.`,
      };
    default:
      return walls satisfies never;
  }
}

/** Ends a sandbox and all that it started. Walls take everything down with them; without, the harness ends its commands. */
async function end({ child, gone }: Live, walled: boolean): Promise<void> {
  if (walled) killGroup(child);
  else child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
}

/** A wall that is killed while it goes up leaves its other half behind, which is of the same group until it stands. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has ended in this moment.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function follow(child: ChildProcess, file: string, line: (text: string) => void): void {
  if (!child.stderr) return;
  const log = createWriteStream(file);
  // A full disk must not end the host for the sake of a log.
  log.on('error', () => undefined);
  child.stderr.on('data', (chunk: Buffer) => {
    log.write(chunk);
    for (const text of chunk.toString('utf8').split('\n')) if (text !== '') line(text);
  });
  child.stderr.on('close', () => log.end());
}
