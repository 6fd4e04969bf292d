/** Events of pull requests; part of the catalogue. */
import { z } from 'zod';
import { PullRequestId, Sha } from '../id.ts';
import { event } from './consumer.ts';

/** What happens to pull requests. */
export const pullEvents = {
  'pull.opened.v1': event(
    z.object({
      pullRequestId: PullRequestId,
      number: z.number().int(),
      branch: z.string(),
      commit: Sha,
      draft: z.boolean().default(false),
    }),
    'console',
  ),
  /** It was a draft and can be merged now. */
  'pull.readied.v1': event(
    z.object({ pullRequestId: PullRequestId, number: z.number().int(), by: z.string() }),
    'console',
  ),
  'pull.drafted.v1': event(
    z.object({ pullRequestId: PullRequestId, number: z.number().int(), by: z.string() }),
    'console',
  ),
  'pull.updated.v1': event(
    z.object({ pullRequestId: PullRequestId, number: z.number().int(), commit: Sha }),
    'console',
  ),
  'pull.reopened.v1': event(z.object({ pullRequestId: PullRequestId, by: z.string() }), 'console'),
  'pull.merged.v1': event(z.object({ pullRequestId: PullRequestId, commit: Sha, by: z.string() }), 'console'),
  'pull.closed.v1': event(z.object({ pullRequestId: PullRequestId, by: z.string() }), 'console'),
} as const;
