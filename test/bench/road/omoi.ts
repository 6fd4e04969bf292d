/** `omoi start` as a person starts it: the built bundle in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { distDir } from '../folder.ts';

export interface Running {
  readonly pid: number;
  readonly url: string;
  /** Milliseconds from the start of the process to its first served request. */
  readonly servedMs: number;
  stop(): Promise<void>;
}

/** Often enough for a figure in seconds with two digits. */
const lookMs = 5;

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}

/** Starts a host on a data folder and waits until `/v1/health` answers. */
export async function startOmoi(dataDir: string, args: readonly string[] = []): Promise<Running> {
  const port = await freePort();
  const command = [join(distDir, 'omoi.mjs'), 'start', '--port', String(port), '--data', dataDir, ...args];
  return served(command, `http://127.0.0.1:${port}`, '/v1/health');
}

/** The least that can serve a request: Node's own HTTP server. */
export async function startBareServer(): Promise<Running> {
  const port = await freePort();
  const script = `require('node:http').createServer((_, response) => response.end('{}')).listen(${port}, '127.0.0.1')`;
  return served(['--eval', script], `http://127.0.0.1:${port}`, '/');
}

async function served(args: readonly string[], url: string, path: string): Promise<Running> {
  const began = performance.now();
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const end = () => child.kill('SIGTERM');
  process.once('exit', end);
  const over = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void over.then(() => process.off('exit', end));
  while (!(await answers(`${url}${path}`))) {
    if (child.exitCode !== null) throw new Error(`The host ended with ${child.exitCode} before it served.`);
    await sleep(lookMs);
  }
  const servedMs = performance.now() - began;
  return { pid: pidOf(child), url, servedMs, stop: () => stopped(child, over) };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The host could not be started.');
  return pid;
}

async function stopped(child: ChildProcess, over: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  await over;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.text();
    return response.status === 200;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
