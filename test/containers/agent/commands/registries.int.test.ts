import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGit } from '#adapters/git/git.ts';
import { openRepository as openOwn } from '#agent/checkout/repository.ts';
import { openRegistries, type Registries } from '#agent/commands/registries.ts';
import { openFolders } from '#agent/folders.ts';
import { openRepository, path } from '../scene.ts';

let root: string;
let registries: Registries;
const dialled: string[] = [];
const server = createServer((socket) => socket.pipe(socket));

beforeEach(async () => {
  dialled.length = 0;
  root = await mkdtemp(join(tmpdir(), 'omoi-reg-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  registries = await openRegistries(
    await openFolders(root),
    process.execPath,
    () => {},
    (host) => {
      dialled.push(host);
      return connect((server.address() as AddressInfo).port, '127.0.0.1');
    },
  );
});
afterEach(async () => {
  registries.close();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true, force: true });
});

/** What comes back through the proxy for what was sent; or the status that refused. */
function echo(target: string): Promise<string | number> {
  return new Promise((resolve, reject) => {
    const asking = request({
      socketPath: join(root, 'proxy', 'registries.sock'),
      method: 'CONNECT',
      path: target,
    });
    asking.on('error', reject);
    asking.on('connect', (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        return resolve(response.statusCode ?? 0);
      }
      socket.on('data', (chunk) => {
        socket.destroy();
        resolve(chunk.toString());
      });
      socket.write('hello');
    });
    asking.end();
  });
}

describe('the proxy to registries', () => {
  it('carries bytes to a public registry and back', async () => {
    expect(await echo('registry.npmjs.org:443')).toBe('hello');
    expect(await echo('npm.jsr.io:443')).toBe('hello');
    expect(dialled).toEqual(['registry.npmjs.org', 'npm.jsr.io']);
  });

  it.each(['example.com:443', 'registry.npmjs.org:80', 'evil-jsr.io:443', '127.0.0.1:443', '[::1]:443', 'x'])(
    'refuses %s',
    async (target) => {
      expect(await echo(target)).toBe(403);
      expect(dialled).toEqual([]);
    },
  );

  it('tells tools of the JVM, too, which read no variable of a proxy', () => {
    for (const name of ['MAVEN_OPTS', 'GRADLE_OPTS', 'SBT_OPTS'])
      expect(registries.env[name]).toContain('-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=3128');
    expect(registries.env.HTTPS_PROXY).toBe('http://127.0.0.1:3128');
  });

  it('carries to registries that the project names in the commit, and no others', async () => {
    const origin = await openRepository(join(root, 'o'));
    const commit = await origin.commit({
      '.npmrc': '@us:registry=https://user:x@npm.example.org/\n',
      'README.md': 'https://other.example.org',
    });
    const own = await openOwn(createGit(path), await openFolders(root));
    await own.unbundle(await origin.bundle(commit).then(() => join(root, 'o', `${commit}.bundle`)));
    await registries.allowNamedIn(own, commit);
    expect(await echo('npm.example.org:443')).toBe('hello');
    expect(await echo('other.example.org:443')).toBe(403);
  });
});
