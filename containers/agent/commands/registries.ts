/**
 * The network policy `registries`: commands have no network at all, but for a proxy that leads to package registries
 * and nowhere else. The proxy is here; a small forwarder beside each command brings its port into the command's own
 * network, over a socket that is a file.
 */
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { isAllowedHost, namesRegistries, publicRegistries, registriesIn } from '#core/project/registries.ts';
import type { Repository } from '../checkout/repository.ts';
import type { Folders } from '../folders.ts';
import type { RegistryAccess } from './run.ts';

/** In a network of the command's own, so no other use of the number can be in the way. */
const port = 3128;

/** Listens inside, hands each connection to the socket, runs the command, ends as it ends. */
const forwarder = `
const net = require('node:net'), { spawn } = require('node:child_process'), { signals } = require('node:os').constants;
const [socket, ...argv] = process.argv.slice(1);
net.createServer((inner) => {
  const outer = net.connect(socket);
  inner.pipe(outer).pipe(inner);
  inner.on('error', () => outer.destroy());
  outer.on('error', () => inner.destroy());
}).listen(${port}, '127.0.0.1', () => {
  const child = spawn(argv[0], argv.slice(1), { stdio: 'inherit' });
  child.on('error', () => process.exit(127));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signals[signal] ?? 0)));
});`;

const named = (names: readonly string[], value: string) => names.map((name) => [name, value] as const);

/**
 * How tools are told. Those of the JVM read no variable but the options of their own JVM, Maven 3.9 only with a third:
 * https://maven.apache.org/resolver-archives/resolver-1.9.22/configuration.html
 */
const proxyEnv: Readonly<Record<string, string>> = Object.fromEntries([
  ...named(['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'], `http://127.0.0.1:${port}`),
  ...named(
    ['MAVEN_OPTS', 'GRADLE_OPTS', 'SBT_OPTS'],
    `-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=${port} -Daether.connector.http.useSystemProperties=true`,
  ),
]);

export interface Registries extends RegistryAccess {
  /** Adds the registries that the project names in this commit. */
  allowNamedIn(repository: Repository, commit: string): Promise<void>;
  close(): void;
}

/** Opens the proxy. `node` runs the forwarder; `dial` reaches a registry. */
export async function openRegistries(
  folders: Folders,
  node: string,
  log: (line: string) => void,
  dial: (host: string) => Socket = (host) => connect(443, host),
): Promise<Registries> {
  const folder = join(folders.root, 'proxy');
  const socket = join(folder, 'registries.sock');
  const allowed = new Set(publicRegistries);
  await mkdir(folder, { recursive: true });
  const server = createServer((_, response) => {
    response.writeHead(403).end('Only HTTPS to package registries is open here.\n');
  });
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    const host = registryOf(request.url ?? '', allowed);
    if (host !== null) return tunnel(dial(host), client, head);
    log(`network: ${request.url} was refused`);
    client.on('error', () => undefined);
    client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    readOnly: [folder],
    wrap: (argv) => [node, '-e', forwarder, socket, ...argv],
    env: proxyEnv,
    async allowNamedIn(repository, commit) {
      for (const { path, blob } of await repository.files(commit)) {
        if (!namesRegistries(path)) continue;
        const text = (await repository.content(blob)).toString('utf8');
        for (const host of registriesIn(path, text)) allowed.add(host);
      }
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The host that a client wants to reach, if it may. 443 only: a registry's name must not lead to its other services. */
function registryOf(target: string, allowed: ReadonlySet<string>): string | null {
  const [, host = '', port = ''] = /^([A-Za-z0-9.-]+):(\d+)$/.exec(target) ?? [];
  return port === '443' && isAllowedHost(host, allowed) ? host : null;
}

function tunnel(upstream: Socket, client: Duplex, head: Buffer): void {
  upstream.on('connect', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) upstream.write(head);
    upstream.pipe(client).pipe(upstream);
  });
  client.on('error', () => upstream.destroy());
  client.on('close', () => upstream.destroy());
  upstream.on('error', () => client.destroy());
}
