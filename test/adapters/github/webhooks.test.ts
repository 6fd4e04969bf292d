import { expect, it } from 'vitest';
import { readBody, readDelivery } from '#adapters/github/webhooks.ts';
import { Heard } from '#core/forge/heard.ts';

const web = 'https://github.com';
const repo = `${web}/acme/shop`;
const common = {
  repository: { full_name: 'acme/shop', html_url: repo, default_branch: 'trunk' },
  sender: { login: 'ada' },
};
const read = (event: string, payload: object) => {
  const delivered = readDelivery(event, { ...common, ...payload }, web, 'omoios');
  return delivered && { ...delivered, heard: Heard.parse(delivered.heard) };
};
const commit = 'a'.repeat(40);
const issue = { number: 3, title: 'Coupons', body: 'Please.', html_url: `${repo}/issues/3` };
const comment = { body: '/omoi Add coupons\nSoon.', html_url: `${repo}/issues/3#c`, user: { login: 'eve' } };

it.each<[string, string, object, object]>([
  [
    'a merge',
    'pull_request',
    { action: 'closed', pull_request: { number: 7, merged: true, merge_commit_sha: commit } },
    { type: 'pull-closed', mergeCommit: commit },
  ],
  [
    'a close',
    'pull_request',
    { action: 'closed', pull_request: { number: 7, merged: false, merge_commit_sha: commit } },
    { type: 'pull-closed', mergeCommit: null },
  ],
  [
    'a draft that is ready',
    'pull_request',
    { action: 'ready_for_review', pull_request: { number: 7 } },
    { type: 'pull-draft', number: 7, by: 'ada', draft: false },
  ],
  [
    'one turned into a draft',
    'pull_request',
    { action: 'converted_to_draft', pull_request: { number: 7 } },
    { type: 'pull-draft', draft: true },
  ],
  [
    'a deleted branch',
    'delete',
    { ref: 'omoi/TKT-1', ref_type: 'branch' },
    { type: 'branch-deleted', branch: 'omoi/TKT-1' },
  ],
  [
    'another name',
    'repository',
    { action: 'renamed', changes: { repository: { name: { from: 'old' } } } },
    { type: 'renamed', from: `${web}/acme/old`, to: repo },
  ],
  [
    'another owner',
    'repository',
    { action: 'transferred', changes: { owner: { from: { organization: { login: 'old' } } } } },
    { type: 'renamed', from: `${web}/old/shop`, to: repo },
  ],
  [
    'another default branch',
    'repository',
    { action: 'edited', changes: { default_branch: { from: 'main' } } },
    { type: 'default-branch', branch: 'trunk', from: 'main' },
  ],
  [
    'a label of the team on a stranger’s issue',
    'issues',
    { action: 'labeled', label: { name: 'omoi' }, issue: { ...issue, author_association: 'NONE' } },
    { type: 'asked', member: false, title: 'Coupons' },
  ],
  [
    'a command of a member',
    'issue_comment',
    {
      action: 'created',
      issue: { ...issue, author_association: 'OWNER' },
      comment: { ...comment, author_association: 'MEMBER' },
    },
    { type: 'asked', member: true, title: 'Add coupons' },
  ],
  [
    'a command of a stranger',
    'issue_comment',
    {
      action: 'created',
      issue: { ...issue, author_association: 'OWNER' },
      comment: { ...comment, author_association: 'NONE' },
    },
    { type: 'asked', member: false, by: 'eve' },
  ],
  [
    'an App that was removed',
    'installation',
    { action: 'deleted', installation: { account: { login: 'acme' } } },
    { type: 'access', granted: false, repos: null, owner: `${web}/acme/` },
  ],
  [
    'permissions that were accepted',
    'installation',
    { action: 'new_permissions_accepted', installation: { account: { login: 'acme' } } },
    { type: 'access', granted: true },
  ],
])('hears %s', (_, event, payload, heard) => expect(read(event, payload)?.heard).toMatchObject(heard));

it('asks for the notes of a review that wants changes, and for the red checks of a suite that is not our own', () => {
  const review = {
    id: 5,
    state: 'changes_requested',
    body: null,
    html_url: '',
    user: { login: 'bob' },
    author_association: 'MEMBER',
  };
  expect(
    read('pull_request_review', { action: 'submitted', pull_request: { number: 7 }, review }),
  ).toMatchObject({
    heard: { verdict: 'changes', member: true, by: 'bob' },
    lookup: { type: 'review', number: 7, review: 5 },
  });
  const suite = (slug: string, conclusion: string) => ({
    action: 'completed',
    check_suite: { id: 9, head_branch: 'omoi/TKT-1', head_sha: commit, conclusion, app: { slug } },
  });
  expect(read('check_suite', suite('github-actions', 'failure'))).toMatchObject({
    lookup: { type: 'suite', suite: 9 },
  });
  expect(read('check_suite', suite('github-actions', 'success'))).toBeNull();
  expect(read('check_suite', suite('omoios', 'failure'))).toBeNull();
});

it('passes by what it does not know', () => {
  expect(read('star', {})).toBeNull();
  expect(
    read('issue_comment', { action: 'created', issue, comment: { ...comment, body: 'Nice.' } }),
  ).toBeNull();
});

it('names everybody whose word is taken for the team’s, and whose account is gone', () => {
  const one = { ...issue, author_association: 'OWNER', user: { login: 'ada' } };
  const said = { ...comment, author_association: 'MEMBER' };
  expect(read('issue_comment', { action: 'created', issue: one, comment: said })?.vouched).toEqual([
    'eve',
    'ada',
  ]);
  const ghost = { ...one, user: null };
  expect(read('issues', { action: 'labeled', label: { name: 'omoi' }, issue: ghost })?.vouched).toEqual(['']);
});

it('reads bodies without what no row can hold', () => {
  expect(readBody('{"a":"x\\u0000y","b":["\\ud83d"]}')).toEqual({ a: 'xy', b: ['\ufffd'] });
  expect(() => readBody('{')).toThrow(SyntaxError);
});
