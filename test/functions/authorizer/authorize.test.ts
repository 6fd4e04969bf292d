import { expect, it } from 'vitest';
import { createAuthorizer } from '#functions/authorizer/authorize.ts';

const authorize = createAuthorizer({
  people: {
    async who(shown) {
      if (shown === 'broken') throw new Error('the table is away');
      return shown === 'good' ? { actor: 'anna', role: 'approver' } : null;
    },
  },
});

it.each([{ authorization: 'Bearer good' }, { authorization: 'bearer good' }, { 'x-api-key': 'good' }])(
  'says who shows %j',
  async (headers) => {
    expect(await authorize({ headers })).toEqual({
      isAuthorized: true,
      context: { actor: 'anna', role: 'approver' },
    });
  },
);

it.each([
  {},
  { authorization: 'Bearer bad' },
  { authorization: 'good' },
  { authorization: 'Basic good' },
  { authorization: 'Bearer good extra' },
  { 'x-api-key': '' },
])('knows nobody by %j', async (headers) => {
  expect(await authorize({ headers })).toEqual({ isAuthorized: false });
});

it('lets nobody in when nobody can be looked up', async () => {
  await expect(authorize({ headers: { authorization: 'Bearer broken' } })).rejects.toThrow();
});
