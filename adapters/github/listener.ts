/** From a genuine delivery to an answered one: what is missing is asked of GitHub, the steps decide, the issue hears of it. */
import { z } from 'zod';
import type { Heard } from '#core/forge/heard.ts';
import { type AccessDeps, connected, openAccess } from './access.ts';
import { sayOnce } from './pulls.ts';
import { webUrlOf } from './urls.ts';
import { type Delivered, readDelivery } from './webhooks.ts';

/** One delivery as it waits to be worked on; `id` is GitHub's, the same when it is delivered again. */
export const Delivery = z.object({ id: z.string().min(1).max(200), event: z.string(), body: z.string() });
export type Delivery = z.infer<typeof Delivery>;

/** What working on deliveries needs; `steps` remembers what it answered for a key. */
export interface ListenerDeps extends AccessDeps {
  readonly steps: (input: unknown) => Promise<unknown>;
}

const Answer = z.looseObject({ did: z.array(z.string()), tickets: z.array(z.string()) });

/** A red check's own words; its log stays at GitHub. */
const maxSummary = 3000;
const fine = new Set(['success', 'neutral', 'skipped', 'cancelled']);

/** Works on one delivery; again with the same id changes nothing more. What it did, in sentences. */
export async function listen(given: ListenerDeps, { id, event, body }: Delivery): Promise<readonly string[]> {
  const { credential, ...deps } = await connected(given);
  const own = credential.kind === 'app' ? credential.slug : null;
  const delivered = readDelivery(event, JSON.parse(body), webUrlOf(deps.apiUrl), own);
  if (delivered === null) return [`${event} means nothing to us.`];
  const heard = await complete(deps, delivered);
  const answer = Answer.parse(await deps.steps({ step: 'forge.hear', key: `webhook/${id}`, event: heard }));
  if (delivered.reply !== null && answer.tickets.length > 0) {
    const tickets = answer.tickets.join(', ');
    const text = `${tickets} is on its way. Its pull request will close this issue.`;
    await sayOnce(await openAccess(deps, delivered.repo), delivered.reply, `ticket ${tickets}`, text);
  }
  return answer.did;
}

async function complete(deps: AccessDeps, { heard, repo, lookup }: Delivered): Promise<Heard> {
  if (lookup === null) return heard;
  const { client, owner, name, ask } = await openAccess(deps, repo);
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
      summary: `${output.title ?? ''}\n${output.summary ?? ''}`.trim().slice(0, maxSummary),
      url: url ?? '',
    }));
  return { ...heard, red };
}
