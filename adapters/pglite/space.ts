import { statfs } from 'node:fs/promises';
import { DiskFull } from '#adapters/files/errors.ts';

/**
 * The least that must be free before a transaction begins, in bytes: PGlite does not survive a disk that fills up while
 * it writes (it spins, and blocks the process), so it must never meet one. A transaction of ours writes a few megabytes
 * at most, and may need a new segment of the write-ahead log, 16 MB; the rest is for what else writes to the disk.
 */
export const transactionSpace = 64 * 2 ** 20;

/** What a first start needs beside that: the unpacked template, or what `initdb` writes. */
export const firstStartSpace = 64 * 2 ** 20;

/** Throws `DiskFull` while less than `bytes` are free where the folder is. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const megabytes = (count: number): number => Math.floor(count / 2 ** 20);
  throw new DiskFull(
    `Only ${megabytes(free)} MB are free on the disk that holds ${folder}; OmoiOS needs ${megabytes(bytes)}. Free some, then go on; nothing was lost.`,
    { folder, freeBytes: free, neededBytes: bytes },
  );
}
