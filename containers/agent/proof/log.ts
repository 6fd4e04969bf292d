/** The end of a log, which is where runners sum up. */
import { open } from 'node:fs/promises';

/** Output before this is no summary of tests any more. */
const maxCountedBytes = 16 * 1024 * 1024;

/** The last part of a log of `bytes`, as text. */
export async function readEnd(path: string, bytes: number): Promise<string> {
  const from = Math.max(0, bytes - maxCountedBytes);
  const handle = await open(path);
  try {
    const buffer = Buffer.alloc(bytes - from);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}
