/** What the stand-in lets through by GraphQL: an operation that GitHub's published schema has, and no other. */
import { describe, expect, it } from 'vitest';
import { answerGraphql } from '#test/support/github/graphql.ts';
import { createState, everything, type Grant } from '#test/support/github/state.ts';

const grant: Grant = { kind: 'token', permissions: everything, repos: null };
const right =
  'mutation($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }';

/** Its key takes a while to make. */
const state = createState();

function send(query: string, variables: object = { id: 'PR_1' }) {
  state.offences.length = 0;
  answerGraphql(state, grant, JSON.stringify({ query, variables }));
  return [...state.offences];
}

it('an operation that the schema has is carried out', () => {
  expect(send(right)).toEqual([]);
  expect(send(right.replace('$id: ID!', '$id:ID!').replace('isDraft', 'isDraft, id'))).toEqual([]);
});

describe('is an offence', () => {
  it.each([
    [
      'a mutation that is not there',
      right.replace('markPull', 'markThePull'),
      "doesn't exist on type 'Mutation'",
    ],
    [
      'a field that is not there',
      right.replace('isDraft', 'draft'),
      "'draft' doesn't exist on type 'PullRequest'",
    ],
    ['an input field that is not there', right.replace('pullRequestId', 'id'), 'missing pullRequestId: ID!'],
    ['one too many', right.replace('$id }', '$id, why: "x" }'), "doesn't accept why"],
    ['no input', right.replace('(input: { pullRequestId: $id })', ''), 'missing input'],
    ['a variable of another type', right.replace('ID!', 'String!'), '$id is String!, not ID!'],
    ['a variable that may be null', right.replace('ID!', 'ID'), '$id is ID, not ID!'],
    [
      'a literal of another type',
      right.replace('pullRequestId: $id', 'pullRequestId: true'),
      'a Boolean is no ID!',
    ],
    ['a variable nobody declared', right.replace('($id: ID!)', ''), '$id is not declared'],
    ['an object without a selection', right.replace('{ isDraft }', ''), 'needs a selection'],
    ['a selection in a scalar', right.replace('isDraft', 'isDraft { id }'), 'takes no selection'],
    ['a bracket too few', right.slice(0, -1), 'expected'],
  ])('%s', (_what, query, said) => {
    expect(send(query)).toEqual([expect.stringContaining(said)]);
  });

  it('a variable that is missing, of the wrong kind, or too many', () => {
    expect(send(right, {})).toEqual([expect.stringContaining('$id of type ID! is missing')]);
    expect(send(right, { id: 1 })).toEqual([expect.stringContaining('$id is no ID!')]);
    expect(send(right, { id: 'PR_1', other: 1 })).toEqual([
      expect.stringContaining('$other is not declared'),
    ]);
  });
});
