/** From the queue of deliveries to what follows: the real steps on a real store, GitHub being the stand-in. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { NetworkPolicy } from '#core/project/project.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { createSteps } from '#functions/steps/steps.ts';
import { createWork } from '#functions/webhooks/work.ts';
import { pace } from '#test/adapters/github/scene.ts';
import { aProject, aPull, aTask, aTicket, at } from '#test/adapters/postgres/samples.ts';
import { type Payload, payloadsOf } from '#test/support/github/payloads.ts';
import { type GitHub, startGitHub } from '#test/support/github/server.ts';
import type { Repository } from '#test/support/github/state.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';

let opened: TestStore;
let github: GitHub;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omoi-webhooks-'));
  [opened, github] = await Promise.all([openTestStore(), startGitHub(folder)]);
});
afterAll(async () => {
  await Promise.all([opened.close(), github.close()]);
  await rm(folder, { recursive: true, force: true });
});

const Pulled = z.looseObject({ pull_request: z.looseObject({}) });
const head = (time: number) => sha256(`head ${time}`).slice(0, 40);

/** What stands in the way of tickets now. */
let obstacles: string[] = [];
let networks: readonly NetworkPolicy[];
let asApp = false;
const app = () => {
  const { id: appId, slug, privateKey } = github.state.app;
  return { kind: 'app' as const, appId, slug, privateKey, webhookSecret: null };
};

let number = 0;
let last = 0;
let repository: Repository;
let ticket: Ticket;
let payloads: ReturnType<typeof payloadsOf>;

/** A delivered ticket with one task and an open pull request, in a repository of its own. */
beforeEach(async () => {
  number += 1;
  obstacles = [];
  networks = NetworkPolicy.options;
  asApp = false;
  repository = await github.create(`acme/shop-${number}`, { 'a.txt': 'text\n' });
  payloads = payloadsOf(github.url, repository);
  const project = aProject({ repo: `${github.url}/acme/shop-${number}`, defaultBranch: 'main' });
  ticket = aTicket(project.id, 1000 + number, {
    ...{ status: 'completed', phase: 'delivery', baseCommit: head(0), headCommit: head(1) },
  });
  const pull = { ...aPull(ticket.id), number: 7, url: `${project.repo}/pull/7`, branch: ticket.branch };
  await opened.store.transaction(async (tx) => {
    await tx.projects.insert(project);
    await tx.tickets.insert(ticket);
    await tx.ledger.open(ticket.id, project.budgetMicros);
    await tx.tasks.insert(aTask(ticket.id, 'T1', { state: { status: 'done', commit: head(1), at } }));
    await tx.pulls.open({ ...pull, headCommit: head(1) });
  });
});

const steps = () =>
  createSteps({
    ...{ store: opened.store, clock: () => at, newId, digest: sha256 },
    ...{ author: { name: 'OmoiOS', email: 'omoi@example.com' }, blobs: { put: async () => undefined } },
  });

/** Has deliveries worked on, each as a message of its repository; answers what was done, and how many come again. */
async function deliver(
  all: readonly Payload[],
  token: string | null = github.token(),
  ids?: readonly string[],
) {
  const did: string[] = [];
  const postponed: number[] = [];
  const work = createWork({
    listener: {
      ...{ apiUrl: github.apiUrl, pace, steps: steps(), networks, obstacles: async () => obstacles },
      vault: {
        read: async () =>
          token === null ? null : asApp ? app() : { kind: 'token', token, webhookSecret: 's3cret' },
      },
    },
    postpone: async (_messages, seconds) => void postponed.push(seconds),
    heard: (sentences) => void did.push(...sentences),
    failed: () => undefined,
  });
  const Records = all.map((payload, index) => {
    last += 1;
    const body = JSON.stringify({ ...payload, id: ids?.[index] ?? `d-${last}` });
    const attributes = { MessageGroupId: `repository-${repository.id}`, ApproximateReceiveCount: '1' };
    return { messageId: `m-${last}`, receiptHandle: 'handle', body, attributes };
  });
  const { batchItemFailures } = await work({ Records });
  return { did, postponed, again: batchItemFailures.length };
}

const read = async () => {
  const { view } = opened.store;
  const [now, tasks] = await Promise.all([view.tickets.get(ticket.id), view.tasks.list(ticket.id)]);
  return { status: now?.status, reopened: now?.reopened, tasks: tasks.map(({ title }) => title) };
};

/** The ticket was delivered again, with another head. */
const redelivered = (time: number) =>
  opened.store.transaction(async (tx) => {
    const [now, pull] = [await tx.tickets.get(ticket.id), await tx.pulls.byTicket(ticket.id)];
    if (now) await tx.tickets.update({ ...now, status: 'completed', phase: 'delivery' });
    if (pull) await tx.pulls.update({ ...pull, headCommit: head(time) });
  });

const redCheck = (suite: number) => {
  const run = { id: suite, suite, sha: head(1), conclusion: 'failure', title: 'Two tests fail' };
  repository.checks.push({ ...run, name: 'ci', summary: 'test_a, test_b' });
};

it('a review that asks for changes reopens the ticket with a task, once', async () => {
  repository.notes.push({ review: 5, path: 'src/a.ts', line: 3, body: 'Why so slow?' });
  const review = payloads.review(7, 5, 'Please look at the loop.');
  expect((await deliver([review])).did).toEqual([`TKT-${ticket.number} goes on with T2.`]);
  const after = {
    status: 'running',
    reopened: 1,
    tasks: ['Task T1', 'Review by ada: Please look at the loop.'],
  };
  expect(await read()).toEqual(after);
  const events = await opened.store.view.outbox.list({ ticketId: ticket.id, after: 0, limit: 100 });
  expect(events.find(({ type }) => type === 'ticket.reworked.v1')?.data).toMatchObject({
    execution: `ticket-${ticket.id}-r1`,
    tasks: ['T2'],
  });
  // GitHub delivers it again under the same id, and a person under another.
  expect((await deliver([review], undefined, [`d-${last}`])).again).toBe(0);
  expect((await deliver([review])).did).toEqual(['This review is at work already.']);
  expect(await read()).toEqual(after);
});

it('/omoi update on a pull request has it brought up to date, without a task and not while that is under way', async () => {
  expect((await deliver([payloads.onPull(7, 'update')])).did).toEqual([`TKT-${ticket.number} goes on.`]);
  expect(await read()).toEqual({ status: 'running', reopened: 1, tasks: ['Task T1'] });
  const events = await opened.store.view.outbox.list({ ticketId: ticket.id, after: 0, limit: 100 });
  expect(events.find(({ type }) => type === 'ticket.reworked.v1')?.data).toEqual({
    ...{ why: 'ada brings it up to date with main.', by: 'ada', tasks: [] },
    execution: `ticket-${ticket.id}-r1`,
  });
  expect((await deliver([payloads.onPull(7, 'update')])).did).toEqual([
    `TKT-${ticket.number} is at work already, and brings its branch up to date before it delivers.`,
  ]);
});

it('a red check suite becomes a fix task, twice at most', async () => {
  for (const time of [1, 2, 3]) {
    redCheck(time);
    if (time > 1) await redelivered(time);
    const { did } = await deliver([payloads.red(time, ticket.branch, head(time))]);
    const { status, tasks } = await read();
    const fixes = tasks.filter((title) => title === 'CI: ci').length;
    expect([time, status, fixes]).toEqual([time, time < 3 ? 'running' : 'completed', Math.min(time, 2)]);
    if (time === 3) expect(did).toEqual(['The build was sent back 2 times; now a person has to look.']);
  }
  const { goal } = (await opened.store.view.tasks.list(ticket.id)).at(-1) ?? {};
  expect(goal).toContain('test_a, test_b');
});

it('a person’s word about a draft is kept with who gave it; while a delivery is under way it is left to that', async () => {
  const pull = () => opened.store.view.pulls.byTicket(ticket.id);
  expect((await deliver([payloads.turned(7, true)])).did).toEqual(['Pull request #7 is a draft.']);
  expect(await pull()).toMatchObject({ draft: true, draftBy: 'ada' });
  expect((await deliver([payloads.turned(7, true)])).did).toEqual(['It is a draft.']);
  expect((await deliver([payloads.turned(7, false)])).did).toEqual(['Pull request #7 is ready.']);
  const ready = { draft: false, draftBy: 'ada', draftNote: 'Made ready by ada; it stays so.' };
  expect(await pull()).toMatchObject(ready);
  await deliver([payloads.review(7, 5, 'More, please.')]);
  expect((await deliver([payloads.turned(7, true)])).did).toEqual([
    'A delivery is under way, and looks for itself.',
  ]);
  expect(await pull()).toMatchObject(ready);
});

it('a merge closes the pull request for good, whatever comes after', async () => {
  const { again } = await deliver([payloads.merged(7, head(9)), payloads.red(8, ticket.branch, head(1))]);
  expect(again).toBe(0);
  expect(await opened.store.view.pulls.byTicket(ticket.id)).toMatchObject({
    state: 'merged',
    mergeCommit: head(9),
  });
  expect(await read()).toMatchObject({ status: 'completed', tasks: ['Task T1'] });
});

it.each([
  ['a member', 'MEMBER', false],
  ['a stranger', 'NONE', true],
] as const)(
  'a comment /omoi of %s becomes a ticket, which its issue is told of once',
  async (_who, by, tainted) => {
    const command = payloads.command(3, 'Weigh them', by);
    await deliver([command]);
    await deliver([command], undefined, [`d-${last}`]);
    const tickets = await opened.store.view.tickets.list({ projectId: ticket.projectId, limit: 10 });
    const [made] = tickets.filter(({ id }) => id !== ticket.id);
    expect(tickets).toHaveLength(2);
    expect(made).toMatchObject({
      title: 'Weigh them',
      tainted,
      source: expect.stringContaining('/issues/3'),
    });
    expect(repository.comments.map(({ body }) => body)).toEqual([
      expect.stringContaining(`TKT-${made?.number} is on its way.`),
    ]);
  },
);

it('what fails comes again with what follows it in the repository, and has its effect once', async () => {
  const all = [payloads.review(7, 6, 'Mend it.'), payloads.merged(7, head(9))];
  const ids = ['twice-1', 'twice-2'];
  expect(await deliver(all, 'revoked', ids)).toEqual({ did: [], postponed: [5], again: 2 });
  expect(await read()).toMatchObject({ status: 'completed', tasks: ['Task T1'] });
  expect((await deliver(all, undefined, ids)).did).toEqual([
    `TKT-${ticket.number} goes on with T2.`,
    'Pull request #7 is merged.',
  ]);
  expect(github.state.offences).toEqual([]);
});

const mine = async () => {
  const all = await opened.store.view.tickets.list({ projectId: ticket.projectId, limit: 20 });
  return all.filter(({ id }) => id !== ticket.id);
};
const said = () => repository.comments.map(({ body }) => body);

it('a wish is held back by what stands in the way, its issue hears of it once, and the same delivery works after', async () => {
  obstacles = ['The model key has no value yet. Put it into arn:aws:secretsmanager:eu-west-1:1:secret:k.'];
  const wish = payloads.command(3, 'Weigh them', 'MEMBER');
  const ids = [`held-${number}`];
  expect((await deliver([wish], undefined, ids)).did).toEqual([
    expect.stringContaining('It is held back: The model key has no value yet.'),
  ]);
  await deliver([wish], undefined, ids);
  await deliver([wish]);
  expect(await mine()).toEqual([]);
  expect(said()).toEqual([expect.stringContaining('This is not begun yet. The model key has no value yet.')]);
  expect(said()[0]).not.toContain('arn:');
  obstacles = [];
  await deliver([wish], undefined, ids);
  expect(await mine()).toMatchObject([{ title: 'Weigh them', tainted: false }]);
  expect(said().at(-1)).toContain('is on its way.');
  // Heard now: whatever stands in the way later, it is neither begun again nor held back.
  obstacles = ['Anything.'];
  await deliver([wish], undefined, ids);
  expect([(await mine()).length, said().length]).toEqual([1, 2]);
});

it('a wish is held back where sandboxes of its project have no network', async () => {
  await opened.store.transaction(async (tx) => {
    const project = await tx.projects.get(ticket.projectId);
    if (project) await tx.projects.update({ ...project, network: 'open' });
  });
  networks = ['registries', 'none'];
  await deliver([payloads.command(11, 'Weigh them', 'MEMBER')]);
  expect(await mine()).toEqual([]);
  expect(said()).toEqual([expect.stringContaining('no network for sandboxes of the policy open')]);
  networks = ['registries', 'open'];
  await deliver([payloads.command(11, 'Weigh them', 'MEMBER')]);
  expect(await mine()).toMatchObject([{ title: 'Weigh them' }]);
});

it('a stranger is told that something must be mended, and not what', async () => {
  obstacles = ['The model key has no value yet.'];
  await deliver([payloads.command(4, 'Weigh them', 'NONE')]);
  expect(said()).toEqual([expect.stringContaining('Somebody of the team has to mend something first.')]);
  expect(said()[0]).not.toContain('key');
});

it('the issue is told although the App lacks another permission, and a project in trouble holds back alike', async () => {
  asApp = true;
  const { permissions } = github.state.app;
  permissions.checks = 'read';
  await opened.store.transaction(async (tx) => {
    const project = await tx.projects.get(ticket.projectId);
    if (project) await tx.projects.update({ ...project, trouble: 'Its branch was deleted.' });
  });
  await deliver([payloads.command(5, 'Weigh them', 'MEMBER')]);
  permissions.checks = 'write';
  expect(said()).toEqual([expect.stringContaining('Its branch was deleted.')]);
});

it('who lost their place on the team since is a stranger, for wishes and for reviews', async () => {
  repository.collaborators.delete('eve');
  await deliver([payloads.command(6, 'Weigh them', 'MEMBER')]);
  expect(await mine()).toMatchObject([{ tainted: true }]);
  repository.collaborators.delete('ada');
  const { did } = await deliver([payloads.review(7, 9, 'Do as I say.')]);
  expect(did).toEqual(['ada does not belong to the team.']);
});

it('a delivery that is replayed under another id, or with other details under its own, makes no second ticket or task', async () => {
  const wish = payloads.command(8, 'Weigh them', 'MEMBER');
  await deliver([wish]);
  const [made] = await mine();
  expect((await deliver([wish])).did).toEqual([`TKT-${made?.number} is at it already.`]);
  expect(await mine()).toHaveLength(1);
  redCheck(80 + number);
  const red = payloads.red(80 + number, ticket.branch, head(1));
  const ids = [`red-${number}`];
  await deliver([red], undefined, ids);
  redCheck(80 + number);
  expect(await deliver([red], undefined, ids)).toEqual({
    ...{ did: ['This delivery was heard before.'], postponed: [], again: 0 },
  });
  expect((await read()).tasks).toEqual(['Task T1', 'CI: ci']);
});

it('a wish of any text is a ticket, and holds nobody else’s up', async () => {
  const odd = `${'a'.repeat(199)}🎉 \u0000\u202e`;
  expect((await deliver([payloads.command(9, odd, 'NONE')])).again).toBe(0);
  expect(await mine()).toMatchObject([{ title: 'a'.repeat(199), tainted: true }]);
});

it('what was taken before GitHub was disconnected is passed by', async () => {
  expect(await deliver([payloads.command(10, 'Weigh them', 'MEMBER')], null)).toMatchObject({
    ...{ did: ['GitHub is not connected any more.'], again: 0 },
  });
  expect(await mine()).toEqual([]);
});

it('a pull request from a fork touches none of ours, though its branch has the same name', async () => {
  const page = `${github.url}/acme/shop-${number}`;
  const fork = { full_name: 'eve/shop', html_url: `${github.url}/eve/shop`, fork: true };
  const from = { ref: ticket.branch, sha: head(9), repo: fork };
  const base = { ref: 'main', repo: { full_name: `acme/shop-${number}`, html_url: page } };
  /** The payload with the number, the head and the base of the fork's pull request in it. */
  const forked = ({ event, body }: Payload): Payload => {
    const { pull_request: pull, ...rest } = Pulled.parse(JSON.parse(body));
    return {
      event,
      body: JSON.stringify({ ...rest, pull_request: { ...pull, number: 8, head: from, base } }),
    };
  };
  redCheck(800 + number);
  const before = await opened.store.view.pulls.byTicket(ticket.id);
  const { did, again } = await deliver([
    ...[payloads.review(7, 5, 'Do as I say.'), payloads.turned(7, true), payloads.merged(7, head(9))].map(
      forked,
    ),
    payloads.red(800 + number, ticket.branch, head(9)),
    payloads.onPull(8, 'Do as I say'),
  ]);
  const notOurs = 'It is no pull request of ours.';
  expect(did).toEqual([notOurs, notOurs, notOurs, 'It is about an older commit.', notOurs]);
  expect(again).toBe(0);
  expect(await opened.store.view.pulls.byTicket(ticket.id)).toEqual(before);
  expect(await read()).toEqual({ status: 'completed', reopened: 0, tasks: ['Task T1'] });
  expect([await mine(), said()]).toEqual([[], []]);
});

it('another default branch lets go on what waited for it; a name that another project has is not taken', async () => {
  const hold = { why: 'It is gone.', at, token: `token-${number}` };
  const held = aTicket(ticket.projectId, 2000 + number, { status: 'waiting', waitingFor: 'forge', hold });
  const other = aProject({ repo: `${github.url}/acme/taken-${number}` });
  await opened.store.transaction(async (tx) => {
    await tx.tickets.insert(held);
    await tx.projects.insert(other);
  });
  const common = { sender: { login: 'ada' } };
  const page = `${github.url}/acme/shop-${number}`;
  const where = {
    id: repository.id,
    full_name: `acme/shop-${number}`,
    html_url: page,
    default_branch: 'trunk',
  };
  const changed = { action: 'edited', changes: { default_branch: { from: 'main' } }, repository: where };
  await deliver([{ event: 'repository', body: JSON.stringify({ ...common, ...changed }) }]);
  const { view } = opened.store;
  expect(await view.projects.get(ticket.projectId)).toMatchObject({ defaultBranch: 'trunk', trouble: null });
  expect(await view.tickets.get(held.id)).toMatchObject({ status: 'running', hold: null });
  const events = await view.outbox.list({ ticketId: held.id, after: 0, limit: 10 });
  expect(events.at(-1)).toMatchObject({ type: 'ticket.resumed.v1', data: { tokens: [hold.token] } });
  const taken = { ...where, full_name: `acme/taken-${number}`, html_url: other.repo };
  const renamed = { action: 'renamed', changes: { repository: { name: { from: `shop-${number}` } } } };
  const { did, again } = await deliver([
    { event: 'repository', body: JSON.stringify({ ...common, ...renamed, repository: taken }) },
  ]);
  expect([did, again]).toEqual([[`Another project is connected as ${other.repo} already.`], 0]);
});
