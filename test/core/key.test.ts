import { expect, it } from 'vitest';
import { answerKeyCall, keysThrough } from '#core/key/calls.ts';
import type { ApiKey } from '#core/key/key.ts';

const at = '2026-01-01T00:00:00.000Z';
const given = { name: 'ci', role: 'viewer', createdBy: 'Ada', createdAt: at, expiresAt: at } as const;

it('keys are made, listed and taken back from afar as they are here', async () => {
  const kept: ApiKey[] = [];
  const here = {
    create: async (key: Omit<ApiKey, 'id' | 'prefix' | 'lastUsedAt'>) => {
      const made = { ...key, id: '1', prefix: 'omoi_abcde', lastUsedAt: null };
      kept.push(made);
      return { secret: 'omoi_abcdefg', key: made };
    },
    list: async () => kept,
    revoke: async (id: string) => kept.find((key) => key.id === id) ?? null,
  };
  const afar = keysThrough(async (call) => JSON.parse(JSON.stringify(await answerKeyCall(here, call))));
  expect(await afar.create(given)).toMatchObject({ secret: 'omoi_abcdefg', key: { id: '1', name: 'ci' } });
  expect(await afar.list(at)).toEqual(kept);
  expect(await afar.revoke('1', at)).toEqual(kept[0]);
  expect(await afar.revoke('2', at)).toBeNull();
  await expect(answerKeyCall(here, { step: 'keys.find', secret: 'x' })).rejects.toThrow();
});
