/**
 * How much of the demo's wall time is the platform's own: the time in which neither git nor a command of the repository
 * (of an agent or a check) is at work.
 *
 * How it is measured: the host is the built one in a process of its own; every 10 ms the processes below it are looked
 * at. A moment counts as work when a `git` or a shell (which every command runs in) is among them. Moments and not sums,
 * because two tasks at once would hide the platform behind each other twice. The replayed model answers within
 * milliseconds, and that is counted as the platform's.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { materialiseSample, sampleCassette, sampleTicket } from '#local/sample/materialise.ts';
import { type Bench, rounded } from './figure.ts';
import { built, distDir, inFolder } from './folder.ts';
import { drive } from './road/drive.ts';
import { startOmoi } from './road/omoi.ts';

const sampleMs = 10;

interface Moments {
  git: number;
  commands: number;
  platform: number;
  ms: number;
}

export const overhead: Bench = {
  name: 'overhead',
  summary: "the platform's own share of the demo's wall time",
  async run(desk) {
    await built();
    const { git, commands, platform, ms } = await inFolder((folder) => measured(folder));
    const all = git + commands + platform;
    const percent = (part: number) => rounded((part / all) * 100, 1);
    const wall = { what: 'wall time of the demo, in seconds', value: rounded(ms / 1000, 1) };
    desk.report({ metric: 'platform', value: percent(platform), unit: '%', goal: '<= 15', against: wall });
    desk.report({ metric: 'commands of the repository', value: percent(commands), unit: '%', against: wall });
    desk.report({ metric: 'git alone', value: percent(git), unit: '%', against: wall });
    desk.progress(`${all} moments in ${rounded(ms / 1000, 1)} s`);
  },
};

async function measured(folder: string): Promise<Moments> {
  const repo = join(folder, 'shelf');
  await materialiseSample(repo, distDir);
  const host = await startOmoi(join(folder, 'data'), ['--replay', sampleCassette]);
  try {
    const moments: Moments = { git: 0, commands: 0, platform: 0, ms: 0 };
    const began = performance.now();
    let over = false;
    const walking = drive(host.url, { repo, ...(await sampleTicket()) }).finally(() => {
      over = true;
    });
    while (!over) {
      moments[kindOf(await namesBelow(host.pid))] += 1;
      await sleep(sampleMs);
    }
    const ticket = await walking;
    if (ticket?.status !== 'completed')
      throw new Error(`The demo ended as ${ticket?.status}: ${ticket?.reason}`);
    return { ...moments, ms: performance.now() - began };
  } finally {
    await host.stop();
  }
}

function kindOf(names: readonly string[]): 'git' | 'commands' | 'platform' {
  if (names.some((name) => /^(ba)?sh$/.test(name))) return 'commands';
  return names.some((name) => name.startsWith('git')) ? 'git' : 'platform';
}

/** Names of the processes below one. */
async function namesBelow(pid: number): Promise<string[]> {
  return process.platform === 'linux' ? belowByProc(pid) : belowByPs(pid);
}

/** Blocking and therefore quick: a dozen small reads of memory. */
function belowByProc(pid: number): string[] {
  const children = (read(`/proc/${pid}/task/${pid}/children`) ?? '').trim();
  return children === ''
    ? []
    : children
        .split(' ')
        .flatMap((child) => [read(`/proc/${child}/comm`)?.trim() ?? '', ...belowByProc(Number(child))]);
}

/** Null when the process has ended. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return null;
    throw error;
  }
}

async function belowByPs(pid: number): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,comm=']);
  const rows = stdout.split('\n').flatMap((line) => {
    const [, own, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined
      ? []
      : [{ own: Number(own), parent: Number(parent), name: basename(command.trim()) }];
  });
  const below = (of: number): string[] =>
    rows.filter(({ parent }) => parent === of).flatMap(({ own, name }) => [name, ...below(own)]);
  return below(pid);
}
