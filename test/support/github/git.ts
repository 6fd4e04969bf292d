/** Smart HTTP over a bare repository: git's own http-backend, behind the same tokens as the REST API. */
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { git } from '#adapters/git/git.ts';
import type { Repository } from './state.ts';

/** What git prints in the bare repository. */
export async function gitOf({ folder }: Repository, ...args: string[]): Promise<string> {
  const identity = {
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'a@e.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'a@e.org',
  };
  return (await git(args, { cwd: folder, env: identity, allow: [1, 128] })).text;
}

/** The commit of a branch, or null. */
export async function headOf(repository: Repository, branch: string): Promise<string | null> {
  const text = await gitOf(repository, 'rev-parse', '--verify', '--quiet', `refs/heads/${branch}`);
  return text === '' ? null : text;
}

/** Answers one request of a git client; `path` is what comes after the repository. */
export function serveGit(
  repository: Repository,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const query = request.url?.split('?')[1] ?? '';
  const child = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], {
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: repository.folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'somebody',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const all = Buffer.concat(chunks);
    const end = all.indexOf('\r\n\r\n');
    const headers = all
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ', 2));
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    for (const [name = '', value = ''] of headers) if (name !== 'Status') response.setHeader(name, value);
    const body = all.subarray(end + 4);
    if (body.includes('PACK')) repository.fetched.push(body.length);
    response.writeHead(Number.parseInt(status, 10)).end(body);
  });
}
