/** Webhooks as GitHub sends them, with the parts that we read: the event's name, and the body. */
import type { Repository } from './state.ts';

export interface Payload {
  readonly event: string;
  readonly body: string;
}

/** What happens on a repository of the stand-in at `url`. */
export function payloadsOf(url: string, { id, owner, name }: Repository) {
  const page = `${url}/${owner}/${name}`;
  const repository = { id, full_name: `${owner}/${name}`, html_url: page, default_branch: 'main' };
  const payload = (event: string, what: object, by = 'ada'): Payload => ({
    event,
    body: JSON.stringify({ ...what, repository, sender: { login: by } }),
  });
  return {
    merged: (number: number, commit: string) =>
      payload('pull_request', {
        action: 'closed',
        pull_request: { number, merged: true, merge_commit_sha: commit },
      }),
    /** A person made it ready, or a draft. */
    turned: (number: number, draft: boolean) =>
      payload('pull_request', {
        action: draft ? 'converted_to_draft' : 'ready_for_review',
        pull_request: { number },
      }),
    /** A review of a member that asks for changes; its notes are on the stand-in. */
    review: (number: number, review: number, words: string) =>
      payload('pull_request_review', {
        action: 'submitted',
        pull_request: { number },
        review: {
          ...{ id: review, state: 'changes_requested', body: words, author_association: 'MEMBER' },
          ...{ html_url: `${page}/pull/${number}#review-${review}`, user: { login: 'ada' } },
        },
      }),
    /** A check suite that ended red; its runs are on the stand-in. */
    red: (suite: number, branch: string, commit: string) =>
      payload('check_suite', {
        action: 'completed',
        check_suite: { id: suite, head_branch: branch, head_sha: commit, conclusion: 'failure', app: null },
      }),
    /** `/omoi …` of a member on a pull request: to GitHub it is an issue, too. */
    onPull: (number: number, wish: string) =>
      payload('issue_comment', {
        action: 'created',
        issue: {
          ...{ number, title: 'A change', body: null, author_association: 'NONE', user: { login: 'eve' } },
          ...{ html_url: `${page}/pull/${number}`, pull_request: { url: `${page}/pulls/${number}` } },
        },
        comment: {
          ...{ body: `/omoi ${wish}`, html_url: `${page}/pull/${number}#c`, user: { login: 'ada' } },
          author_association: 'MEMBER',
        },
      }),
    /** `/omoi …` on an issue of a member. */
    command: (issue: number, wish: string, association: 'MEMBER' | 'NONE') =>
      payload(
        'issue_comment',
        {
          action: 'created',
          issue: {
            ...{ number: issue, title: 'Parcels', body: 'They are many.', author_association: 'MEMBER' },
            user: { login: 'ada' },
            html_url: `${page}/issues/${issue}`,
          },
          comment: {
            ...{ body: `/omoi ${wish}`, html_url: `${page}/issues/${issue}#c`, user: { login: 'eve' } },
            author_association: association,
          },
        },
        'eve',
      ),
  };
}
