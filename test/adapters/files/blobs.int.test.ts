import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileBlobs, openFileBlobs } from '#adapters/files/blobs.ts';
import { BlobTooLarge } from '#adapters/files/errors.ts';
import { verifyPresigned } from '#adapters/files/presign.ts';
import { InvalidInput, NotFound } from '#core/errors.ts';

const at = '2026-11-22T10:00:00.000Z';
const signer = { baseUrl: 'http://127.0.0.1:18000', secret: 'secret' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let folder: string;
let blobs: FileBlobs;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omoi blöbs-'));
  blobs = await openFileBlobs({ ...signer, folder, clock: () => at });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const drafts = (): Promise<string[]> => readdir(join(folder, '~drafts'));

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}

describe('a blob', () => {
  it('comes back as it was put, and is replaced by its like', async () => {
    await blobs.put('runs/a/1/log-test', bytes('one'));
    await blobs.put('runs/a/1/log-test', bytes('two!'));
    expect(await blobs.get('runs/a/1/log-test')).toEqual(bytes('two!'));
    expect(await blobs.size('runs/a/1/log-test')).toBe(4);
    await blobs.put('empty', new Uint8Array());
    expect(await blobs.size('empty')).toBe(0);
    expect(await drafts()).toEqual([]);
  });

  it('that is not there has no size, and is not found', async () => {
    await blobs.put('runs/a', bytes('x'));
    for (const key of ['no', 'runs', 'runs/a/b']) {
      expect(await blobs.size(key)).toBeNull();
      await expect(blobs.get(key)).rejects.toThrow(NotFound);
      await expect(blobs.open(key)).rejects.toThrow(NotFound);
    }
  });

  it.each([
    '',
    '/',
    '/etc/passwd',
    '../x',
    'a/../b',
    'a/./b',
    '.',
    'a//b',
    'a/',
    'a b',
    'ü',
    'a\0',
    'a\\b',
    '~drafts/x',
    'x'.repeat(501),
  ])('has no key like %j', async (key) => {
    await expect(blobs.put(key, bytes('x'))).rejects.toThrow(InvalidInput);
    await expect(blobs.get(key)).rejects.toThrow(InvalidInput);
    await expect(blobs.presign('GET', key, 1)).rejects.toThrow(InvalidInput);
    await expect(blobs.save(key, pieces('x'), 10)).rejects.toThrow(InvalidInput);
  });

  it('is streamed in and out', async () => {
    expect(await blobs.save('big.tar', pieces('a'.repeat(100_000), 'b'), 100_001)).toBe(100_001);
    const { bytes: size, stream } = await blobs.open('big.tar');
    expect(size).toBe(100_001);
    expect((await buffer(stream)).byteLength).toBe(100_001);
  });

  it('over its limit is refused, and the one before it stays', async () => {
    await blobs.put('key', bytes('before'));
    await expect(blobs.save('key', pieces('123', '456'), 5)).rejects.toThrow(BlobTooLarge);
    expect(await blobs.get('key')).toEqual(bytes('before'));
    expect(await drafts()).toEqual([]);
  });

  it('whose stream breaks is not written', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes('half');
      throw new Error('cut');
    };
    await expect(blobs.save('key', broken(), 100)).rejects.toThrow('cut');
    expect(await blobs.size('key')).toBeNull();
    expect(await drafts()).toEqual([]);
  });

  it('is whole to every reader while many write it', async () => {
    const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(50_000));
    await blobs.put('key', bytes(texts[0] ?? ''));
    const reads = Array.from({ length: 20 }, async () => new TextDecoder().decode(await blobs.get('key')));
    await Promise.all(texts.map((text) => blobs.put('key', bytes(text))));
    for (const read of await Promise.all(reads)) expect(texts).toContain(read);
  });

  it('gets a URL that its server verifies', async () => {
    const url = await blobs.presign('PUT', 'runs/a', 60);
    expect(verifyPresigned(signer, 'PUT', url, at)).toBe('runs/a');
  });
});

describe('opening the folder', () => {
  it('clears the drafts of a killed process and keeps the blobs', async () => {
    await blobs.put('kept', bytes('x'));
    await mkdir(join(folder, '~drafts'), { recursive: true });
    await writeFile(join(folder, '~drafts/half'), 'half');
    const again = await openFileBlobs({ ...signer, folder, clock: () => at });
    expect(await drafts()).toEqual([]);
    expect(await again.size('kept')).toBe(1);
  });
});

const bubblewrap = await promisify(execFile)('bwrap', ['--ro-bind', '/', '/', 'true']).then(
  () => true,
  () => false,
);

describe('a full disk', () => {
  it.skipIf(!bubblewrap)('is named, and nothing half-written remains (needs bubblewrap)', async () => {
    const script = fileURLToPath(new URL('./fill-disk.ts', import.meta.url));
    const disk = [
      '--ro-bind',
      '/',
      '/',
      '--dev',
      '/dev',
      '--proc',
      '/proc',
      '--size',
      '2000000',
      '--tmpfs',
      '/mnt',
    ];
    const program = [process.execPath, '--import', 'tsx', script, '/mnt/blobs'];
    // Else tsx would keep what it compiled in a folder that cannot be made in here.
    const env = { ...process.env, TSX_DISABLE_CACHE: '1' };
    const { stdout } = await promisify(execFile)('bwrap', [...disk, ...program], { env });
    expect(JSON.parse(stdout)).toEqual({
      outcomes: ['written', 'DiskFull', 'DiskFull', 'written'],
      sizes: [2000, null, null],
    });
  });
});
