/**
 * What a command printed, however much: its beginning and end in memory, all of it in a log file, and its digest.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** 128 MiB: a log longer than this is cut in the file too, so that a loop that prints cannot fill the disk. */
const maxLogBytes = 128 * 1024 * 1024;
/** Of what is cut the end is kept: that is where a runner says how many tests it ran. */
const maxTailBytes = 1024 * 1024;

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
  const cut = lastBytes(maxTailBytes);
  let written = 0;
  const write = async (part: Buffer) => {
    if (part.length === 0) return;
    written += part.length;
    hash.update(part);
    if (!log.write(part)) await once(log, 'drain');
  };
  for await (const chunk of stream) {
    ends.take(chunk);
    const room = Math.max(0, maxLogBytes - written);
    await write(chunk.subarray(0, room));
    cut.take(chunk.subarray(room));
  }
  const { omitted, bytes } = cut.result();
  if (omitted > 0) await write(Buffer.from(`\n[… ${omitted} bytes left out …]\n`));
  await write(bytes);
  log.end();
  await finished(log);
  return { ...ends.result(), log: { path, digest: hash.digest('hex'), bytes: written } };
}

/** Collects the last `keep` bytes of what it is given, in pieces, so that a flood costs no copying. */
function lastBytes(keep: number) {
  let pieces: Buffer[] = [];
  let held = 0;
  let omitted = 0;
  const trim = () => {
    const all = Buffer.concat(pieces);
    omitted += Math.max(0, all.length - keep);
    pieces = [Buffer.from(all.subarray(-keep))];
    held = pieces[0]?.length ?? 0;
  };
  return {
    take(chunk: Buffer) {
      if (chunk.length === 0) return;
      pieces.push(chunk);
      held += chunk.length;
      if (held > 4 * keep) trim();
    },
    result() {
      trim();
      return { omitted, bytes: Buffer.concat(pieces) };
    },
  };
}

/** Less than this is not worth a line that says it was left out. */
const slack = 200;

/** Collects the first and the last `keep` bytes of what it is given, or all of it where little would be left out. */
export function headAndTail(keep: number) {
  const most = keep + slack;
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let total = 0;
  return {
    take(chunk: Buffer) {
      total += chunk.length;
      const room = keep - head.length;
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      const rest = room > 0 ? chunk.subarray(room) : chunk;
      if (rest.length > 0) tail = Buffer.concat([tail, rest.subarray(-most)]).subarray(-most);
    },
    result(): { excerpt: string; omitted: number } {
      if (total === head.length + tail.length)
        return { excerpt: readable(Buffer.concat([head, tail])), omitted: 0 };
      const end = tail.subarray(-keep);
      const omitted = total - head.length - end.length;
      const between = `\n[… ${omitted} bytes left out …]\n`;
      return { excerpt: readable(head) + between + readable(end), omitted };
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
