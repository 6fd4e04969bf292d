import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { table } from './limits.ts';

it('tells in docs/cloud-proof.md what the emulator cannot do, as the script prints it', async () => {
  const text = await readFile(new URL('../../docs/cloud-proof.md', import.meta.url), 'utf8');
  expect(text).toContain(table());
});
