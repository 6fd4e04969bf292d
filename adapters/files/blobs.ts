/**
 * Blobs in a folder: a key is a path below it.
 *
 * A blob is written to a draft and renamed, so that a reader sees all of it or none. Nothing is synced to the disk: a
 * killed process loses nothing, a power cut may, as with the embedded database beside it.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InvalidInput, NotFound } from '#core/errors.ts';
import type { Clock } from '#core/id.ts';
import type { Blobs } from '#core/verify/ports.ts';
import { BlobTooLarge, DiskFull, hasCode } from './errors.ts';
import { presignUrl, type Signer } from './presign.ts';

/** Blobs that can also be read and written piece by piece. */
export interface FileBlobs extends Blobs {
  /** Opens for reading. Throws `NotFound`. */
  open(key: string): Promise<{ readonly bytes: number; readonly stream: Readable }>;
  /**
   * Writes what the stream brings, at once when it has ended or not at all; returns the size. Throws `BlobTooLarge`
   * past `maxBytes`, and what the stream throws.
   */
  save(key: string, stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<number>;
}

/** Where blobs are kept, and who signs their URLs. */
export interface FileBlobsOptions extends Signer {
  readonly folder: string;
  readonly clock: Clock;
}

/** 1 MiB: bundles and setups have megabytes, and each piece passes through several streams on its way. */
const pieceBytes = 1024 * 1024;
/** Not in the alphabet of keys, so no blob can be called so. */
const drafts = '~drafts';
/** Longest key; well below what file systems allow for a path. */
const longestKey = 500;
const keyShape = /^[A-Za-z0-9._-]{1,200}(?:\/[A-Za-z0-9._-]{1,200})*$/;

/**
 * Opens the folder, making it where needed, and clears drafts that a killed process left: open it once, and only while
 * holding the lock of the data folder. Every verb throws `InvalidInput` for a key that is none, and `DiskFull`.
 */
export async function openFileBlobs(options: FileBlobsOptions): Promise<FileBlobs> {
  const { folder, clock } = options;
  await rm(join(folder, drafts), { recursive: true, force: true });
  await mkdir(join(folder, drafts), { recursive: true });
  return {
    put: async (key, bytes) => {
      await writing(folder, key, async (draft) => {
        const file = await open(draft, 'wx');
        await file.writeFile(bytes).finally(() => file.close());
      });
    },
    get: (key) => reading(key, async () => new Uint8Array(await readFile(pathOf(folder, key)))),
    size: (key) => sizeOf(pathOf(folder, key)),
    presign: async (verb, key, expiresInSeconds) => {
      pathOf(folder, key);
      return presignUrl(options, verb, key, clock(), expiresInSeconds);
    },
    open: (key) =>
      reading(key, async () => {
        const file = await open(pathOf(folder, key));
        const found = await file.stat();
        if (found.isFile())
          return { bytes: found.size, stream: file.createReadStream({ highWaterMark: pieceBytes }) };
        await file.close();
        throw new NotFound('There is no such blob.', { key });
      }),
    save: async (key, stream, maxBytes) => {
      let bytes = 0;
      const counted = async function* (): AsyncGenerator<Uint8Array> {
        for await (const piece of stream) {
          bytes += piece.byteLength;
          if (bytes > maxBytes)
            throw new BlobTooLarge(`The blob is larger than ${maxBytes} bytes.`, { key, maxBytes });
          yield piece;
        }
      };
      await writing(folder, key, async (draft) => {
        // Opened first: a stream that breaks at once would else be followed by its own file.
        const file = await open(draft, 'wx');
        await pipeline(counted, file.createWriteStream());
      });
      return bytes;
    },
  };
}

function pathOf(folder: string, key: string): string {
  const segments = key.split('/');
  if (key.length > longestKey || !keyShape.test(key) || segments.includes('.') || segments.includes('..'))
    throw new InvalidInput('This is no key of a blob.', { issues: [{ path: 'key', message: 'malformed' }] });
  return join(folder, ...segments);
}

async function writing(folder: string, key: string, write: (draft: string) => Promise<void>): Promise<void> {
  const path = pathOf(folder, key);
  const draft = join(folder, drafts, randomUUID());
  try {
    await mkdir(dirname(path), { recursive: true });
    await write(draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error;
    throw new DiskFull(
      `There is no space left on the disk that holds ${folder}. Free some, then go on; nothing was lost.`,
      { folder },
      { cause: error },
    );
  }
}

async function reading<T>(key: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw error;
    throw new NotFound('There is no such blob.', { key });
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : null;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}
