import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '#adapters/files/folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'omoi-folder-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('a folder', () => {
  it('is made with all above it, and may be there already', async () => {
    const path = join(root, 'a/b/c');
    await makeFolder(path, 0o700);
    await makeFolder(path, 0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    await symlink(path, join(root, 'link'));
    await makeFolder(join(root, 'link/d'));
    expect((await stat(join(path, 'd'))).isDirectory()).toBe(true);
  });

  it('is no file, and not made below one', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(root, 'file/a'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.skipIf(process.platform !== 'linux')('is refused where none can be, at once', async () => {
    await expect(makeFolder('/proc/omoi/a')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
