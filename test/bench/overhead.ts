/**
 * How much of the demo's wall time is the platform's own: the time in which neither git nor a command of the repository
 * (of an agent or a check) is at work.
 *
 * How it is measured: the host is the built one in a process of its own; every 10 ms the processes below it are looked
 * at. A moment counts as work when there is a `git` among them, or anything that a harness started for its agent or its
 * check. Moments and not sums, because with two tasks at once sums are longer than the wall. The replayed model answers
 * within milliseconds, and those are counted as the platform's, as is packing and unpacking a kept setup.
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
      moments[kindOf(await below(host.pid))] += 1;
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

/** A process with those that it started. */
interface Branch {
  readonly name: string;
  readonly children: readonly Branch[];
}

type Kind = 'git' | 'commands' | 'platform';

/** What is at work below the host; of several things the one that is least the platform's. */
function kindOf(children: readonly Branch[], inHarness = false): Kind {
  const kinds = children.map(({ name, children }): Kind => {
    if (name.startsWith('git')) return 'git';
    // The walls around a harness or a command, and the tool that packs a setup.
    if (name === 'bwrap' || name === 'tar') return kindOf(children, inHarness);
    // The first process that is neither is the harness, and what is below it is a command.
    return inHarness ? 'commands' : kindOf(children, true);
  });
  if (kinds.includes('commands')) return 'commands';
  return kinds.includes('git') ? 'git' : 'platform';
}

/** The processes below one. */
async function below(pid: number): Promise<readonly Branch[]> {
  return process.platform === 'linux' ? belowByProc(pid) : belowByPs(pid);
}

/** Blocking and therefore quick: a dozen small reads of memory. */
function belowByProc(pid: number): Branch[] {
  const children = (read(`/proc/${pid}/task/${pid}/children`) ?? '').trim();
  if (children === '') return [];
  return children.split(' ').map((child) => ({
    name: read(`/proc/${child}/comm`)?.trim() ?? '',
    children: belowByProc(Number(child)),
  }));
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

async function belowByPs(pid: number): Promise<readonly Branch[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,comm=']);
  const rows = stdout.split('\n').flatMap((line) => {
    const [, own, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return own === undefined
      ? []
      : [{ own: Number(own), parent: Number(parent), name: basename(command.trim()) }];
  });
  const of = (one: number): Branch[] =>
    rows.filter(({ parent }) => parent === one).map(({ own, name }) => ({ name, children: of(own) }));
  return of(pid);
}
