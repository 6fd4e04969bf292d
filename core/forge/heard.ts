/** What a forge tells us by webhook, in our own words. Repositories are named by the URL that projects name them by. */
import { z } from 'zod';
import { Sha } from '../id.ts';

const repo = z.string().min(1).max(1000);
const number = z.number().int().positive();
/** A login, as the forge verified it. */
const by = z.string().min(1).max(100);
const url = z.string().max(1000);

/** A place in the code that a reviewer wrote to. */
export const ReviewNote = z.object({
  path: z.string(),
  line: z.number().int().nullable(),
  /** What stands there, where it is known: lines move with the work before. */
  code: z.string().optional(),
  text: z.string(),
});
export type ReviewNote = z.infer<typeof ReviewNote>;

/** A check of the team's own CI that is red. */
export const RedCheck = z.object({ name: z.string(), summary: z.string(), url });
export type RedCheck = z.infer<typeof RedCheck>;

/** One thing that happened on the forge. `member`: by somebody who belongs to the repository's team. */
export const Heard = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pull-closed'), repo, number, by, mergeCommit: Sha.nullable() }),
  z.object({ type: z.literal('pull-reopened'), repo, number, by }),
  /** It was made a draft, or ready. */
  z.object({ type: z.literal('pull-draft'), repo, number, by, draft: z.boolean() }),
  z.object({
    type: z.literal('reviewed'),
    ...{ repo, number, by, url },
    /** Of the review; two deliveries of one review have the same. */
    id: z.string(),
    member: z.boolean(),
    verdict: z.enum(['approved', 'changes', 'comment']),
    text: z.string(),
    notes: z.array(ReviewNote),
  }),
  z.object({ type: z.literal('checked'), repo, branch: z.string(), commit: Sha, red: z.array(RedCheck) }),
  z.object({
    type: z.literal('asked'),
    ...{ repo, by, url },
    /** The asker, and whoever wrote the words that are asked for, belong to the team. */
    member: z.boolean(),
    title: z.string(),
    text: z.string(),
    /** Asked on this pull request and not on an issue. */
    pull: number.nullable(),
  }),
  /** `repos` null: all of `owner` (a URL up to and with the slash). */
  z.object({
    type: z.literal('access'),
    granted: z.boolean(),
    repos: z.array(repo).nullable(),
    owner: z.string(),
    by,
  }),
  z.object({ type: z.literal('renamed'), from: repo, to: repo }),
  /** `from`: what it was before; null when the forge does not say. */
  z.object({
    type: z.literal('default-branch'),
    repo,
    branch: z.string().min(1),
    from: z.string().min(1).nullable(),
  }),
  z.object({ type: z.literal('branch-deleted'), repo, branch: z.string().min(1), by }),
]);
export type Heard = z.infer<typeof Heard>;
