/** The one pull request of a branch: found before it is made, then brought up to date. */
import { ForgeRefused, IllegalTransition } from '#core/errors.ts';
import type { Published, PublishRequest, PullState } from '#core/forge/ports.ts';
import { PullText } from '#core/forge/publication.ts';
import { Sha } from '#core/id.ts';
import type { Blobs } from '#core/verify/ports.ts';
import type { Access } from './access.ts';
import { takesNoDrafts, turnDraft } from './drafts.ts';
import { isStatus } from './errors.ts';

/** What is hidden in a comment of ours, so that it is found and not said twice. */
export const hidden = (marker: string): string => `<!-- omoios: ${marker} -->`;

/** The context of the status, and the name of the check, that carries the evidence. */
const checkName = 'OmoiOS';
/** GitHub takes no longer description of a status. */
const maxDescription = 140;

/**
 * See the port. Nothing that makes something new is repeated blindly: after a fault of the server the whole call is
 * made again, and it looks first.
 */
export async function publish(
  blobs: Pick<Blobs, 'get'>,
  access: Access,
  request: PublishRequest,
): Promise<Published> {
  const bytes = await blobs.get(request.text);
  const text = PullText.parse(JSON.parse(new TextDecoder().decode(bytes)));
  const pull =
    (await findPull(access, request)) ?? (await openPull(access, request, text, text.draft.wanted));
  const { client, owner, name: repo, ask } = access;
  if (pull.title !== text.title || (pull.body ?? '') !== text.body)
    await ask(() =>
      client.pulls.update({ owner, repo, pull_number: pull.number, title: text.title, body: text.body }),
    );
  const missing = text.labels.filter((label) => !pull.labels.some(({ name }) => name === label));
  if (missing.length > 0)
    await ask(() => client.issues.addLabels({ owner, repo, issue_number: pull.number, labels: missing }));
  await showEvidence(access, request.commit, text.check);
  if (text.comment !== null) await sayOnce(access, pull.number, text.comment.marker, text.comment.text);
  // Last: who is asked for a review finds all of it.
  const draft = await settleDraft(access, pull, text.draft);
  if (draft === 'refused')
    await sayOnce(access, pull.number, 'no-drafts', `${noDrafts} ${text.draft.lacks ?? ''}`.trim());
  return {
    ...{ number: pull.number, url: pull.html_url },
    ...{ draft: draft === true, draftsRefused: draft === 'refused' },
  };
}

const noDrafts =
  'This repository takes no draft pull requests, so this one is open as a normal one. It is not ready to be merged:';

/** Brings it to what is wanted, unless it is not as the platform left it: then a person decided. */
async function settleDraft(
  access: Access,
  pull: PullLook,
  { wanted, left }: PullText['draft'],
): Promise<boolean | 'refused'> {
  const draft = pull.draft ?? false;
  const ours = left === null || left === draft;
  if (pull.state !== 'open' || draft === wanted || !ours) return draft;
  return turnDraft(access, pull, wanted);
}

/** What a listed and a new pull request have in common, and is needed. */
interface PullLook {
  readonly number: number;
  /** GraphQL's name for it. */
  readonly node_id: string;
  readonly state: string;
  readonly draft?: boolean | undefined;
  readonly title: string;
  readonly body: string | null;
  readonly html_url: string;
  readonly labels: readonly { readonly name: string }[];
}

/** The open one; or one that was closed or merged with exactly this commit, when a person was faster than our retry. */
async function findPull(access: Access, { branch, commit }: PublishRequest): Promise<PullLook | null> {
  const { id, client, owner, name: repo, ask } = access;
  const head = `${owner}:${branch}`;
  const { data } = await ask(() => client.pulls.list({ owner, repo, head, state: 'all', per_page: 100 }));
  const ours = data.filter((pull) => headRepository(pull.head) === id);
  return ours.find(({ state }) => state === 'open') ?? ours.find((pull) => pull.head.sha === commit) ?? null;
}

/**
 * The id of the repository that a pull request comes from: GitHub's filter asks for owner and branch, and a fork may have
 * both of ours. Null for a fork that was deleted, which GitHub's description (and so Octokit's type) does not tell.
 */
const headRepository = ({ repo }: { readonly repo: { readonly id: number } | null }): number | null =>
  repo?.id ?? null;

/** As a draft where one is wanted and the repository takes them. */
async function openPull(
  access: Access,
  request: PublishRequest,
  text: PullText,
  draft: boolean,
): Promise<PullLook> {
  const { client, owner, name: repo, ask } = access;
  const { branch: head, into: base } = request;
  const { title, body } = text;
  try {
    const asked = { owner, repo, title, body, head, base, draft };
    return (await client.pulls.create({ ...asked, request: { retries: 0 } })).data;
  } catch (error) {
    // Two calls at once: GitHub lets one of them make it. Without changes there is nothing to open.
    if (isStatus(error, 422)) {
      const twin = await findPull(access, request);
      if (twin !== null) return twin;
      if (draft && takesNoDrafts(error)) return openPull(access, request, text, false);
      if (/No commits between/i.test(String(error)))
        throw new IllegalTransition(
          `The branch ${head} changes nothing in ${base}, so there is no pull request.`,
        );
      throw new ForgeRefused(`GitHub refuses the pull request: ${sentenceOf(error)}`, {
        branch: head,
        into: base,
      });
    }
    return ask(() => Promise.reject(error));
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : 'without a reason';
}

/** A check run where the credential is an App; GitHub lets tokens write only statuses. */
async function showEvidence(
  { kind, client, owner, name: repo, ask }: Access,
  commit: Sha,
  { conclusion, title, summary }: PullText['check'],
): Promise<void> {
  if (kind === 'token') {
    const state = conclusion === 'failure' ? 'failure' : 'success';
    const description = title.slice(0, maxDescription);
    const context = checkName;
    await ask(() =>
      client.repos.createCommitStatus({ owner, repo, sha: commit, state, description, context }),
    );
    return;
  }
  const found = await ask(() =>
    client.checks.listForRef({ owner, repo, ref: commit, check_name: checkName, per_page: 1 }),
  );
  const [run] = found.data.check_runs;
  const output = { title, summary };
  if (run === undefined)
    await ask(() =>
      client.checks.create({
        ...{ owner, repo, name: checkName, head_sha: commit, conclusion, output, status: 'completed' },
        request: { retries: 0 },
      }),
    );
  else await ask(() => client.checks.update({ owner, repo, check_run_id: run.id, conclusion, output }));
}

/** Comments unless a comment with that marker is there. */
export async function sayOnce(access: Access, issue: number, marker: string, text: string): Promise<void> {
  const { client, owner, name: repo, ask } = access;
  const where = { owner, repo, issue_number: issue };
  const said = await ask(() => client.paginate(client.issues.listComments, { ...where, per_page: 100 }));
  if (said.some(({ body }) => body?.includes(hidden(marker)))) return;
  const body = `${text}\n\n${hidden(marker)}`;
  await ask(() => client.issues.createComment({ ...where, body, request: { retries: 0 } }));
}

/** See the port. */
export async function look({ client, owner, name: repo, ask }: Access, number: number): Promise<PullState> {
  const { data } = await ask(() => client.pulls.get({ owner, repo, pull_number: number }));
  const state = data.merged ? 'merged' : data.state === 'open' ? 'open' : 'closed';
  const mergeCommit = data.merged && data.merge_commit_sha !== null ? Sha.parse(data.merge_commit_sha) : null;
  return { state, mergeCommit, by: data.merged_by?.login ?? 'somebody on GitHub' };
}
