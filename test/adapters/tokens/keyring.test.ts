import { expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { createKeyring } from '#adapters/tokens/keyring.ts';

const [old, young] = ['a'.repeat(32), 'b'.repeat(32)];
const claims = { runId: newId('run'), attempt: 1, expiresAt: '2026-01-01T12:00:00.000Z' };
const at = '2026-01-01T00:00:00.000Z';

it('signs with the newest key and verifies with all, so that a sandbox outlives a rotation', async () => {
  let secret = old;
  const ring = createKeyring(async () => secret);
  const before = await ring.sign(claims);
  secret = `${young}\n${old}\n`;
  const after = await ring.sign(claims);
  expect(await ring.verify(before, at)).toEqual(claims);
  secret = `${young}\n`;
  expect(await ring.verify(after, at)).toEqual(claims);
  await expect(ring.verify(before, at)).rejects.toMatchObject({ code: 'token-refused' });
});

it('signs nothing without a key', async () => {
  await expect(createKeyring(async () => '').sign(claims)).rejects.toMatchObject({ code: 'token-refused' });
});
