import { expect, it } from 'vitest';
import { addressUrl, publicGitHub, readAddress } from '#core/forge/address.ts';

it.each([
  'acme/shop',
  'https://github.com/acme/shop',
  'https://github.com/acme/shop.git',
  'https://github.com/acme/shop/',
  'https://token@github.com/acme/shop',
  'git@github.com:acme/shop.git',
  'ssh://git@github.com/acme/shop.git',
  'github.com/acme/shop',
])('reads %s', (text) => {
  expect(readAddress(text, publicGitHub)).toEqual({ owner: 'acme', name: 'shop' });
});

it.each([
  '/srv/shop',
  './acme/shop',
  'acme',
  'acme/..',
  'a/b/c',
  'https://gitlab.com/acme/shop',
  'git@other.org:acme/shop',
])('takes %s for no repository of GitHub', (text) => expect(readAddress(text, publicGitHub)).toBeNull());

it('reads the addresses of a server of its own, and writes them without a password', () => {
  const server = 'https://git.acme.org';
  const address = readAddress('https://git.acme.org/acme/shop.git', server);
  expect(address && addressUrl(server, address)).toBe('https://git.acme.org/acme/shop');
});
