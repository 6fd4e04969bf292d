/** From a genuine delivery to an answered one: what is missing is asked of GitHub, the steps decide, the issue hears of it. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ForgeRefused, KeyReused, NotReady } from '#core/errors.ts';
import { cut } from '#core/forge/command.ts';
import type { Heard } from '#core/forge/heard.ts';
import type { NetworkPolicy } from '#core/project/project.ts';
import { type Access, type AccessDeps, connected, openAccess } from './access.ts';
import { sayOnce } from './pulls.ts';
import { webUrlOf } from './urls.ts';
import { type Delivered, readBody, readDelivery } from './webhooks.ts';

/** One delivery as it waits to be worked on; `id` is GitHub's, the same when it is delivered again. */
export const Delivery = z.object({ id: z.string().min(1).max(200), event: z.string(), body: z.string() });
export type Delivery = z.infer<typeof Delivery>;

/** What working on deliveries needs; `steps` remembers what it answered for a key. */
export interface ListenerDeps extends AccessDeps {
  readonly steps: (input: unknown) => Promise<unknown>;
  /** What must be mended before a ticket of this repository can be worked on, in sentences, as for the API. */
  readonly obstacles: (repo: string) => Promise<readonly string[]>;
  /** Policies of projects that sandboxes can be started for here. */
  readonly networks: readonly NetworkPolicy[];
}

const Answer = z.looseObject({ did: z.array(z.string()), tickets: z.array(z.string()) });

/** A red check's own words; its log stays at GitHub. */
const maxSummary = 3000;
const fine = new Set(['success', 'neutral', 'skipped', 'cancelled']);

/** Works on one delivery; again with the same id changes nothing more. What it did, in sentences. */
export async function listen(given: ListenerDeps, { id, event, body }: Delivery): Promise<readonly string[]> {
  // Taken while GitHub was still connected: who disconnects wants nothing of it.
  if ((await given.vault.read()) === null) return ['GitHub is not connected any more.'];
  const { credential, ...deps } = await connected(given);
  const own = credential.kind === 'app' ? credential.slug : null;
  const delivered = readDelivery(event, readBody(body), webUrlOf(deps.apiUrl), own);
  if (delivered === null) return [`${event} means nothing to us.`];
  const heard = await complete(deps, delivered);
  const obstacles = isNewTicket(heard) ? await deps.obstacles(delivered.repo) : [];
  const now = { obstacles, networks: deps.networks };
  try {
    const call = { step: 'forge.hear', key: `webhook/${id}`, event: heard, now };
    const answer = Answer.parse(await deps.steps(call));
    if (answer.tickets.length > 0) await tellIssue(deps, delivered, startedWords(answer.tickets));
    return answer.did;
  } catch (error) {
    if (error instanceof NotReady) return heldBack(deps, { ...delivered, heard }, error);
    // GitHub told more about it this time, for example another run of the same checks.
    if (error instanceof KeyReused) return ['This delivery was heard before.'];
    throw error;
  }
}

const isNewTicket = (heard: Heard): boolean => heard.type === 'asked' && heard.pull === null;

interface Words {
  /** Hidden in the comment, so that it is said once. */
  readonly marker: string;
  readonly text: string;
}

function startedWords(names: readonly string[]): Words {
  const tickets = names.join(', ');
  const text = `${tickets} is on its way. Its pull request will close this issue.`;
  return { marker: `ticket ${tickets}`, text };
}

/** Needs no more than to write on issues: what stands in the way may be another permission. */
async function tellIssue(deps: AccessDeps, { repo, reply }: Delivered, words: Words): Promise<void> {
  if (reply === null) return;
  await sayOnce(await openAccess(deps, repo, ['metadata', 'issues']), reply, words.marker, words.text);
}

/** Says on the issue what must be mended; strangers hear that something must. Once for the same obstacles. */
async function heldBack(deps: AccessDeps, delivered: Delivered, { message }: NotReady): Promise<string[]> {
  const { heard } = delivered;
  const isMember = heard.type === 'asked' && heard.member;
  // Accounts and names of our own resources are nobody's business on an issue.
  const why = isMember
    ? message.replace(/arn:[^\s,;`]+/g, '…')
    : 'Somebody of the team has to mend something first.';
  const digest = createHash('sha256').update(why).digest('hex').slice(0, 12);
  const text = `This is not begun yet. ${why}\n\nThen ask for it again here, by the label or the command.`;
  const did = `It is held back: ${message}`;
  try {
    await tellIssue(deps, delivered, { marker: `held back ${digest}`, text });
    return [did];
  } catch (error) {
    if (!(error instanceof ForgeRefused)) throw error;
    return [did, `The issue could not be told: ${error.message}`];
  }
}

async function complete(deps: AccessDeps, delivered: Delivered): Promise<Heard> {
  const { heard, repo, lookup } = delivered;
  const claims = 'member' in heard && heard.member;
  if (lookup === null && !claims) return heard;
  const access = await openAccess(deps, repo, lookup === null ? ['metadata'] : undefined);
  const known =
    claims && !(await areMembers(access, delivered.vouched)) ? { ...heard, member: false } : heard;
  return lookup === null ? known : lookUp(access, known, lookup);
}

/**
 * Whether all of them may write to the repository now. A delivery tells what they were when it was made; it can be
 * delivered again long after they left.
 */
async function areMembers(
  { client, owner, name: repo, ask }: Access,
  logins: readonly string[],
): Promise<boolean> {
  for (const username of new Set(logins)) {
    if (username === '') return false;
    // GitHub does not say it, or knows nobody of that name: then they are not.
    const found = await ask(() =>
      client.repos.getCollaboratorPermissionLevel({ owner, repo, username }),
    ).catch((error: unknown) => {
      if (error instanceof ForgeRefused) return null;
      throw error;
    });
    if (found === null || !['admin', 'write'].includes(found.data.permission)) return false;
  }
  return true;
}

async function lookUp(
  { client, owner, name, ask }: Access,
  heard: Heard,
  lookup: NonNullable<Delivered['lookup']>,
): Promise<Heard> {
  const where = { owner, repo: name, per_page: 100 };
  if (heard.type === 'reviewed' && lookup.type === 'review') {
    const which = { ...where, pull_number: lookup.number, review_id: lookup.review };
    const { data } = await ask(() => client.pulls.listCommentsForReview(which));
    return {
      ...heard,
      notes: data.map(({ path, line, body }) => ({ path, line: line ?? null, text: body })),
    };
  }
  if (heard.type !== 'checked' || lookup.type !== 'suite') return heard;
  const { data } = await ask(() => client.checks.listForSuite({ ...where, check_suite_id: lookup.suite }));
  const red = data.check_runs
    .filter(({ conclusion }) => conclusion !== null && !fine.has(conclusion))
    .map(({ name: check, html_url: url, output }) => ({
      name: check,
      summary: cut(`${output.title ?? ''}\n${output.summary ?? ''}`.trim(), maxSummary),
      url: url ?? '',
    }));
  return { ...heard, red };
}
