import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { templateFile } from '#test/support/store.ts';

const run = promisify(execFile);
const bubblewrap = await run('bwrap', ['--ro-bind', '/', '/', 'true']).then(
  () => true,
  () => false,
);

/** In bytes: room for a first start (128 MB). */
const size = String(180_000_000);

describe('a full disk', () => {
  it.skipIf(!bubblewrap)(
    'stops writing with a named error, not reading; with room again it goes on (needs bubblewrap)',
    async () => {
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
        size,
        '--tmpfs',
        '/mnt',
      ];
      const program = [process.execPath, '--import', 'tsx', script, '/mnt', await templateFile()];
      // Else tsx would keep what it compiled in a folder that cannot be made in here.
      const env = { ...process.env, TSX_DISABLE_CACHE: '1' };
      const { stdout } = await run('bwrap', [...disk, '--die-with-parent', ...program], { env });
      expect(JSON.parse(stdout)).toEqual({
        outcomes: ['written', 'DiskFull', 'written', 'DiskFull', 'written'],
        rows: [{ n: 1 }],
      });
    },
  );
});
