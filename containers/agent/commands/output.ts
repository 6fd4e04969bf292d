/**
 * What a command printed, however much: its beginning and end in memory, all of it in a log file, and its digest.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** 128 MiB: a log longer than this is cut in the file too, so that a loop that prints cannot fill the disk. */
const maxLogBytes = 128 * 1024 * 1024;

export interface Output {
  /** The first and last characters, with a line between that says how many bytes were left out. */
  readonly excerpt: string;
  /** Bytes that the excerpt leaves out. */
  readonly omitted: number;
  /** The log file, its SHA-256 and its size. */
  readonly log: { readonly path: string; readonly digest: string; readonly bytes: number };
}

/** Reads a stream to its end into a log file. `keep` bytes are kept at each end for the excerpt. */
export async function recordOutput(
  stream: AsyncIterable<Buffer>,
  path: string,
  keep: number,
): Promise<Output> {
  const log = createWriteStream(path);
  const hash = createHash('sha256');
  const ends = headAndTail(keep);
  let written = 0;
  for await (const chunk of stream) {
    ends.take(chunk);
    const part = chunk.subarray(0, Math.max(0, maxLogBytes - written));
    if (part.length === 0) continue;
    written += part.length;
    hash.update(part);
    if (!log.write(part)) await once(log, 'drain');
  }
  log.end();
  await finished(log);
  return { ...ends.result(), log: { path, digest: hash.digest('hex'), bytes: written } };
}

/** Collects the first and the last `keep` bytes of what it is given. */
export function headAndTail(keep: number) {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let total = 0;
  return {
    take(chunk: Buffer) {
      total += chunk.length;
      const room = keep - head.length;
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      const rest = room > 0 ? chunk.subarray(room) : chunk;
      if (rest.length > 0) tail = Buffer.concat([tail, rest.subarray(-keep)]).subarray(-keep);
    },
    result(): { excerpt: string; omitted: number } {
      const omitted = total - head.length - tail.length;
      if (omitted === 0) return { excerpt: readable(Buffer.concat([head, tail])), omitted };
      const between = `\n[… ${omitted} bytes left out …]\n`;
      return { excerpt: readable(head) + between + readable(tail), omitted };
    },
  };
}

/** As people would see it on a terminal: no colour codes, and of a line that was overwritten only its last state. */
function readable(bytes: Buffer): string {
  return (
    bytes
      .toString('utf8')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
      .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, '')
      .replace(/\r\n/g, '\n')
      .replace(/[^\n]*\r(?=[^\n])/g, '')
      .replaceAll('\u0000', '\uFFFD')
  );
}
