import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { PullRequestId } from '#core/id.ts';
import type { Tx } from '#core/store.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { minute, sha, taskRow } from '#test/core/rows.ts';
import { requirements } from '#test/core/spec/samples.ts';
import { type FrontDoor, gated, openFrontDoor, submitted, told } from './front-door.ts';

let door: FrontDoor;
let ticket: Ticket;
beforeAll(async () => {
  door = await openFrontDoor();
});
beforeEach(async () => {
  await door.clear();
  ticket = await submitted(door);
});
afterAll(() => door.close());

const params = () => ({ ticket: ticket.id });

async function become(status: Ticket['status']): Promise<void> {
  await door.write(async (tx) => {
    const now = await tx.tickets.get(ticket.id);
    if (now) await tx.tickets.update({ ...now, status, waitingFor: null });
  });
}

/** The ticket was delivered. */
async function pull(over: Partial<Parameters<Tx['pulls']['open']>[0]> = {}): Promise<PullRequestId> {
  const id = newId('pull');
  await become('completed');
  await door.write((tx) =>
    tx.pulls.open({
      ...{
        id,
        number: null,
        url: null,
        ticketId: ticket.id,
        title: 'Coupons',
        body: '',
        branch: ticket.branch,
        into: 'main',
      },
      ...{
        baseCommit: sha('a'),
        headCommit: sha('b'),
        state: 'open',
        mergeCommit: null,
        draft: false,
        draftNote: null,
        draftBy: null,
        openedAt: minute(1),
        version: 0,
      },
      ...over,
    }),
  );
  return id;
}

test('a ticket without a pull request has none to show, merge or close', async () => {
  for (const name of ['getPull', 'getPullDiff', 'mergePull', 'closePull', 'readyPull', 'updatePull'] as const)
    expect((await door.refused(name, { params: params() })).status).toBe(404);
  const body = { text: 'Too slow.' };
  expect((await door.refused('reviewPull', { params: params(), body })).status).toBe(404);
});

test('a pull request is shown with its diff and merged once, in git and in the store', async () => {
  await pull();
  expect(await door.ok('getPull', { params: params() })).toMatchObject({ state: 'open', into: 'main' });
  expect((await door.ok('getPullDiff', { params: params() })).text).toContain(sha('b'));
  const merged = await door.ok('mergePull', { params: params(), key: 'one' });
  expect(merged).toMatchObject({ state: 'merged', mergeCommit: sha('e') });
  expect(await door.ok('mergePull', { params: params(), key: 'one' })).toEqual(merged);
  expect(await door.refused('mergePull', { params: params() })).toMatchObject({ status: 409 });
  expect(await door.refused('closePull', { params: params() })).toMatchObject({ status: 409 });
  expect(door.forge.merged).toEqual([{ repo: '/srv/shop', branch: ticket.branch, into: 'main' }]);
  expect((await told(door, ticket)).filter((type) => type === 'pull.merged.v1')).toHaveLength(1);
  expect((await door.ok('listPulls')).items).toMatchObject([{ ticketName: `TKT-${ticket.number}` }]);
});

const draftNote = '1 of 2 criteria is not proven on the delivered commit: REQ-1.2 (not built).';

test('a draft is not merged: the refusal says why and what to do; made ready by a person it is merged', async () => {
  await pull({ draft: true, draftNote });
  const refused = await door.refused('mergePull', { params: params() });
  expect(refused).toMatchObject({ status: 409, code: 'illegal-transition' });
  expect(refused.detail).toContain(draftNote);
  expect(refused.detail).toContain('Mark it ready first');
  expect(door.forge.merged).toEqual([]);
  const ready = await door.ok('readyPull', { params: params(), as: 'Grace' });
  expect(ready).toMatchObject({ draft: false, draftBy: 'Grace' });
  expect(await door.ok('readyPull', { params: params() })).toEqual(ready);
  expect((await told(door, ticket)).filter((type) => type === 'pull.readied.v1')).toHaveLength(1);
  expect((await door.ok('mergePull', { params: params() })).state).toBe('merged');
  expect((await door.refused('readyPull', { params: params() })).status).toBe(409);
});

test('a pull request is brought up to date by its ticket, which goes back to work once and without a task', async () => {
  await pull();
  await become('running');
  expect((await door.refused('updatePull', { params: params() })).detail).toBe(
    `TKT-${ticket.number} is at work already, and brings its branch up to date before it delivers.`,
  );
  await become('completed');
  const updated = await door.ok('updatePull', { params: params(), as: 'Grace', key: 'up' });
  expect(updated).toMatchObject({ state: 'open' });
  expect(await door.ok('updatePull', { params: params(), as: 'Grace', key: 'up' })).toEqual(updated);
  expect((await door.refused('updatePull', { params: params() })).status).toBe(409);
  expect((await door.ok('getTicket', { params: params() })).status).toBe('running');
  const events = (await door.ok('listEvents', { query: { ticket: ticket.id } })).items;
  expect(events.flatMap(({ type, data }) => (type === 'ticket.reworked.v1' ? [data] : []))).toEqual([
    expect.objectContaining({ why: 'Grace brings it up to date with main.', by: 'Grace', tasks: [] }),
  ]);
});

test('changes asked for become a task of the ticket, which goes back to work; asked again under way, one more', async () => {
  await pull();
  const task = { ...taskRow(1), id: newId('task'), ticketId: ticket.id };
  await door.write((tx) => tx.tasks.insert(task));
  const asking = { params: params(), as: 'Grace', key: 'review' };
  const body = { text: 'Too slow.', notes: [{ path: 'src/a.ts', line: 3, text: 'Why?' }] };
  const first = await door.ok('reviewPull', { ...asking, body });
  expect(await door.ok('reviewPull', { ...asking, body })).toEqual(first);
  const { status } = await door.ok('getTicket', { params: params() });
  expect(status).toBe('running');
  await door.ok('reviewPull', { params: params(), as: 'Ada', body: { notes: [{ path: 'b', text: 'No.' }] } });
  const tasks = (await door.ok('listTasks', { params: params() })).items;
  expect(tasks.map(({ key, title, goal, why }) => [key, title, goal, why]).slice(1)).toEqual([
    ...[
      ['T2', 'Grace', 'Too slow.\n\nsrc/a.ts:3\nWhy?'],
      ['T3', 'Ada', 'b\nNo.'],
    ].map(([key, by, said]) => [
      ...[
        key,
        `Review by ${by}: ${key === 'T2' ? 'Too slow.' : 'No.'}`,
        `The reviewer ${by} asks:\n\n${said}`,
      ],
      'A review of the pull request asks for it.',
    ]),
  ]);
  const events = (await door.ok('listEvents', { query: { ticket: ticket.id } })).items;
  expect(events.flatMap(({ type, data }) => (type === 'ticket.reworked.v1' ? [data] : []))).toEqual([
    expect.objectContaining({ why: 'Grace asks for changes.', by: 'Grace', tasks: ['T2'] }),
    expect.objectContaining({ why: 'Ada asks for changes.', by: 'Ada', tasks: ['T3'] }),
  ]);
});

test('a review that says nothing, of a pull request that is over or of a ticket that failed changes nothing', async () => {
  await pull();
  const body = { text: 'Too slow.' };
  for (const empty of [{}, { text: ' ' }, { notes: [{ path: 'a', text: ' ' }] }])
    expect((await door.refused('reviewPull', { params: params(), body: empty })).status).toBe(422);
  await become('failed');
  expect(await door.refused('reviewPull', { params: params(), body })).toMatchObject({
    status: 409,
    detail: 'The ticket is failed. Have it tried again first.',
  });
  await become('completed');
  await door.ok('closePull', { params: params() });
  expect((await door.refused('reviewPull', { params: params(), body })).detail).toContain('is closed');
  expect((await door.ok('listTasks', { params: params() })).items).toEqual([]);
});

test('a pull request whose ticket is at work on more is neither merged nor closed; of a paused one it is merged', async () => {
  await pull();
  await door.ok('reviewPull', { params: params(), body: { text: 'Too slow.' } });
  const more = `TKT-${ticket.number} is at work on more for this pull request.`;
  for (const [name, detail] of [
    [
      'mergePull',
      `${more} Merge it when that is done, or pause the ticket first: what it delivers then is a pull request of its own.`,
    ],
    ['closePull', `${more} Close it when that is done, or cancel the ticket first.`],
  ] as const)
    expect(await door.refused(name, { params: params() })).toMatchObject({ status: 409, detail });
  expect(door.forge.merged).toEqual([]);
  await become('paused');
  expect((await door.refused('closePull', { params: params() })).detail).toContain('cancel the ticket first');
  expect((await door.ok('mergePull', { params: params() })).state).toBe('merged');
});

test('a pull request of a ticket that was cancelled is not brought up to date', async () => {
  await pull();
  await become('cancelled');
  expect((await door.refused('updatePull', { params: params() })).detail).toBe('The ticket is cancelled.');
});

test('a requirement of a delivered ticket is changed while its pull request is open, and the ticket goes back to work', async () => {
  const { documentId, documentHash: hash, id: gate } = await gated(door, ticket, requirements);
  await door.ok('approveGate', { params: { id: gate }, body: { hash } });
  await door.write(async (tx) => {
    const now = await tx.tickets.get(ticket.id);
    if (now) await tx.tickets.update({ ...now, approved: { requirements: { documentId, hash } } });
    const state = { status: 'done' as const, commit: sha('b'), at: minute(1) };
    const task = { ...taskRow(1, { criteria: ['REQ-1.1'], state }), id: newId('task'), ticketId: ticket.id };
    await tx.tasks.insert(task);
  });
  await pull();
  const [criterion] = requirements.requirements[0]?.criteria ?? [];
  const text = 'When a shopper enters a known coupon code, the cart shall subtract its value in cents.';
  const asking = { params: { ...params(), requirement: 'REQ-1' }, body: { text, criteria: [criterion] } };
  await become('failed');
  expect(await door.refused('changeRequirement', asking)).toMatchObject({
    status: 409,
    detail: 'The ticket is failed. Have it tried again, and change it then.',
  });
  await become('completed');
  expect(await door.ok('changeRequirement', { ...asking, as: 'Grace' })).toMatchObject({
    version: 2,
    approved: true,
  });
  expect((await door.ok('getTicket', { params: params() })).status).toBe('running');
  const events = (await door.ok('listEvents', { query: { ticket: ticket.id } })).items;
  expect(events.flatMap(({ type, data }) => (type === 'ticket.reworked.v1' ? [data] : []))).toEqual([
    expect.objectContaining({ why: 'Grace changed REQ-1.', by: 'Grace' }),
  ]);
  await become('completed');
  await door.ok('closePull', { params: params() });
  expect((await door.refused('changeRequirement', asking)).detail).toBe(
    'The pull request is closed. Write a new ticket.',
  );
});

test('a draft on GitHub is made ready there, and a ticket says that its pull request is one', async () => {
  await pull({ draft: true, draftNote, number: 7, url: 'https://github.com/acme/shop/pull/7' });
  expect((await door.refused('readyPull', { params: params() })).detail).toContain('on GitHub');
  expect((await door.ok('getTicket', { params: params() })).pullRequest).toEqual({
    ...{ number: 7, state: 'open', draft: true, draftNote },
  });
});

test('a merge that the repository refuses leaves the pull request open', async () => {
  await pull();
  door.forge.refusal = 'main is checked out in /srv/shop.';
  expect(await door.refused('mergePull', { params: params() })).toMatchObject({
    status: 409,
    detail: 'main is checked out in /srv/shop.',
  });
  expect((await door.ok('getPull', { params: params() })).state).toBe('open');
  expect(await told(door, ticket)).not.toContain('pull.merged.v1');
});

test('a closed pull request stays closed', async () => {
  await pull();
  expect((await door.ok('closePull', { params: params() })).state).toBe('closed');
  expect((await door.refused('mergePull', { params: params() })).status).toBe(409);
  expect(door.forge.merged).toEqual([]);
});
