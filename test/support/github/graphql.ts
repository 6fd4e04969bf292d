/** The two mutations of GraphQL that REST has not: a draft made ready, and a pull request made a draft. */
import { z } from 'zod';
import type { Grant, State } from './state.ts';

/** As GitHub writes one; anything else is an offence of the caller. */
const call = z.object({ query: z.string(), variables: z.object({ id: z.string() }) });
const shape =
  /^mutation\(\$id: ID!\) \{ (markPullRequestReadyForReview|convertPullRequestToDraft)\(input: \{ pullRequestId: \$id \}\) \{ pullRequest \{ isDraft \} \} \}$/;

const failed = (type: string, message: string) => ({ status: 200, body: { errors: [{ type, message }] } });

/** Answers one call. What goes wrong is said with 200, as GitHub does; only a bad token and a fault are statuses. */
export function answerGraphql(state: State, grant: Grant | undefined, text: string) {
  if (!grant) return { status: 401, body: { message: 'Bad credentials' } };
  const asked = call.safeParse(JSON.parse(text));
  const mutation = asked.success ? shape.exec(asked.data.query)?.[1] : undefined;
  if (!asked.success || mutation === undefined) {
    state.offences.push(`graphql: ${text}`);
    return failed('undefinedField', 'The stand-in knows two mutations.');
  }
  const operation = `graphql/${mutation}`;
  state.calls.push(operation);
  const fault = state.faults.find((one) => one.operation === operation && one.times > 0);
  if (fault) fault.times -= 1;
  const broken = fault && { status: fault.status, body: { message: fault.message ?? 'fault' } };
  if (fault && broken && !fault.after) return broken;
  const answer = carryOut(state, grant, mutation, asked.data.variables.id);
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
