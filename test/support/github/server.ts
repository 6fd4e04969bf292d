/**
 * A GitHub on this machine: checks every request against GitHub's published OpenAPI description, keeps real state, and
 * serves real bare repositories over smart HTTP. It has the shape of a GitHub Enterprise Server: API under `/api/v3`.
 */
import { createVerify } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { OpenAPIBackend } from 'openapi-backend';
import { type Files, gitIn, makeRepository } from '../repository.ts';
import { gitOf, headOf, serveGit } from './git.ts';
import { answerGraphql } from './graphql.ts';
import { isAppPage, makeApp } from './pages.ts';
import { answer, needs, type Reply } from './rest.ts';
import { createState, everything, type Grant, type Repository, type State } from './state.ts';

const root = '/api/v3';
/** A GitHub Enterprise Server has GraphQL beside its REST API. */
const graphql = '/api/graphql';
type Document = NonNullable<ConstructorParameters<typeof OpenAPIBackend>[0]['definition']>;

export type GitHub = Awaited<ReturnType<typeof startGitHub>>;

/** Starts it on a free port, with its repositories below `folder`. */
export async function startGitHub(folder: string) {
  const text = await readFile(new URL('openapi.json', import.meta.url), 'utf8');
  const definition: Document = JSON.parse(text);
  const api = new OpenAPIBackend({
    definition,
    apiRoot: root,
    quick: true,
    strict: false,
    validate: true,
    ajvOpts: { strict: false },
  });
  await api.init();
  const state = createState();
  let url = '';
  const server = createServer((request, response) => {
    void serve({ api, state, url }, request, response).catch((error: unknown) => {
      state.offences.push(String(error));
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  url = await listening(server);
  const find = (name: string) => {
    const found = state.repositories.find((one) => `${one.owner}/${one.name}` === name);
    if (!found) throw new Error(`There is no ${name}.`);
    return found;
  };
  return {
    url,
    apiUrl: `${url}${root}`,
    state,
    find,
    /** A repository with one commit on `main`. */
    create: async (name: string, files?: Files) => {
      const repository = await addRepository(state, folder, name, files);
      return repository;
    },
    /** A token that may do this on everything. */
    token: (permissions: Grant['permissions'] = everything) => {
      const token = `github_pat_${state.next()}${'y'.repeat(30)}`;
      state.tokens.set(token, { kind: 'token', permissions, repos: null });
      return token;
    },
    rename: (from: string, to: string) => {
      const repository = find(from);
      state.moved.set(from, repository.id);
      [repository.owner = '', repository.name = ''] = to.split('/');
    },
    /** Renames a branch as a person would on GitHub, which redirects from the old name. */
    renameBranch: async (name: string, from: string, to: string) => {
      const repository = find(name);
      await gitOf(repository, 'branch', '-m', from, to);
      repository.renamed.set(from, to);
      if (repository.defaultBranch === from) repository.defaultBranch = to;
    },
    /** Merges as a person would, by fast-forward. */
    merge: async (name: string, number: number) => {
      const repository = find(name);
      const pull = repository.pulls.find((one) => one.number === number);
      const head = pull && (await headOf(repository, pull.head));
      if (!pull || !head) throw new Error(`There is no pull request ${number}.`);
      if (pull.draft) throw new Error(`Pull request ${number} is a draft; GitHub does not merge it.`);
      await gitOf(repository, 'update-ref', `refs/heads/${pull.base}`, head);
      Object.assign(pull, { state: 'closed', merged: true, mergeCommit: head, lastHead: head });
      return head;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
    });
  });
}

async function addRepository(state: State, folder: string, full: string, files?: Files): Promise<Repository> {
  const [owner = '', name = ''] = full.split('/');
  const id = state.next();
  const bare = join(folder, `${id}.git`);
  const work = await makeRepository(join(folder, `${id}-work`), files);
  await mkdir(bare, { recursive: true });
  await gitIn(bare, 'clone', '--quiet', '--bare', work, '.');
  // GitHub lets a client ask for any commit that it has.
  await gitIn(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const people = new Map([
    ['ada', 'admin'],
    ['eve', 'write'],
  ] as const);
  const kept = {
    collaborators: people,
    renamed: new Map(),
    fetched: [],
    pulls: [],
    comments: [],
    checks: [],
    statuses: [],
    notes: [],
  };
  const flags = { defaultBranch: 'main', archived: false, installed: true, drafts: true };
  const repository: Repository = { id, owner, name, folder: bare, ...flags, ...kept };
  state.repositories.push(repository);
  return repository;
}

interface Served {
  readonly api: OpenAPIBackend;
  readonly state: State;
  readonly url: string;
}

async function serve(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?');
  if (isAppPage(path)) return makeApp(served.state, request, response);
  if (!path.startsWith(root) && path !== graphql)
    return serveRepository(served.state, path, request, response);
  const {
    status,
    body,
    headers = {},
  } = path === graphql ? await callGraphql(served, request) : await callApi(served, request, path);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

type Answered = Reply;

const refused = (status: number, message: string, headers = {}): Answered => ({
  status,
  body: { message },
  headers,
});

async function callGraphql({ state }: Served, request: IncomingMessage): Promise<Answered> {
  const [, token = ''] = (request.headers.authorization ?? '').split(' ');
  return answerGraphql(state, state.tokens.get(token), await readBody(request));
}

async function callApi(
  { api, state, url }: Served,
  request: IncomingMessage,
  asked: string,
): Promise<Answered> {
  const body = await readBody(request);
  const path = byId(state, asked);
  const [, query = ''] = (request.url ?? '').split('?');
  const method = (request.method ?? 'GET').toLowerCase();
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const call = { method, path, query, headers, body };
  const operation = api.matchOperation(call);
  const id = operation?.operationId;
  if (!operation || id === undefined) {
    state.offences.push(`${method} ${path} is not described`);
    return refused(404, 'Not Found');
  }
  const parsed = api.router.parseRequest(call, operation);
  const { errors } = api.validateRequest(call, operation);
  if (errors) {
    state.offences.push(`${id}: ${JSON.stringify(errors)}`);
    return refused(400, 'Problems parsing JSON');
  }
  const params = Object.fromEntries(
    Object.entries(parsed.params).map(([name, value]) => [name, String(value)]),
  );
  const moved = state.moved.get(`${params.owner}/${params.repo}`);
  if (moved !== undefined) {
    const location = asked.replace(/\/repos\/[^/]+\/[^/]+/, `/repositories/${moved}`);
    return refused(method === 'get' ? 301 : 307, 'Moved Permanently', { location: `${url}${location}` });
  }
  const refusal = admit(state, id, headers.authorization ?? '', params);
  if (refusal) return refusal;
  state.calls.push(id);
  const fault = state.faults.find(({ operation: which, times }) => which === id && times > 0);
  if (fault) fault.times -= 1;
  if (fault && !fault.after) return refused(fault.status, fault.message ?? 'fault', fault.headers);
  const repository = repositoryOf(state, params);
  const queried = Object.fromEntries(new URLSearchParams(query));
  const reply = await answer(id, {
    state,
    url,
    params,
    query: queried,
    body: parsed.requestBody,
    repository,
  });
  return fault ? refused(fault.status, fault.message ?? 'fault', fault.headers) : reply;
}

function repositoryOf(state: State, { owner, repo }: Readonly<Record<string, string>>): Repository | null {
  const name = `${owner}/${repo}`.toLowerCase();
  return state.repositories.find((one) => `${one.owner}/${one.name}`.toLowerCase() === name) ?? null;
}

/** `/repositories/7/…` is where redirects of renamed repositories lead. */
function byId(state: State, path: string): string {
  return path.replace(/\/repositories\/(\d+)/, (whole, id: string) => {
    const found = state.repositories.find((one) => one.id === Number(id));
    return found ? `/repos/${found.owner}/${found.name}` : whole;
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** Null: let in. 401 without a good token, 404 for what it does not see, 403 (with what is needed) for what it may not. */
function admit(
  state: State,
  id: string,
  authorization: string,
  params: Readonly<Record<string, string>>,
): Answered | null {
  if (id === 'apps/create-from-manifest') return null;
  const [, token = ''] = authorization.split(' ');
  if (id.startsWith('apps/'))
    return isJwt(state, token) ? null : refused(401, 'A JSON web token could not be decoded');
  const grant = state.tokens.get(token);
  if (!grant) return refused(401, 'Bad credentials');
  const repository = repositoryOf(state, params);
  if (params.repo !== undefined && (!repository || (grant.repos && !grant.repos.includes(repository.id))))
    return refused(404, 'Not Found');
  const needed = needs[id] ?? [];
  if (id.startsWith('checks/') && id !== 'checks/list-for-suite' && grant.kind !== 'installation')
    return refused(403, 'You must authenticate via a GitHub App.');
  if (needed.length === 0 || needed.some((one) => has(grant, one))) return null;
  const headers = { 'x-accepted-github-permissions': needed.join('; ') };
  return refused(403, 'Resource not accessible by personal access token', headers);
}

function has({ permissions }: Grant, needed: string): boolean {
  const [name = '', level] = needed.split('=');
  return permissions[name] === 'write' || permissions[name] === level;
}

function isJwt(state: State, token: string): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const verified = createVerify('RSA-SHA256')
    .update(`${header}.${payload}`)
    .verify(state.app.publicKey, Buffer.from(signature, 'base64url'));
  return (
    verified && String(JSON.parse(Buffer.from(payload, 'base64url').toString()).iss) === String(state.app.id)
  );
}

function serveRepository(
  state: State,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [, full = '', rest = ''] =
    /^\/([^/]+\/[^/]+?)(?:\.git)?(\/(?:info\/refs|git-[a-z-]+))$/.exec(path) ?? [];
  const repository = state.repositories.find((one) => `${one.owner}/${one.name}` === full);
  const [, basic = ''] = (request.headers.authorization ?? '').split(' ');
  const [, token = ''] = Buffer.from(basic, 'base64').toString().split(':');
  const grant = state.tokens.get(token);
  const refuse = (status: number, headers = {}) => response.writeHead(status, headers).end();
  request.on('error', () => undefined);
  if (!grant) return void refuse(401, { 'www-authenticate': 'Basic realm="GitHub"' });
  if (!repository || (grant.repos && !grant.repos.includes(repository.id))) return void refuse(404);
  const writes = /receive-pack/.test(request.url ?? '');
  if (!has(grant, writes ? 'contents=write' : 'contents=read')) return void refuse(403);
  const fault = state.faults.find(({ operation, times }) => operation === 'git' && times > 0);
  if (fault) {
    fault.times -= 1;
    return void refuse(fault.status);
  }
  serveGit(repository, rest, request, response);
}
