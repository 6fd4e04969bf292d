/** GitHub's webhooks: whether one is genuine, and what it tells in our own words. What we do not know is passed by. */
import { verify } from '@octokit/webhooks-methods';
import { z } from 'zod';
import { clean, readCommand } from '#core/forge/command.ts';
import type { Heard } from '#core/forge/heard.ts';

/** Whether GitHub signed exactly these bytes with this secret; compared in constant time. */
export async function isGenuine(
  secret: string,
  body: string,
  signature: string | undefined,
): Promise<boolean> {
  return signature?.startsWith('sha256=') === true && verify(secret, body, signature);
}

/** What has to be asked of GitHub before it is known what was heard. */
export type Lookup =
  | { readonly type: 'review'; readonly number: number; readonly review: number }
  | { readonly type: 'suite'; readonly suite: number };

/** What a delivery tells; `reply` is the issue that is answered when a ticket came of it. */
export interface Delivered {
  readonly heard: Heard;
  readonly repo: string;
  readonly lookup: Lookup | null;
  readonly reply: number | null;
  /** Whose words are taken for the team's: GitHub is asked whether they still belong to it. */
  readonly vouched: readonly string[];
}

const login = z.object({ login: z.string() });
/** Whoever's account is gone vouches for nobody. */
const nobody = '';
const repository = z.looseObject({
  full_name: z.string(),
  html_url: z.string(),
  default_branch: z.string().default(''),
});
const association = z.string().default('NONE');
const base = z.looseObject({ action: z.string().optional(), repository, sender: login });
const words = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

/** People whose words are the team's. */
const members = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);
/** The label that makes an issue a ticket. */
const label = 'omoi';
/** Conclusions that somebody has to look at. */
const red = new Set(['failure', 'timed_out', 'action_required', 'startup_failure']);

const PullEvent = base.extend({
  pull_request: z.looseObject({
    number: z.number(),
    merged: z.boolean().nullish(),
    merge_commit_sha: z.string().nullish(),
  }),
});
const ReviewEvent = base.extend({
  pull_request: z.looseObject({ number: z.number() }),
  review: z.looseObject({
    id: z.number(),
    state: z.string(),
    body: words,
    html_url: z.string(),
    user: login.nullable(),
    author_association: association,
  }),
});
const SuiteEvent = base.extend({
  check_suite: z.looseObject({
    id: z.number(),
    head_branch: z.string().nullable(),
    head_sha: z.string(),
    conclusion: z.string().nullable(),
    app: z.looseObject({ slug: z.string().optional() }).nullish(),
  }),
});
const issue = z.looseObject({
  number: z.number(),
  title: z.string(),
  body: words,
  html_url: z.string(),
  author_association: association,
  user: login.nullish(),
  pull_request: z.unknown().optional(),
});
const IssueEvent = base.extend({ issue, label: z.looseObject({ name: z.string() }).optional() });
const CommentEvent = base.extend({
  issue,
  comment: z.looseObject({
    body: words,
    html_url: z.string(),
    author_association: association,
    user: login.nullable(),
  }),
});
const DeleteEvent = base.extend({ ref: z.string(), ref_type: z.string() });
const RepositoryEvent = base.extend({
  changes: z
    .looseObject({
      repository: z.looseObject({ name: z.looseObject({ from: z.string() }) }).optional(),
      default_branch: z.looseObject({ from: z.string().optional() }).optional(),
      owner: z
        .looseObject({ from: z.looseObject({ user: login.nullish(), organization: login.nullish() }) })
        .optional(),
    })
    .optional(),
});
const names = z.array(z.looseObject({ full_name: z.string() })).optional();
const InstallationEvent = z.looseObject({
  action: z.string(),
  sender: login,
  installation: z.looseObject({ account: login }),
  repositories: names,
  repositories_added: names,
  repositories_removed: names,
});

type Parse = (payload: unknown, webUrl: string, own: string | null) => Delivered | null;

const told = (heard: Heard, repo: string, more: Partial<Delivered> = {}): Delivered => ({
  ...{ heard, repo, lookup: null, reply: null, vouched: [] },
  ...more,
});

const verdicts: Readonly<Record<string, 'approved' | 'changes'>> = {
  approved: 'approved',
  changes_requested: 'changes',
};

const parsers: Readonly<Record<string, Parse>> = {
  pull_request: (payload) => {
    const { action, repository: at, sender, pull_request: pull } = PullEvent.parse(payload);
    const common = { repo: at.html_url, number: pull.number, by: sender.login };
    if (action === 'reopened') return told({ type: 'pull-reopened', ...common }, at.html_url);
    if (action === 'ready_for_review' || action === 'converted_to_draft')
      return told({ type: 'pull-draft', ...common, draft: action === 'converted_to_draft' }, at.html_url);
    if (action !== 'closed') return null;
    const mergeCommit = pull.merged ? (pull.merge_commit_sha ?? null) : null;
    return told({ type: 'pull-closed', ...common, mergeCommit }, at.html_url);
  },
  pull_request_review: (payload) => {
    const { action, repository: at, pull_request: pull, review, sender } = ReviewEvent.parse(payload);
    if (action !== 'submitted') return null;
    const verdict = verdicts[review.state.toLowerCase()] ?? 'comment';
    const heard: Heard = {
      type: 'reviewed',
      ...{ repo: at.html_url, number: pull.number, url: review.html_url, id: String(review.id), verdict },
      by: review.user?.login ?? sender.login,
      member: members.has(review.author_association),
      text: review.body,
      notes: [],
    };
    const lookup: Lookup = { type: 'review', number: pull.number, review: review.id };
    const vouched = [review.user?.login ?? nobody];
    return told(heard, at.html_url, { lookup: verdict === 'changes' ? lookup : null, vouched });
  },
  check_suite: (payload, _webUrl, own) => {
    const { action, repository: at, check_suite: suite } = SuiteEvent.parse(payload);
    // Our own evidence is no news to us.
    if (action !== 'completed' || (own !== null && suite.app?.slug === own)) return null;
    const { head_branch: branch, head_sha: commit } = suite;
    if (branch === null || !red.has(suite.conclusion ?? '')) return null;
    const heard: Heard = { type: 'checked', repo: at.html_url, branch, commit, red: [] };
    return told(heard, at.html_url, { lookup: { type: 'suite', suite: suite.id } });
  },
  issues: (payload) => {
    const { action, repository: at, sender, issue: one, label: put } = IssueEvent.parse(payload);
    if (action !== 'labeled' || put?.name.toLowerCase() !== label) return null;
    // Only the team can put labels; the words may still be a stranger's.
    const member = members.has(one.author_association);
    const asked = { title: one.title, text: one.body, url: one.html_url, pull: null };
    const heard: Heard = { type: 'asked', repo: at.html_url, by: sender.login, member, ...asked };
    return told(heard, at.html_url, { reply: one.number, vouched: [one.user?.login ?? nobody] });
  },
  issue_comment: (payload) => {
    const { action, repository: at, sender, issue: one, comment } = CommentEvent.parse(payload);
    const wanted = readCommand(comment.body);
    if (action !== 'created' || wanted === null) return null;
    const { wish: title, rest } = wanted;
    const by = comment.user?.login ?? sender.login;
    const asker = members.has(comment.author_association);
    const common = { type: 'asked', repo: at.html_url, by } as const;
    const asks = comment.user?.login ?? nobody;
    if (one.pull_request !== undefined) {
      const asked = { title: title || one.title, text: rest, url: comment.html_url, pull: one.number };
      return told({ ...common, ...asked, member: asker }, at.html_url, { vouched: [asks] });
    }
    // The issue's words go along, and they may be somebody else's.
    const text = [rest, `From the issue “${one.title}”:\n\n${one.body}`].join('\n\n').trim();
    const asked = { title: title || one.title, text, url: one.html_url, pull: null };
    const member = asker && members.has(one.author_association);
    const vouched = [asks, one.user?.login ?? nobody];
    return told({ ...common, ...asked, member }, at.html_url, { reply: one.number, vouched });
  },
  delete: (payload) => {
    const { ref: branch, ref_type: kind, repository: at, sender } = DeleteEvent.parse(payload);
    if (kind !== 'branch') return null;
    return told({ type: 'branch-deleted', repo: at.html_url, branch, by: sender.login }, at.html_url);
  },
  repository: (payload, webUrl) => {
    const { action, changes, repository: at } = RepositoryEvent.parse(payload);
    const [owner, name] = at.full_name.split('/');
    const before = changes?.repository?.name.from;
    const last = changes?.owner?.from.organization ?? changes?.owner?.from.user;
    const from =
      action === 'renamed' && before !== undefined
        ? `${owner}/${before}`
        : action === 'transferred' && last
          ? `${last.login}/${name}`
          : null;
    if (from !== null)
      return told({ type: 'renamed', from: `${webUrl}/${from}`, to: at.html_url }, at.html_url);
    const moved = action === 'edited' && changes?.default_branch !== undefined && at.default_branch !== '';
    if (!moved) return null;
    const old = changes.default_branch?.from ?? null;
    const heard: Heard = { type: 'default-branch', repo: at.html_url, branch: at.default_branch, from: old };
    return told(heard, at.html_url);
  },
  installation: (payload, webUrl) => {
    const { action, repositories, ...event } = InstallationEvent.parse(payload);
    const granted = action === 'created' || action === 'unsuspend' || action === 'new_permissions_accepted';
    if (!granted && action !== 'deleted' && action !== 'suspend') return null;
    return access(event, webUrl, granted, repositories);
  },
  installation_repositories: (payload, webUrl) => {
    const event = InstallationEvent.parse(payload);
    const granted = event.action === 'added';
    return access(
      event,
      webUrl,
      granted,
      (granted ? event.repositories_added : event.repositories_removed) ?? [],
    );
  },
};

function access(
  { installation, sender }: Pick<z.infer<typeof InstallationEvent>, 'installation' | 'sender'>,
  webUrl: string,
  granted: boolean,
  which: z.infer<typeof names>,
): Delivered {
  const owner = `${webUrl}/${installation.account.login}/`;
  const repos = which?.map(({ full_name: full }) => `${webUrl}/${full}`) ?? null;
  return told({ type: 'access', granted, repos, owner, by: sender.login }, owner);
}

/**
 * What a delivery of `event` tells, or null when it means nothing to us. `own` is the slug of our App. Throws a ZodError
 * when the payload is none of GitHub's.
 */
export function readDelivery(
  event: string,
  payload: unknown,
  webUrl: string,
  own: string | null,
): Delivered | null {
  const parse = Object.hasOwn(parsers, event) ? parsers[event] : undefined;
  return parse ? parse(payload, webUrl, own) : null;
}

/** The body of a delivery, every text of it fit for a row. Throws a SyntaxError. */
export function readBody(body: string): unknown {
  return JSON.parse(body, (_key, value: unknown) => (typeof value === 'string' ? clean(value) : value));
}
