/** Looking at this machine: what is installed, what can be written, what is reachable. Changes nothing. */
import { execFile } from 'node:child_process';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { HealthView } from '#core/api/views.ts';
import type { HostConfig } from '#local/config.ts';
import type { Machine } from './check.ts';
import { hiddenPrograms } from './toolchains.ts';

/** A program that says its version takes milliseconds; one that hangs is as good as missing. */
const programMs = 5000;
/** A host of ours says how it is at once; whatever keeps silent is none. */
const healthMs = 3000;
/** A model's address that is silent this long is not reachable in any useful sense. */
const modelMs = 15_000;

/** Everything the doctor looks at; the model only when asked to. */
export async function probe(config: HostConfig, online: boolean): Promise<Machine> {
  const { dataDir, port, anthropic, distDir, tools, path } = config;
  const [git, ripgrep, bubblewrap, hidden, folder, state, build] = await Promise.all([
    versionOf('git', /version (\S+)/),
    versionOf('rg', /ripgrep (\S+)/),
    bubblewrapProblem(),
    hiddenPrograms(path, tools),
    folderState(dataDir),
    portState(port),
    missingParts(distDir),
  ]);
  return {
    node: process.versions.node,
    git,
    ripgrep,
    bubblewrap,
    hidden,
    folder,
    port: { number: port, state },
    build,
    key: anthropic.apiKey !== undefined,
    ...(online ? { model: { url: anthropic.baseUrl, problem: await modelProblem(anthropic) } } : {}),
  };
}

interface Output {
  readonly ok: boolean;
  readonly text: string;
}

/** Runs a program; one that is not there, fails or hangs is `ok: false` with what it said. */
function output(program: string, args: readonly string[]): Promise<Output> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: programMs }, (error, stdout, stderr) => {
      const missing = error && 'code' in error && error.code === 'ENOENT';
      const said = missing ? `${program} was not found` : stderr.trim() || error?.message || '';
      resolve(error ? { ok: false, text: said } : { ok: true, text: stdout });
    });
  });
}

async function versionOf(program: string, pattern: RegExp): Promise<string | null> {
  const { ok, text } = await output(program, ['--version']);
  return ok ? (pattern.exec(text)?.[1] ?? 'of unknown version') : null;
}

/** The namespaces that a sandbox takes, around a program that does nothing. */
async function bubblewrapProblem(): Promise<string | null> {
  const walls = ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--die-with-parent'];
  const { ok, text } = await output('bwrap', [...walls, '--ro-bind', '/', '/', '--proc', '/proc', 'true']);
  return ok ? null : (text.split('\n')[0] ?? 'no reason was given');
}

async function folderState(path: string): Promise<Machine['folder']> {
  const standing = await nearest(path);
  const { bavail, bsize } = await statfs(standing);
  const freeBytes = bavail * bsize;
  if (standing === path && !(await stat(path)).isDirectory())
    return { path, problem: 'is not a folder.', freeBytes };
  const writable = await access(standing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  return { path, problem: writable ? null : 'cannot be written by this user.', freeBytes };
}

/** The folder itself, or the nearest one above it that is there. */
async function nearest(path: string): Promise<string> {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  return there || dirname(path) === path ? path : nearest(dirname(path));
}

async function portState(port: number): Promise<Machine['port']['state']> {
  const free = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  if (free) return 'free';
  const asked = fetch(`http://127.0.0.1:${port}/v1/health`, { signal: AbortSignal.timeout(healthMs) });
  const body: unknown = await asked.then((response) => response.json()).catch(() => undefined);
  return HealthView.safeParse(body).success ? 'ours' : 'taken';
}

/** What a host runs beside itself. */
async function missingParts(distDir: string): Promise<string[]> {
  const parts = ['agent.mjs', 'web/index.html'];
  const there = await Promise.all(
    parts.map((part) =>
      stat(join(distDir, part)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return parts.filter((_, at) => !there[at]);
}

async function modelProblem({ apiKey, baseUrl }: HostConfig['anthropic']): Promise<string | null> {
  const headers = { 'anthropic-version': '2023-06-01', ...(apiKey ? { 'x-api-key': apiKey } : {}) };
  const signal = AbortSignal.timeout(modelMs);
  return fetch(`${baseUrl.replace(/\/+$/, '')}/v1/models`, { headers, signal }).then(
    ({ ok, status }) => (ok ? null : `answered with ${status}.`),
    (error: Error) =>
      `cannot be reached: ${error.cause instanceof Error ? error.cause.message : error.message}`,
  );
}
