import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderInUse, lockFolder } from '#adapters/pglite/lock.ts';
import { processStart } from '#adapters/pglite/process-start.ts';
import { startHolder } from './holder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omoi lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A lock as a process that is gone left it. */
async function leaveLock(owner: object): Promise<void> {
  await mkdir(join(folder, 'lock'), { recursive: true });
  await writeFile(join(folder, 'lock', '4'), JSON.stringify({ nonce: 'n', ...owner }));
}

describe('the lock of a data folder', () => {
  it('is refused while it is held, naming the process, and free after its release', async () => {
    const lock = await lockFolder(folder);
    const second = lockFolder(folder);
    await expect(second).rejects.toThrow(FolderInUse);
    await expect(second).rejects.toMatchObject({ data: { folder, pid: process.pid } });
    await lock.release();
    await (await lockFolder(folder)).release();
  });

  it('is refused while another process holds it, and taken over when that was killed', async () => {
    const holder = await startHolder(folder, 'lock');
    await expect(lockFolder(folder)).rejects.toThrow(`process ${holder.pid}`);
    await holder.kill();
    await (await lockFolder(folder)).release();
  });

  it('of a dead process is taken over though its pid lives again', async () => {
    await leaveLock({ pid: process.pid, start: 'another boot 12345' });
    await (await lockFolder(folder)).release();
  });

  it('of a live process stands', async () => {
    await leaveLock({ pid: process.pid, start: await processStart(process.pid) });
    await expect(lockFolder(folder)).rejects.toThrow(FolderInUse);
  });

  it('left by a dead process goes to one of many that come at once', async () => {
    await leaveLock({ pid: 2 ** 22 + 1, start: 'gone' });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(FolderInUse);
    expect(await readdir(join(folder, 'lock'))).toEqual(['5']);
  });

  it('makes the folder where there is none', async () => {
    const lock = await lockFolder(join(folder, 'new', 'ünter'));
    await lock.release();
  });
});

describe('the start of a process', () => {
  it('is the same each time, and null for no process', async () => {
    expect(await processStart(process.pid)).toBe(await processStart(process.pid));
    expect(await processStart(process.pid)).not.toBeNull();
    expect(await processStart(2 ** 22 + 1)).toBeNull();
  });
});
