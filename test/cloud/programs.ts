/** Other programs that the proof needs: run to their end, or kept running until the proof is over. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentWith } from './env.ts';

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** A program did not end well; the message has the end of what it said. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';
}

/** Characters of a failed program's output that are shown. */
const shown = 4000;

/** Runs to the end and answers what it printed. Throws `ProgramFailed`. */
export async function run(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const { cwd, env = {}, user } = options;
  const child = spawn(program, args, { cwd, env: environmentWith(env), ...user });
  const out: Buffer[] = [];
  child.stdin.end();
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => out.push(chunk));
  const [code] = await once(child, 'close');
  const text = Buffer.concat(out).toString();
  if (code === 0) return text;
  throw new ProgramFailed(`${program} ${args.join(' ')} ended with ${code}:\n${text.slice(-shown)}`);
}

export interface Running {
  readonly child: ChildProcess;
  /** The end of what it wrote. */
  said(): Promise<string>;
  /** Ends it and what it started; waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a program in a process group of its own, with its output in a file. */
export function start(
  program: string,
  args: readonly string[],
  log: string,
  options: ProgramOptions = {},
): Running {
  const { cwd, env = {}, user } = options;
  const out = openSync(log, 'a');
  const child = spawn(program, args, {
    cwd,
    env: environmentWith(env),
    ...user,
    stdio: ['ignore', out, out],
    detached: true,
  });
  const gone = once(child, 'close');
  // However this process ends, nothing stays behind.
  process.once('exit', () => end(child, 'SIGKILL'));
  return {
    child,
    said: async () => (await readFile(log, 'utf8')).slice(-shown),
    async stop(signal = 'SIGTERM') {
      if (end(child, signal)) await gone;
    },
  };
}

/** Signals a program and all that it started. False when it is gone. */
function end({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): boolean {
  if (pid === undefined || exitCode !== null || signalCode !== null) return false;
  process.kill(-pid, signal);
  return true;
}

/** A port that nobody listens on. Somebody could take it before it is used; the program that was told it then fails. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  server.close();
  await once(server, 'close');
  return port;
}

/** Looks again and again until it is so. Throws what `late` says after `seconds`, which only ends what would hang. */
export async function until<T>(
  look: () => Promise<T | undefined>,
  { seconds, late, pauseMs = 200 }: { seconds: number; late: () => string; pauseMs?: number },
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(late());
    await sleep(pauseMs);
  }
}
