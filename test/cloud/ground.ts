/** What the proof stands on: a virtual environment of Python, a Postgres with pgvector from it, and the emulator. */
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnv } from './env.ts';
import { freePort, type Running, run, start, until } from './programs.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const cache = join(root, 'node_modules/.cache/omoios/cloud');
const packages = ['ministack==1.5.33', 'pgserver==0.1.4'];

/** uid and gid of `nobody` on Linux: Postgres refuses to run as root. */
const nobody = { uid: 65_534, gid: 65_534 };

/** The emulator could not be fetched: nothing was proven, and nothing is wrong with what was to be proven. */
export class NoGround extends Error {
  override readonly name = 'NoGround';
}

/** The folder of the virtual environment; made once, and again when the packages are others. Throws `NoGround`. */
export async function openVenv(): Promise<string> {
  const venv = join(cache, 'venv');
  const stamp = join(cache, 'packages.txt');
  const wanted = packages.join('\n');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return venv;
  await mkdir(cache, { recursive: true });
  const patience = ['--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '60'];
  try {
    await run(readEnv().PYTHON, ['-m', 'venv', '--clear', venv]);
    await run(join(venv, 'bin/pip'), ['install', ...patience, ...packages]);
  } catch (cause) {
    throw new NoGround(`${packages.join(' and ')} could not be installed: ${String(cause)}`, { cause });
  }
  await writeFile(stamp, wanted);
  return venv;
}

export interface Postgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** Postgres on a free port, its data below `folder`. A copy of the binaries lies there too, for `nobody` to read. */
export async function startPostgres(venv: string, folder: string): Promise<Postgres> {
  const [python = ''] = await readdir(join(venv, 'lib'));
  const installed = join(venv, 'lib', python, 'site-packages');
  const home = join(folder, 'postgres');
  for (const part of (await readdir(installed)).filter((name) => /^pgserver(\.libs)?$/.test(name)))
    await cp(join(installed, part), join(home, part), { recursive: true });
  const user = process.getuid?.() === 0 ? nobody : undefined;
  const data = join(folder, 'postgres-data');
  await mkdir(data, { mode: 0o700 });
  await chmod(folder, 0o755);
  if (user) await chown(data, user.uid, user.gid);
  const bin = join(home, 'pgserver/pginstall/bin');
  const who = user ? { user, cwd: folder } : { cwd: folder };
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'omoi', '--auth=trust', '-E', 'UTF8'], who);
  const port = await freePort();
  // Nothing has to outlive a loss of power. Each function keeps a pool of its own.
  const settings = [
    'fsync=off',
    'max_connections=200',
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
  ];
  const options = settings.flatMap((one) => ['-c', one]);
  const server = start(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), ...options],
    join(folder, 'postgres.log'),
    who,
  );
  const ready = async () => {
    if (server.child.exitCode !== null) throw new Error(`Postgres ended: ${await server.said()}`);
    return /ready to accept connections/.test(await server.said()) || undefined;
  };
  await until(ready, { seconds: 60, late: () => 'Postgres did not start within a minute.' });
  // The password is not looked at; the stack takes an address with one as its own authentication.
  const url = `postgres://omoi:omoi@127.0.0.1:${port}/postgres`;
  // SIGINT is Postgres' fast shutdown: it does not wait for the functions' pools.
  return { url, stop: () => server.stop('SIGINT') };
}

export interface Emulator {
  readonly url: string;
  readonly version: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** The end of its log. */
  said(): Promise<string>;
}

/** MiniStack on a free port, or the emulator at `AWS_ENDPOINT_URL`. */
export async function startEmulator(venv: string, folder: string): Promise<Emulator> {
  const given = readEnv().AWS_ENDPOINT_URL;
  if (given !== undefined)
    return { url: given, version: 'as given', stop: async () => undefined, said: async () => '' };
  const port = await freePort();
  const env = {
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    // A name, as hosts of APIs are made from it: one that ends in a number would be no host.
    MINISTACK_HOST: 'localhost',
    S3_DATA_DIR: join(folder, 's3'),
    STATE_DIR: join(folder, 'state'),
    TMPDIR: folder,
    ...credentials,
  };
  const log = join(folder, 'emulator.log');
  const program: Running = start(join(venv, 'bin/ministack'), [], log, { env, cwd: folder });
  const url = `http://127.0.0.1:${port}`;
  const healthy = async () => {
    if (program.child.exitCode !== null) throw new Error(`The emulator ended: ${await program.said()}`);
    const answer = await fetch(`${url}/_ministack/health`).catch((error: unknown) => {
      if (error instanceof TypeError) return undefined;
      throw error;
    });
    return answer?.ok || undefined;
  };
  await until(healthy, { seconds: 120, late: () => 'The emulator did not start within two minutes.' });
  return { url, version: packages.join(', '), stop: program.stop, said: program.said };
}

/** Nobody checks them. */
export const credentials = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
};
