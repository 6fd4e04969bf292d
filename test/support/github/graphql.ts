/** The two mutations of GraphQL that REST has not: a draft made ready, and a pull request made a draft. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Excerpt, NotInSchema, readMutation } from './graphql-operation.ts';
import type { Grant, State } from './state.ts';

const Call = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).default({}) });
const Input = z.object({ input: z.object({ pullRequestId: z.string() }) });
const excerpt = Excerpt.parse(JSON.parse(readFileSync(new URL('graphql.json', import.meta.url), 'utf8')));

const failed = (type: string, message: string) => ({ status: 200, body: { errors: [{ type, message }] } });

/** The mutation and the pull request that it names; anything that GitHub's schema has not is an offence of the caller. */
function read(state: State, text: string) {
  try {
    const { query, variables } = Call.parse(JSON.parse(text));
    const { name, args } = readMutation(excerpt, query, variables);
    return { mutation: name, id: Input.parse(args).input.pullRequestId };
  } catch (error) {
    if (!(error instanceof NotInSchema || error instanceof z.ZodError)) throw error;
    state.offences.push(`graphql: ${error.message}`);
    return failed('undefinedField', error.message);
  }
}

/** Answers one call. What goes wrong is said with 200, as GitHub does; only a bad token and a fault are statuses. */
export function answerGraphql(state: State, grant: Grant | undefined, text: string) {
  if (!grant) return { status: 401, body: { message: 'Bad credentials' } };
  const asked = read(state, text);
  if ('status' in asked) return asked;
  const { mutation, id } = asked;
  const operation = `graphql/${mutation}`;
  state.calls.push(operation);
  const fault = state.faults.find((one) => one.operation === operation && one.times > 0);
  if (fault) fault.times -= 1;
  const broken = fault && { status: fault.status, body: { message: fault.message ?? 'fault' } };
  if (fault && broken && !fault.after) return broken;
  const answer = carryOut(state, grant, mutation, id);
  return broken ?? answer;
}

function carryOut(state: State, { permissions, repos }: Grant, mutation: string, id: string) {
  const place = state.repositories.find(
    (one) => (repos === null || repos.includes(one.id)) && one.pulls.some((pull) => nodeId(pull) === id),
  );
  const pull = place?.pulls.find((one) => nodeId(one) === id);
  if (!place || !pull)
    return failed('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  if (permissions.pull_requests !== 'write')
    return failed('FORBIDDEN', 'Resource not accessible by personal access token');
  const draft = mutation === 'convertPullRequestToDraft';
  if (draft && !place.drafts)
    return failed('UNPROCESSABLE', 'Draft pull requests are not supported in this repository.');
  if (pull.state !== 'open') return failed('UNPROCESSABLE', 'Pull request is closed');
  if (pull.draft === draft)
    return failed('UNPROCESSABLE', `Pull request is ${draft ? 'already a draft' : 'not a draft'}`);
  pull.draft = draft;
  return { status: 200, body: { data: { [mutation]: { pullRequest: { isDraft: draft } } } } };
}

/** GraphQL's name of a pull request, which REST tells as `node_id`. */
export const nodeId = ({ number }: { readonly number: number }): string => `PR_${number}`;
