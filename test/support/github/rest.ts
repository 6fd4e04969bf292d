/** The operations of the REST API that we use, on the stand-in's state. */
import { z } from 'zod';
import { gitOf, headOf } from './git.ts';
import { nodeId } from './graphql.ts';
import type { CheckRun, Grant, Pull, Repository, State } from './state.ts';

/** One call that fits the description and is allowed. */
export interface Asked {
  readonly state: State;
  readonly url: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The repository in the path; set for every operation that has one. */
  readonly repository: Repository | null;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const ok = (body: unknown): Reply => ({ status: 200, body });
const created = (body: unknown): Reply => ({ status: 201, body });
const invalid = (message: string): Reply => ({
  status: 422,
  body: {
    message: `Validation Failed: ${message}`,
    errors: [{ message }],
    documentation_url: 'https://docs',
  },
});
const missing: Reply = { status: 404, body: { message: 'Not Found' } };

type Operation = (asked: Asked, repository: Repository) => Promise<Reply> | Reply;

/** What each operation needs; `write` includes `read`. Several: one of them is enough, as on GitHub. */
export const needs: Readonly<Record<string, readonly string[]>> = {
  'repos/get': ['metadata=read'],
  'repos/get-branch': ['contents=read'],
  'repos/get-collaborator-permission-level': ['metadata=read'],
  'git/create-ref': ['contents=write'],
  'pulls/list': ['pull_requests=read'],
  'pulls/get': ['pull_requests=read'],
  'pulls/create': ['pull_requests=write'],
  'pulls/update': ['pull_requests=write'],
  'pulls/list-comments-for-review': ['pull_requests=read'],
  'issues/add-labels': ['issues=write', 'pull_requests=write'],
  'issues/list-comments': ['issues=read', 'pull_requests=read'],
  'issues/create-comment': ['issues=write', 'pull_requests=write'],
  'checks/list-for-ref': ['checks=read'],
  'checks/list-for-suite': ['checks=read'],
  'checks/create': ['checks=write'],
  'checks/update': ['checks=write'],
  'repos/create-commit-status': ['statuses=write', 'checks=write'],
};

const NewPull = z.looseObject({
  title: z.string(),
  head: z.string(),
  base: z.string(),
  body: z.string().optional(),
  draft: z.boolean().optional(),
});
const NewCheck = z.looseObject({
  name: z.string(),
  head_sha: z.string(),
  conclusion: z.string(),
  output: z.object({ title: z.string(), summary: z.string() }),
});

async function pullBody({ url }: Asked, repository: Repository, pull: Pull) {
  const sha = (await headOf(repository, pull.head)) ?? pull.lastHead ?? '';
  return {
    number: pull.number,
    node_id: nodeId(pull),
    draft: pull.draft,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    merged: pull.merged,
    merge_commit_sha: pull.mergeCommit,
    merged_by: pull.merged ? { login: 'ada' } : null,
    html_url: `${url}/${repository.owner}/${repository.name}/pull/${pull.number}`,
    head: { ref: pull.head, sha, repo: pull.from === null ? null : { id: pull.from } },
    base: { ref: pull.base },
    labels: pull.labels.map((name) => ({ name })),
  };
}

const checkBody = (run: CheckRun) => ({
  id: run.id,
  name: run.name,
  head_sha: run.sha,
  status: 'completed',
  conclusion: run.conclusion,
  html_url: `https://ci.test/${run.id}`,
  output: { title: run.title, summary: run.summary },
});

const onRepository: Readonly<Record<string, Operation>> = {
  'repos/get': ({ url }, { id, owner, name, defaultBranch, archived }) =>
    ok({
      ...{ id, name, archived, full_name: `${owner}/${name}`, default_branch: defaultBranch },
      html_url: `${url}/${owner}/${name}`,
    }),
  'repos/get-collaborator-permission-level': ({ params }, { collaborators }) => {
    const login = params.username ?? '';
    // Everybody may read what is public.
    return ok({ permission: collaborators.get(login) ?? 'read', user: { login } });
  },
  'repos/get-branch': async ({ params, url }, repository) => {
    const renamed = repository.renamed.get(params.branch ?? '');
    if (renamed !== undefined) {
      const location = `${url}/api/v3/repos/${repository.owner}/${repository.name}/branches/${renamed}`;
      return { status: 301, body: { message: 'Moved Permanently' }, headers: { location } };
    }
    const sha = await headOf(repository, params.branch ?? '');
    return sha === null ? missing : ok({ name: params.branch, commit: { sha } });
  },
  'git/create-ref': () => invalid('Object does not exist'),
  'pulls/list': async (asked, repository) => {
    const { head, state } = asked.query;
    const found = repository.pulls.filter(
      (pull) =>
        (head === undefined || head === `${repository.owner}:${pull.head}`) &&
        (state === 'all' || pull.state === (state ?? 'open')),
    );
    return ok(await Promise.all(found.toReversed().map((pull) => pullBody(asked, repository, pull))));
  },
  'pulls/get': async (asked, repository) => {
    const pull = repository.pulls.find(({ number }) => number === Number(asked.params.pull_number));
    return pull ? ok(await pullBody(asked, repository, pull)) : missing;
  },
  'pulls/create': async (asked, repository) => {
    const { title, head, base, body = null, draft = false } = NewPull.parse(asked.body);
    const [from, into] = [await headOf(repository, head), await headOf(repository, base)];
    if (from === null || into === null) return invalid('head is invalid');
    if (from === into) return invalid(`No commits between ${base} and ${head}`);
    const twin = (pull: Pull) => pull.head === head && pull.base === base && pull.from === repository.id;
    if (repository.pulls.some((pull) => twin(pull) && pull.state === 'open'))
      return invalid(`A pull request already exists for ${repository.owner}:${head}.`);
    if (draft && !repository.drafts)
      return invalid('Draft pull requests are not supported in this repository.');
    const shape = {
      draft,
      merged: false,
      mergeCommit: null,
      lastHead: null,
      labels: [],
      from: repository.id,
    };
    const pull: Pull = { number: asked.state.next(), title, body, head, base, state: 'open', ...shape };
    repository.pulls.push(pull);
    return created(await pullBody(asked, repository, pull));
  },
  'pulls/update': async (asked, repository) => {
    const pull = repository.pulls.find(({ number }) => number === Number(asked.params.pull_number));
    if (!pull) return missing;
    Object.assign(pull, z.looseObject({ title: z.string(), body: z.string() }).parse(asked.body));
    return ok(await pullBody(asked, repository, pull));
  },
  'pulls/list-comments-for-review': ({ params }, { notes }) =>
    ok(notes.filter(({ review }) => review === Number(params.review_id))),
  'issues/add-labels': ({ params, body }, { pulls }) => {
    const pull = pulls.find(({ number }) => number === Number(params.issue_number));
    const { labels } = z.object({ labels: z.array(z.string()) }).parse(body);
    pull?.labels.push(...labels);
    return pull ? ok(pull.labels.map((name) => ({ name }))) : missing;
  },
  'issues/list-comments': ({ params }, { comments }) =>
    ok(comments.filter(({ issue }) => issue === Number(params.issue_number))),
  'issues/create-comment': ({ params, body }, { comments }) => {
    const comment = {
      issue: Number(params.issue_number),
      body: z.object({ body: z.string() }).parse(body).body,
    };
    comments.push(comment);
    return created(comment);
  },
  'checks/list-for-ref': ({ params, query }, { checks }) => {
    const runs = checks.filter(({ sha, name }) => sha === params.ref && name === (query.check_name ?? name));
    return ok({ total_count: runs.length, check_runs: runs.map(checkBody) });
  },
  'checks/list-for-suite': ({ params }, { checks }) => {
    const runs = checks.filter(({ suite }) => suite === Number(params.check_suite_id));
    return ok({ total_count: runs.length, check_runs: runs.map(checkBody) });
  },
  'checks/create': async ({ state, body }, repository) => {
    const { name, head_sha: sha, conclusion, output } = NewCheck.parse(body);
    if ((await gitOf(repository, 'cat-file', '-t', sha)) !== 'commit')
      return invalid('No commit found for SHA');
    const run: CheckRun = { id: state.next(), suite: 0, name, sha, conclusion, ...output };
    repository.checks.push(run);
    return created(checkBody(run));
  },
  'checks/update': ({ params, body }, { checks }) => {
    const run = checks.find(({ id }) => id === Number(params.check_run_id));
    const { conclusion, output } = NewCheck.pick({ conclusion: true, output: true }).parse(body);
    if (!run) return missing;
    Object.assign(run, { conclusion, ...output });
    return ok(checkBody(run));
  },
  'repos/create-commit-status': async ({ params, body }, repository) => {
    const sha = params.sha ?? '';
    if ((await gitOf(repository, 'cat-file', '-t', sha)) !== 'commit')
      return invalid('No commit found for SHA');
    const told = z
      .looseObject({ state: z.string(), context: z.string(), description: z.string() })
      .parse(body);
    repository.statuses.push({ sha, ...told });
    return created(told);
  },
  'apps/get-repo-installation': ({ state }, { installed }) =>
    installed ? ok({ id: 99, permissions: state.app.permissions, suspended_at: null }) : missing,
};

const alone: Readonly<Record<string, (asked: Asked) => Reply>> = {
  'users/get-authenticated': () => ok({ login: 'ada' }),
  'apps/get-authenticated': ({ state }) =>
    ok({ id: state.app.id, slug: state.app.slug, permissions: state.app.permissions }),
  'apps/list-installations': ({ state, url }) =>
    ok(
      state.app.accounts.map((account, index) => ({
        id: 99 + index,
        account: { login: account.login },
        repository_selection: account.repositories,
        suspended_at: account.suspended ? '2026-01-01T00:00:00Z' : null,
        permissions: account.permissions ?? state.app.permissions,
        html_url: `${url}/organizations/${account.login}/settings/installations/${99 + index}`,
      })),
    ),
  'apps/create-installation-access-token': ({ state, body }) => {
    const asked = z
      .object({
        permissions: z.record(z.string(), z.string()),
        repositories: z.array(z.string()).optional(),
        repository_ids: z.array(z.number()).optional(),
      })
      .parse(body);
    const repos = state.repositories.filter(
      ({ name, id, installed }) =>
        installed &&
        (asked.repositories?.some((one) => one.toLowerCase() === name) || asked.repository_ids?.includes(id)),
    );
    if (repos.length === 0) return invalid('There is at least one repository that does not exist');
    const token = `ghs_${state.next()}${'x'.repeat(30)}`;
    const grant: Grant = {
      kind: 'installation',
      permissions: asked.permissions,
      repos: repos.map(({ id }) => id),
    };
    state.tokens.set(token, grant);
    return created({ token, expires_at: '2030-01-01T00:00:00Z' });
  },
  'apps/create-from-manifest': ({ state, params }) => {
    const code = params.code ?? '';
    const known = state.codes.delete(code);
    return known
      ? created({
          ...{ id: state.app.id, slug: state.app.slug, pem: state.app.privateKey, webhook_secret: 'whsec' },
          html_url: 'https://github.test/apps/omoios-test',
        })
      : missing;
  },
};

/** Carries an operation out. */
export async function answer(operation: string, asked: Asked): Promise<Reply> {
  const one = alone[operation];
  if (one) return one(asked);
  const other = onRepository[operation];
  if (!other) return { status: 501, body: { message: `The stand-in does not know ${operation}.` } };
  return asked.repository ? other(asked, asked.repository) : missing;
}
