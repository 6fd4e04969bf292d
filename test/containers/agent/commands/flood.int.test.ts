import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { recordOutput } from '#agent/commands/output.ts';
import { readEnd } from '#agent/proof/log.ts';
import { countTests } from '#core/verify/count/count.ts';

let root: string;
afterEach(() => rm(root, { recursive: true, force: true }));

/** More noise than a log may hold around what a runner says. */
async function* flood(): AsyncGenerator<Buffer> {
  yield Buffer.from('the beginning\n');
  const noise = Buffer.alloc(1024 * 1024, 'x\n');
  for (let mebibyte = 0; mebibyte < 320; mebibyte += 1) yield noise;
  yield Buffer.from(
    'running 2 tests\ntest a ... ok\ntest b ... ok\n\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n',
  );
}

it('keeps of a flood the beginning and the end, says what it left out, and counts the tests', async () => {
  root = await mkdtemp(join(tmpdir(), 'omoi-flood-'));
  const path = join(root, 'test.log');
  const { excerpt, log } = await recordOutput(flood(), path, 8000);
  const most = 130 * 1024 * 1024;
  expect((await stat(path)).size).toBe(log.bytes);
  expect(log.bytes).toBeLessThan(most);
  expect(excerpt).toMatch(/^the beginning.*\[… \d{9,} bytes left out …\].*2 passed/s);
  const handle = await open(path);
  const beginning = (await handle.read(Buffer.alloc(13), 0, 13, 0)).buffer.toString();
  await handle.close();
  expect(beginning).toBe('the beginning');
  const end = await readEnd(path, log.bytes);
  expect(end).toContain('bytes left out …]');
  expect(countTests(end)).toMatchObject({ framework: 'cargo', run: 2 });
});
