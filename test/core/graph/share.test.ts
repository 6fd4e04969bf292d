import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Offer, share } from '#core/graph/share.ts';
import type { ProjectId } from '#core/id.ts';
import { idOf, minute } from '../rows.ts';

const project = (number: number) => idOf('project', number);
const never = minute(-1000);

function offer(
  number: number,
  over: { project?: number; ticket?: number; ahead?: number; since?: number },
): Offer {
  return {
    taskId: idOf('task', number),
    ticketId: idOf('ticket', over.ticket ?? 1),
    projectId: project(over.project ?? 1),
    ahead: over.ahead ?? 0,
    priority: 0,
    since: minute(over.since ?? 0),
  };
}

const numbers = (offers: readonly Offer[]) => offers.map(({ taskId }) => Number(taskId.slice(5)));
const limits = (account: number, one = 100) => ({ account, project: () => one });

test('tickets take turns: the second task of one waits for the first of another', () => {
  const offers = [
    offer(1, { ticket: 1 }),
    offer(2, { ticket: 1, ahead: 1 }),
    offer(3, { ticket: 2, since: 5 }),
  ];
  expect(numbers(share(offers, new Map(), limits(9), never))).toEqual([1, 3, 2]);
});

test('projects take turns, whatever number of tickets they have', () => {
  const crowd = [1, 2, 3, 4].map((number) => offer(number, { ticket: number }));
  const single = [
    offer(9, { project: 2, ticket: 9, since: 5 }),
    offer(10, { project: 2, ticket: 9, ahead: 1, since: 5 }),
  ];
  expect(numbers(share([...crowd, ...single], new Map(), limits(4), never))).toEqual([1, 9, 2, 10]);
});

test('who has lost his patience goes first, the oldest before all', () => {
  const offers = [
    offer(1, { since: 9 }),
    offer(2, { ticket: 2, ahead: 3, since: 1 }),
    offer(3, { ticket: 3, ahead: 7 }),
  ];
  expect(numbers(share(offers, new Map([[project(1), 5]]), limits(8), minute(5)))).toEqual([3, 2, 1]);
});

test('a full project lets others by', () => {
  const offers = [offer(1, {}), offer(2, { project: 2, ticket: 2, since: 5 })];
  const one = { account: 9, project: (id: ProjectId) => (id === project(1) ? 1 : 9) };
  expect(numbers(share(offers, new Map([[project(1), 1]]), one, minute(3)))).toEqual([2]);
});

const scene = fc.record({
  offers: fc.array(
    fc.record({
      project: fc.integer({ min: 1, max: 4 }),
      ticket: fc.integer({ min: 1, max: 5 }),
      ahead: fc.nat(6),
      since: fc.nat(120),
    }),
    { maxLength: 40 },
  ),
  busy: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)),
  account: fc.integer({ min: 0, max: 20 }),
  one: fc.integer({ min: 1, max: 6 }),
});

test('no limit is passed, nothing is taken twice, and a slot stays free only where nothing may take it', () => {
  fc.assert(
    fc.property(scene, ({ offers: raw, busy: counts, account, one }) => {
      const offers = raw.map((over, index) =>
        offer(index + 1, { ...over, ticket: over.project * 10 + over.ticket }),
      );
      const busy = new Map(counts.map((count, index) => [project(index + 1), count]));
      const taken = share(offers, busy, limits(account, one), minute(60));
      expect(new Set(taken).size).toBe(taken.length);
      const before = counts.reduce((sum, count) => sum + count, 0);
      if (taken.length > 0) expect(before + taken.length).toBeLessThanOrEqual(account);
      const after = (id: ProjectId) =>
        (busy.get(id) ?? 0) + taken.filter(({ projectId }) => projectId === id).length;
      for (const { projectId } of taken) expect(after(projectId)).toBeLessThanOrEqual(one);
      const left = offers.filter((each) => !taken.includes(each));
      if (before + taken.length < account)
        for (const { projectId } of left) expect(after(projectId)).toBeGreaterThanOrEqual(one);
      expect(share([...offers].reverse(), busy, limits(account, one), minute(60))).toEqual(taken);
    }),
  );
});

test('nobody starves: with one slot, and others that always have less at work, each offer is taken', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 20 }), (ahead, rivals) => {
      let number = 1;
      const poor = offer(number, { ahead });
      let offers: Offer[] = [poor];
      for (let now = 0; now <= 200; now += 1) {
        // Each minute newcomers of idle tickets arrive, more than there are slots.
        for (let rival = 0; rival < rivals; rival += 1) {
          number += 1;
          offers.push(offer(number, { project: 2 + (number % 3), ticket: number, since: now }));
        }
        const taken = share(offers, new Map(), limits(1), minute(now - 60));
        if (taken.includes(poor)) {
          expect(now).toBeLessThanOrEqual(61);
          return;
        }
        offers = offers.filter((each) => !taken.includes(each));
      }
      throw new Error('It was never taken.');
    }),
    { numRuns: 10 },
  );
});
