import { describe, expect, it } from 'vitest';
import { presignUrl, verifyPresigned } from '#adapters/files/presign.ts';
import { Forbidden } from '#core/errors.ts';

const signer = { baseUrl: 'http://127.0.0.1:18000/gateway', secret: 'secret' };
const at = '2026-11-22T10:00:00.500Z';
const url = presignUrl(signer, 'GET', 'runs/a/1/log-test', at, 60);

describe('a presigned URL', () => {
  it('allows its verb on its key until it expires', () => {
    expect(url).toMatch(
      /^http:\/\/127\.0\.0\.1:18000\/gateway\/blobs\/runs\/a\/1\/log-test\?verb=GET&exp=\d+&sig=[0-9a-f]{64}$/,
    );
    expect(verifyPresigned(signer, 'GET', url, at)).toBe('runs/a/1/log-test');
    expect(verifyPresigned(signer, 'GET', url, '2026-11-22T10:01:00.999Z')).toBe('runs/a/1/log-test');
    expect(() => verifyPresigned(signer, 'GET', url, '2026-11-22T10:01:01.000Z')).toThrow('expired');
  });

  it('is the same under another name of the server, and as a path', () => {
    expect(verifyPresigned(signer, 'GET', url.replace('127.0.0.1', 'localhost'), at)).toBe(
      'runs/a/1/log-test',
    );
    expect(verifyPresigned(signer, 'GET', url.replace('http://127.0.0.1:18000', ''), at)).toBe(
      'runs/a/1/log-test',
    );
  });

  it('keeps a key that has the word blobs in it', () => {
    const other = { baseUrl: 'http://localhost:1', secret: 's' };
    expect(verifyPresigned(other, 'PUT', presignUrl(other, 'PUT', 'a/blobs/b', at, 1), at)).toBe('a/blobs/b');
  });

  it.each([
    ['another verb', 'PUT', url],
    ['another verb, claimed in the URL', 'PUT', url.replace('verb=GET', 'verb=PUT')],
    ['another key', 'GET', url.replace('log-test', 'log-lint')],
    ['a key reached by dots', 'GET', url.replace('runs/a/1', 'runs/b/../a/1/x')],
    ['a later end', 'GET', url.replace(/exp=\d+/, 'exp=9999999999')],
    ['no signature', 'GET', url.replace(/&sig=.*/, '')],
    ['a cut signature', 'GET', url.slice(0, -1)],
    ['another path', 'GET', url.replace('/gateway/blobs/', '/gateway/other/')],
  ])('refuses %s', (_, verb, tampered) => {
    expect(() => verifyPresigned(signer, verb, tampered, at)).toThrow(Forbidden);
  });

  it('refuses one of another secret', () => {
    expect(() => verifyPresigned({ ...signer, secret: 'other' }, 'GET', url, at)).toThrow(Forbidden);
  });
});
