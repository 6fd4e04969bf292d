/** Finds out, by trying, which walls this machine can put around a sandbox. */
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentFile, innerWall, outerWall, sandboxFolder, usersFile } from './bubblewrap.ts';

/**
 * `nested`: harness and commands each behind a wall. `walled`: only commands. `plain`: none; `reason` says why.
 */
export type Walls =
  | { readonly kind: 'nested' }
  | { readonly kind: 'walled'; readonly reason: string }
  | { readonly kind: 'plain'; readonly reason: string };

/** Tries real walls with real nesting in a folder of its own under `root`, once. */
export async function probeWalls(root: string, tools: readonly string[], path: string): Promise<Walls> {
  const folder = join(root, '.probe');
  await mkdir(join(folder, 'tmp'), { recursive: true });
  await writeFile(join(folder, 'passwd'), usersFile('/home'));
  try {
    const inner = (within: 'outer-wall' | { tools: readonly string[] }, at: string) =>
      innerWall(
        {
          folder: at,
          readOnly: [],
          writable: [],
          temporary: join(at, 'tmp'),
          users: join(at, 'passwd'),
          network: false,
          cwd: '/',
          within,
        },
        { PATH: path },
      );
    const outer = outerWall({ folder, agent: process.execPath, tools });
    const nested = await attempt(
      [
        ...outer,
        'bwrap',
        ...inner('outer-wall', sandboxFolder),
        'sh',
        '-c',
        `test ! -e ${sandboxFolder}/tmp && test -e ${agentFile} && test -d /proc/self`,
      ],
      path,
    );
    if (nested === null) return { kind: 'nested' };
    const walled = await attempt(
      [...inner({ tools }, folder), 'sh', '-c', `test ! -e ${folder}/tmp && test -d /proc/self`],
      path,
    );
    if (walled === null) return { kind: 'walled', reason: nested };
    return { kind: 'plain', reason: walled };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Null when it worked, else why not. Ten seconds: it takes milliseconds where it works. */
function attempt(args: readonly string[], path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn('bwrap', args, {
      env: { PATH: path },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 10_000,
    });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(0, 500);
    });
    child.on('error', () => resolve('bubblewrap is not installed'));
    child.on('close', (code) =>
      resolve(code === 0 ? null : complaint.trim() || `bubblewrap ended with ${code}`),
    );
  });
}
