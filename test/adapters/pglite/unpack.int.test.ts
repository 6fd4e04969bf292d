import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpackDump } from '#adapters/pglite/unpack.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omoi-tar-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** One entry of a tar: header and content, each filled up to blocks of 512 bytes. */
function entry(path: string, type: string, content = ''): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write(Buffer.byteLength(content).toString(8).padStart(11, '0'), 124);
  header.write(type, 156);
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}
const end = Buffer.alloc(1024);
const good = Buffer.concat([
  entry('/base', '5'),
  entry('/base/1', '0', 'x'.repeat(600)),
  entry('/v', '0', '18'),
  end,
]);

describe('a dump', () => {
  it.each([
    ['plain', good],
    ['gzipped', gzipSync(good)],
  ])('is unpacked below its folder (%s)', async (_, dump) => {
    unpackDump(dump, join(folder, 'data'));
    expect((await readdir(join(folder, 'data'), { recursive: true })).sort()).toEqual([
      'base',
      'base/1',
      'v',
    ]);
    expect(await readFile(join(folder, 'data/base/1'), 'utf8')).toBe('x'.repeat(600));
    expect(await readFile(join(folder, 'data/v'), 'utf8')).toBe('18');
  });

  it.each([
    ['a name that leads out', entry('../out', '0', 'x')],
    ['a link', entry('/link', '2')],
    ['no header', Buffer.alloc(512, 'x')],
  ])('with %s is refused', async (_, dump) => {
    expect(() => unpackDump(Buffer.concat([dump, end]), join(folder, 'data'))).toThrow('no dump');
    expect(await readdir(join(folder, 'data'))).toEqual([]);
  });
});
