import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKeys } from '#adapters/dynamodb/api-keys.ts';
import type { Table } from '#adapters/dynamodb/table.ts';
import { fileApiKeys } from '#adapters/files/api-keys.ts';
import type { ApiKeys } from '#core/key/ports.ts';
import { openTestTable } from '#test/support/table.ts';

let table: Table;
let folder: string;
let close = () => {};
beforeAll(async () => {
  ({ table, close } = await openTestTable());
  folder = await mkdtemp(join(tmpdir(), 'omoi-keys-'));
});
afterAll(async () => {
  close();
  await rm(folder, { recursive: true });
});

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();
const given = (name: string) =>
  ({ name, role: 'approver', createdBy: 'Ada', createdAt: at(0), expiresAt: at(60) }) as const;
const file = () => join(folder, 'api-keys.json');

const kinds: readonly (readonly [string, () => ApiKeys, () => Promise<string>])[] = [
  ['a table', () => createApiKeys(table), async () => JSON.stringify(await table.list('api-key', 0))],
  ['a file', () => fileApiKeys(file()), () => readFile(file(), 'utf8')],
];

describe.each(kinds)('keys in %s', (_, open, kept) => {
  it('open until they expire, and are kept as digests only', async () => {
    const keys = open();
    const { secret, key } = await keys.create(given('ci'));
    expect(secret).toMatch(/^omoi_[\w-]{43}$/);
    expect(key).toMatchObject({ ...given('ci'), prefix: secret.slice(0, 10), lastUsedAt: null });
    expect(await keys.find(secret, at(59))).toEqual({ actor: 'ci', role: 'approver' });
    for (const [other, when] of [
      [secret, 60],
      [`${secret}x`, 0],
      [secret.slice(0, -1), 0],
      ['omoi_', 0],
      ['', 0],
    ] as const)
      expect(await keys.find(other, at(when))).toBeNull();
    expect(await kept()).not.toContain(secret.slice(10));
    expect((await keys.list(at(59))).map(({ name }) => name)).toContain('ci');
    expect((await keys.list(at(60))).map(({ name }) => name)).not.toContain('ci');
  });

  it('tell when they were last used, to five minutes', async () => {
    const keys = open();
    const { secret, key } = await keys.create(given('used'));
    const last = async () => (await keys.list(at(1))).find(({ id }) => id === key.id)?.lastUsedAt;
    await keys.find(secret, at(1));
    await keys.find(secret, at(5));
    expect(await last()).toBe(at(1));
    await keys.find(secret, at(6));
    expect(await last()).toBe(at(6));
  });

  it('are taken back for ever, also while somebody uses them', async () => {
    const keys = open();
    const { secret, key } = await keys.create(given('gone'));
    await Promise.all([keys.find(secret, at(1)), keys.revoke(key.id, at(1)), keys.find(secret, at(2))]);
    expect(await keys.find(secret, at(3))).toBeNull();
    expect(await keys.revoke(key.id, at(3))).toBeNull();
    expect((await keys.list(at(3))).map(({ name }) => name)).not.toContain('gone');
  });

  it('that are made at once are all kept', async () => {
    const keys = open();
    const made = await Promise.all(['a', 'b', 'c', 'd'].map((name) => keys.create(given(name))));
    for (const { secret } of made) expect(await keys.find(secret, at(1))).not.toBeNull();
  });
});

it('are in a file for its owner alone', async () => {
  expect((await stat(file())).mode & 0o777).toBe(0o600);
});
