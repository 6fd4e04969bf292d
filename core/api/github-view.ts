import { z } from 'zod';
import { Standing } from '../forge/connection.ts';

/** How GitHub is connected; nothing secret. */
export const GitHubView = Standing.extend({
  /** The only GitHub that can be connected here, as people know it; null: any. */
  onlyServer: z.string().nullable(),
});
export type GitHubView = z.infer<typeof GitHubView>;

/** What the page posts to GitHub, as the field `manifest` of a form. */
export const ManifestView = z.object({
  /** With the state in it. */
  url: z.string(),
  /** JSON. */
  manifest: z.string(),
  /** What GitHub has to send back; good for an hour, for one use, and for whoever asked. */
  state: z.string(),
});
export type ManifestView = z.infer<typeof ManifestView>;

/** Whether a project's repository is within reach; `problem` says what a person has to do. */
export const ProjectAccessView = z.object({
  ok: z.boolean(),
  problem: z.string().nullable(),
  /** The branch that tickets begin from; the forge's own default where that one is gone, null when not even that is known. */
  defaultBranch: z.string().nullable(),
});
export type ProjectAccessView = z.infer<typeof ProjectAccessView>;
