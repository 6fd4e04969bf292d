import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { iamServer, rdsServer } from '#adapters/aurora/pool.ts';

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-secret');
});
afterEach(() => void vi.unstubAllEnvs());

it('signs in with a token made for this connection, over verified TLS', async () => {
  const server = iamServer('postgresql://omoios%5Fapp@db.example:6543/omoios');
  expect(server).toMatchObject({ host: 'db.example', port: 6543, user: 'omoios_app', database: 'omoios' });
  if (typeof server === 'string' || typeof server.password !== 'function') throw new Error('no password');
  const token = new URL(`https://${await server.password()}`);
  expect(token.host).toBe('db.example:6543');
  expect(token.searchParams.get('Action')).toBe('connect');
  expect(token.searchParams.get('DBUser')).toBe('omoios_app');
  expect(token.searchParams.get('X-Amz-Expires')).toBe('900');
  expect(token.href).not.toContain('not-a-secret');
});

it('trusts the authorities of RDS and nobody else', () => {
  const { ssl } = rdsServer('postgresql://db.example/omoios', 'owner', async () => 'p');
  if (!ssl) throw new Error('no TLS');
  expect(ssl.ca[0]).toContain('BEGIN CERTIFICATE');
  expect(ssl).not.toHaveProperty('rejectUnauthorized');
});
