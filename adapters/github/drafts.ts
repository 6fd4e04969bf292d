/** Drafts of GitHub: REST opens one, and only GraphQL makes it ready or turns it back into one. */
import { z } from 'zod';
import { ForgeRefused, ForgeUnavailable } from '#core/errors.ts';
import type { Access } from './access.ts';

const mutations = {
  ready:
    'mutation($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }',
  draft:
    'mutation($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } } }',
} as const;

/** GraphQL answers 200 with what went wrong. */
const Refused = z.object({
  name: z.literal('GraphqlResponseError'),
  errors: z.array(z.looseObject({ type: z.string().optional(), message: z.string() })).min(1),
});

/** Whether GitHub refused because the plan of a private repository has no drafts (422 by REST, an error by GraphQL). */
export function takesNoDrafts(error: unknown): boolean {
  return error instanceof Error && /draft pull requests are not supported/i.test(error.message);
}

/** Makes it a draft or ready; may be called again. Answers what it is then, or `refused` where there are no drafts. */
export async function turnDraft(
  access: Access,
  { node_id: id, number }: { readonly node_id: string; readonly number: number },
  draft: boolean,
): Promise<boolean | 'refused'> {
  const { client, owner, name: repo, ask, url } = access;
  try {
    await client.graphql(draft ? mutations.draft : mutations.ready, { id });
    return draft;
  } catch (error) {
    const refused = Refused.safeParse(error);
    if (!refused.success) return ask(() => Promise.reject(error));
    if (draft && takesNoDrafts(error)) return 'refused';
    // Said of one that is so already, too: an answer of before was lost.
    const { data } = await ask(() => client.pulls.get({ owner, repo, pull_number: number }));
    if ((data.draft ?? false) === draft) return draft;
    const [first] = refused.data.errors;
    if (first?.type === 'RATE_LIMITED')
      throw new ForgeUnavailable('The rate limit of GitHub is used up; it is asked again later.');
    const what = draft ? 'a draft' : 'ready for review';
    throw new ForgeRefused(
      `GitHub does not make pull request #${number} ${what}: ${first?.message.slice(0, 300) ?? ''}`,
      { repo: url },
    );
  }
}
