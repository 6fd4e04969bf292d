/** Processes of this machine: which have to do with a folder, which carry a run, and how much memory one holds. */
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** It ended meanwhile (EINVAL: its mounts went first), or is somebody else's. */
const gone = (error: NodeJS.ErrnoException) => {
  if (error.code === undefined || !['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL'].includes(error.code))
    throw error;
  return '';
};

/**
 * Live processes whose command, working folder or mounts name the folder. Inside a sandbox's walls paths are others,
 * but the mounts still tell where they come from. Where there is no /proc, commands alone are looked at.
 */
export async function processesOf(folder: string): Promise<Process[]> {
  return found(async (pid, command) => {
    if (command.includes(folder)) return true;
    if (process.platform !== 'linux') return false;
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(gone);
    return (
      cwd.startsWith(folder) ||
      (await readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(gone)).includes(folder)
    );
  });
}

/** Live processes that were started for a run: it is in their environment or command. */
export async function processesFor(runId: string): Promise<Process[]> {
  return found(async (pid, command) => {
    if (command.includes(runId)) return true;
    if (process.platform !== 'linux') return false;
    return (await readFile(`/proc/${pid}/environ`, 'utf8').catch(gone)).includes(runId);
  });
}

async function found(matches: (pid: number, command: string) => Promise<boolean>): Promise<Process[]> {
  const all = process.platform === 'linux' ? await fromProc() : await fromPs();
  const fits = await Promise.all(
    all.map(async (one) => one.pid !== process.pid && (await matches(one.pid, one.command))),
  );
  return all.filter((_, index) => fits[index]);
}

/** A zombie has an empty command line and is no process that runs. */
async function fromProc(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(gone);
      return { pid, command: text.replaceAll('\0', ' ').trim() };
    }),
  );
  return processes.filter(({ command }) => command !== '');
}

async function fromPs(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axEo', 'pid=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || command === undefined ? [] : [{ pid: Number(pid), command }];
  });
}

/** Resident memory in megabytes (1,000,000 bytes). */
export async function residentMegabytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return (Number(stdout.trim()) * 1024) / 1_000_000;
}
