import { expect, test } from 'vitest';
import type { MergeEntry } from '#core/merge/entry.ts';
import { standings } from '#core/merge/standing.ts';
import { idOf, minute, sha } from '../rows.ts';

const entry = (place: number, state: MergeEntry['state'] = { status: 'waiting' }): MergeEntry => ({
  ...{ runId: idOf('run', place), ticketId: idOf('ticket'), taskId: idOf('task', place), key: `T${place}` },
  ...{ generation: 1, place, base: sha('a'), token: 'token', state, since: minute(0), version: 0 },
  merge: { tip: sha('b'), bundle: 'w', message: 'm', authorName: 'a', authorEmail: 'e', date: minute(0) },
});

const merged = { status: 'merged', onto: sha('a'), commit: sha('b'), changed: [], at: minute(1) } as const;

test('positions count those that wait, and say what each waits for', () => {
  const known = standings(
    [entry(1, { ...merged, changed: [] }), entry(2), entry(3), entry(4)],
    ['T2', 'T3'],
    false,
  );
  expect([...known.values()]).toEqual([
    { position: 1, batch: ['T2', 'T3'], why: 'Checked together with T3.' },
    { position: 2, batch: ['T2', 'T3'], why: 'Checked together with T2.' },
    { position: 3, batch: [], why: 'Waits for the check of T2, T3.' },
  ]);
});

test('one that is alone, next, or held by a pause says so', () => {
  const why = (checking: string[] | null, paused: boolean) =>
    [...standings([entry(1)], checking, paused).values()][0]?.why;
  expect(why(['T1'], false)).toBe('Checked by itself.');
  expect(why(null, false)).toBe('Is checked next.');
  expect(why(null, true)).toBe('Waits until the ticket is resumed.');
});
