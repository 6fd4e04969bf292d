/**
 * The lock of a data folder. PGlite has none, and two writers corrupt it.
 *
 * The folder `lock` holds numbered files; the highest number is the lock, the others are history. A file is made whole
 * (hard link of a finished file) and its number can be made once, so of two that find the same dead lock one gets the
 * next number. The highest file is never removed, only emptied of its owner, so that numbers never come back.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DomainError } from '#core/errors.ts';
import { processStart } from './process-start.ts';

/** Another live process works on this data folder. `data.pid` is that process. */
export class FolderInUse extends DomainError {
  readonly code = 'folder-in-use';
}

/** A lock that is held. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Null when the owner has let go. `start` tells a process from a later one of the same pid. */
const Owner = z.object({ pid: z.number().int(), start: z.string(), nonce: z.string() }).nullable();
type Owner = z.infer<typeof Owner>;

/** Takes the lock of a folder, making the folder where needed. Throws `FolderInUse`; a lock of a dead process is taken over. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const locks = join(folder, 'lock');
  await mkdir(locks, { recursive: true });
  const mine = {
    pid: process.pid,
    start: (await processStart(process.pid)) ?? '',
    nonce: randomUUID(),
  };
  for (;;) {
    const current = await highest(locks);
    const owner = current === 0 ? null : await readOwner(locks, current);
    if (owner !== null && (await isAlive(owner))) {
      throw new FolderInUse(
        `The data folder ${folder} is in use by process ${owner.pid}. Stop it, or choose another folder with --data.`,
        { folder, pid: owner.pid },
      );
    }
    const next = current + 1;
    if (!(await claim(locks, next, mine))) continue;
    // A slow claimer may have made a number that was cleared away meanwhile: then a higher one exists, and counts.
    if ((await highest(locks)) !== next) {
      await rm(join(locks, String(next)), { force: true });
      continue;
    }
    await clearBelow(locks, next);
    return { release: () => replace(locks, next, null) };
  }
}

async function highest(locks: string): Promise<number> {
  return Math.max(0, ...(await numbers(locks)));
}

async function numbers(locks: string): Promise<number[]> {
  return (await readdir(locks)).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** The owner; null too when the file was cleared away after the listing: a higher number exists then, and claiming fails. */
async function readOwner(locks: string, number: number): Promise<Owner> {
  try {
    return Owner.parse(JSON.parse(await readFile(join(locks, String(number)), 'utf8')));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function isAlive(owner: NonNullable<Owner>): Promise<boolean> {
  return (await processStart(owner.pid)) === owner.start;
}

/** Makes the numbered file whole, or not at all; false when another was first. */
async function claim(locks: string, number: number, owner: Owner): Promise<boolean> {
  const draft = join(locks, `draft-${randomUUID()}`);
  await writeFile(draft, JSON.stringify(owner));
  try {
    await link(draft, join(locks, String(number)));
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function replace(locks: string, number: number, owner: Owner): Promise<void> {
  const draft = join(locks, `draft-${randomUUID()}`);
  await writeFile(draft, JSON.stringify(owner));
  await rename(draft, join(locks, String(number)));
}

async function clearBelow(locks: string, number: number): Promise<void> {
  const older = (await numbers(locks)).filter((other) => other < number);
  await Promise.all(older.map((other) => rm(join(locks, String(other)), { force: true })));
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
