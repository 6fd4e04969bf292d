/**
 * Unpacks a dump of PGlite into a folder. PGlite can load one itself, but takes far longer for its 500 files.
 * The dump is a plain tar (ustar: folders and files, names below 100 bytes), gzipped or not.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Headers and contents come in blocks of 512 bytes. */
const block = 512;
/** The first bytes of every gzip file. */
const gzip = Buffer.from([0x1f, 0x8b]);

/** Writes the files of the dump below the folder. Throws when it is no such tar or a name leads out of the folder. */
export function unpackDump(dump: Uint8Array, folder: string): void {
  const given = Buffer.from(dump.buffer, dump.byteOffset, dump.byteLength);
  const tar = given.subarray(0, 2).equals(gzip) ? gunzipSync(given) : given;
  const made = new Set<string>();
  const make = (path: string): void => {
    if (made.has(path)) return;
    mkdirSync(path, { recursive: true, mode: 0o700 });
    made.add(path);
  };
  make(folder);
  for (let at = 0; at + block <= tar.length && tar[at] !== 0; ) {
    const { path, bytes, kind } = readHeader(tar.subarray(at, at + block));
    const start = at + block;
    const target = join(folder, path);
    if (kind === 'folder') make(target);
    else {
      make(dirname(target));
      writeFileSync(target, tar.subarray(start, start + bytes), { mode: 0o600 });
    }
    at = start + Math.ceil(bytes / block) * block;
  }
}

interface Header {
  readonly path: string;
  readonly bytes: number;
  readonly kind: 'file' | 'folder';
}

/** Fields by offset, as POSIX lays them out: name 0–100, size 124–136 in octal, type 156, prefix 345–500. */
function readHeader(header: Buffer): Header {
  const text = (from: number, to: number): string => {
    const field = header.toString('utf8', from, to);
    const end = field.indexOf('\0');
    return end < 0 ? field : field.slice(0, end);
  };
  const type = text(156, 157);
  const bytes = Number.parseInt(text(124, 136), 8) || 0;
  const prefix = text(345, 500);
  const path = normalize(`./${prefix === '' ? '' : `${prefix}/`}${text(0, 100)}`);
  if (path.startsWith('..') || !['', '0', '5'].includes(type))
    throw new Error(`The template is no dump of a data folder: ${path} has type ${JSON.stringify(type)}.`);
  return type === '5' ? { path, bytes: 0, kind: 'folder' } : { path, bytes, kind: 'file' };
}
