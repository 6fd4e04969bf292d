import { sign } from 'hono/jwt';
import { describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { createRunTokens, TokenRefused } from '#adapters/tokens/run-tokens.ts';
import { InvalidInput } from '#core/errors.ts';

const secret = 'x'.repeat(32);
const tokens = createRunTokens(secret);
const claims = { runId: newId('run'), attempt: 3, expiresAt: '2026-03-01T10:00:00.000Z' };
const before = '2026-03-01T09:59:59.000Z';
const seconds = Date.parse(claims.expiresAt) / 1000;
const payload = { sub: claims.runId, attempt: 3, aud: 'omoi-gateway', exp: seconds };

describe('run tokens', () => {
  it('tell what was signed', async () => {
    expect(await tokens.verify(await tokens.sign(claims), before)).toEqual(claims);
  });

  it('hold until they expire, by the clock that is given', async () => {
    await expect(tokens.verify(await tokens.sign(claims), claims.expiresAt)).rejects.toThrow(TokenRefused);
  });

  it.each([
    ['of another secret', () => sign(payload, 'y'.repeat(32), 'HS256')],
    ['for another audience', () => sign({ ...payload, aud: 'console' }, secret, 'HS256')],
    ['without an audience', () => sign({ sub: payload.sub, attempt: 3, exp: seconds }, secret, 'HS256')],
    ['without an end', () => sign({ sub: payload.sub, attempt: 3, aud: payload.aud }, secret, 'HS256')],
    ['for no run', () => sign({ ...payload, sub: 'somebody' }, secret, 'HS256')],
    ['of another algorithm', () => sign(payload, secret, 'HS512')],
    [
      'without a signature',
      async () => `${btoa('{"alg":"none","typ":"JWT"}')}.${btoa(JSON.stringify(payload))}.`,
    ],
    ['that are no token', async () => 'nonsense'],
  ])('refuse one %s, without repeating it', async (_, make) => {
    const token = await make();
    const error = await tokens.verify(token, before).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TokenRefused);
    expect(String(error) + JSON.stringify(error)).not.toContain(token);
  });

  it('need a secret of 32 bytes', () => {
    expect(() => createRunTokens('short')).toThrow(InvalidInput);
  });
});
