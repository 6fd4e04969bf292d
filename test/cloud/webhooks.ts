/** What GitHub tells by webhook, from the public door to its effect: API Gateway, Lambda, SQS, and the steps. */
import assert from 'node:assert/strict';
import { sign } from '@octokit/webhooks-methods';
import { createStore } from '#adapters/postgres/store.ts';
import type { TicketView } from '#core/api/views.ts';
import { type Payload, payloadsOf } from '#test/support/github/payloads.ts';
import { type Installation, webhookSecret } from './installation.ts';
import { until } from './programs.ts';

/** Seconds; ends only what would hang. */
const hangs = 120;

/** Posts as GitHub does; answers the status and the milliseconds that it took. */
async function post(
  { at, outputs }: Installation,
  { event, body }: Payload,
  id: string,
  secret = webhookSecret,
) {
  const began = performance.now();
  const answer = await fetch(`${at(outputs.apiId, '$default')}/webhooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': await sign(secret, body),
    },
    body,
  });
  await answer.arrayBuffer();
  return { status: answer.status, ms: Math.round(performance.now() - began) };
}

const seen = <T>(what: string, look: () => Promise<T | undefined>): Promise<T> =>
  until(look, { seconds: hangs, late: () => `${what} is not seen.` });

/** `merged` and `reworked` are delivered tickets, each in a repository of its own. Throws what is not so. */
export async function checkWebhooks(
  installation: Installation,
  merged: { readonly repo: string; readonly ticket: TicketView },
  reworked: { readonly repo: string; readonly ticket: TicketView },
): Promise<string[]> {
  const forged = payloadsOf(installation.github.url, installation.github.find(merged.repo)).merged(
    1,
    '0'.repeat(40),
  );
  assert.equal(
    (await post(installation, forged, 'forged', 'another secret')).status,
    401,
    'a forged delivery',
  );
  return [
    'a forged delivery is refused',
    await checkMerge(installation, merged.repo, merged.ticket),
    await checkCommand(installation, merged.repo, merged.ticket),
    await checkRework(installation, reworked.repo, reworked.ticket),
  ];
}

async function checkMerge(installation: Installation, repo: string, ticket: TicketView): Promise<string> {
  const { github, database } = installation;
  const number = ticket.pullRequest?.number ?? 0;
  const commit = await github.merge(repo, number);
  const { status, ms } = await post(
    installation,
    payloadsOf(github.url, github.find(repo)).merged(number, commit),
    'merged-1',
  );
  assert.equal(status, 202, 'a merge');
  const { view } = createStore(database, { clock: () => new Date().toISOString() });
  const pull = await seen('The merge', async () => {
    const now = await view.pulls.byTicket(ticket.id);
    return now?.state === 'merged' ? now : undefined;
  });
  assert.equal(pull.mergeCommit, commit, 'the merge commit');
  return `a merge is heard; GitHub had its answer in ${ms} ms`;
}

async function checkCommand(
  installation: Installation,
  repo: string,
  { projectId }: TicketView,
): Promise<string> {
  const { github, client } = installation;
  const repository = github.find(repo);
  const command = payloadsOf(github.url, repository).command(70, 'Weigh parcels in grams', 'MEMBER');
  for (const id of ['command-1', 'command-1', 'command-1'])
    assert.equal((await post(installation, command, id)).status, 202, 'a comment');
  const mine = async () => {
    const { items } = await client.call('listTickets', { query: { project: projectId } });
    return items.filter(({ title }) => title === 'Weigh parcels in grams');
  };
  const made = await seen('The ticket of a comment', async () => (await mine())[0]);
  await client.call('cancelTicket', { params: { ticket: made.id }, body: {} });
  await seen('The answer on the issue', async () => repository.comments.find(({ issue }) => issue === 70));
  assert.equal((await mine()).length, 1, 'one ticket of three deliveries');
  return `a comment /omoi, delivered three times, became ${made.name}`;
}

/** A red build and a review, one after the other: both become tasks of the same ticket, which goes on. */
async function checkRework(installation: Installation, repo: string, ticket: TicketView): Promise<string> {
  const { github, client, database } = installation;
  const repository = github.find(repo);
  const payloads = payloadsOf(github.url, repository);
  const { view } = createStore(database, { clock: () => new Date().toISOString() });
  const pull = await view.pulls.byTicket(ticket.id);
  assert.ok(pull, 'a pull request');
  const run = { id: 71, suite: 71, sha: pull.headCommit, conclusion: 'failure', title: 'One test fails' };
  repository.checks.push({ ...run, name: 'ci', summary: 'test_weight' });
  repository.notes.push({ review: 72, path: 'tariff/discount.py', line: 1, body: 'Say why.' });
  const parts: readonly [string, Payload][] = [
    ['red-1', payloads.red(71, pull.branch, pull.headCommit)],
    ['review-1', payloads.review(pull.number, 72, '')],
  ];
  for (const [id, payload] of parts) assert.equal((await post(installation, payload, id)).status, 202, id);
  const params = { ticket: ticket.id };
  const added = await seen('The tasks', async () => {
    const { items } = await client.call('listTasks', { params });
    const titles = items.slice(3).map(({ title }) => title);
    return titles.length < 2 ? undefined : titles;
  });
  assert.deepEqual(added, ['CI: ci', 'Review by ada: Say why.']);
  assert.notEqual((await client.call('getTicket', { params })).status, 'completed', 'the ticket goes on');
  await client.call('cancelTicket', { params, body: {} });
  return `a red build and a review became tasks of ${ticket.name}, which went on`;
}
