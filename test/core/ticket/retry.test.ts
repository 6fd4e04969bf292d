import { expect, test } from 'vitest';
import { IllegalTransition } from '#core/errors.ts';
import { retry } from '#core/ticket/retry.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { minute, sha, taskRow, ticketRow } from '../rows.ts';

const at = minute(1);
const doneTask = (number: number) => taskRow(number, { state: { status: 'done', commit: sha('c'), at } });
const over = (status: Ticket['status']) => ({
  ...ticketRow(),
  status,
  reason: 'It took longer than it may.',
  executionToken: 'old',
});
const failed = (number: number) =>
  taskRow(number, { state: { status: 'failed', reason: '4 rounds were not enough.', at } });
const blocked = (number: number) =>
  taskRow(number, { state: { status: 'blocked', by: failed(1).key, reason: 'It needs T1.' } });
const cancelled = (number: number) => taskRow(number, { state: { status: 'cancelled', at } });
const who = { at, by: 'ada' };

test('what is merged stays, everything else begins anew with what went wrong and what is said', () => {
  const tasks = [failed(1), doneTask(2), blocked(3), cancelled(4)];
  const { ticket, tasks: again } = retry(over('failed'), tasks, { ...who, comment: 'Use the fake.' });
  expect(ticket).toMatchObject({ status: 'running', phase: 'execution', reopened: 1, reason: null });
  expect(ticket.executionToken).toBeNull();
  expect(again.map(({ key, state, feedback }) => [key, state.status, feedback])).toEqual([
    ['T1', 'pending', 'ada says: Use the fake.\n\n4 rounds were not enough.'],
    ['T3', 'pending', 'ada says: Use the fake.'],
    ['T4', 'pending', 'ada says: Use the fake.'],
  ]);
  expect(retry(over('failed'), [blocked(1)], who).tasks).toMatchObject([{ feedback: null }]);
});

test('who failed is told what a run that read the journals found', () => {
  const diagnosis = {
    cause: 'There is no database.',
    findings: [
      { task: 'T1', what: 'Every test waits for a socket.' },
      { task: 'T9', what: 'Of another.' },
    ],
    proposals: [{ change: 'environment' as const, what: 'Start one in setup.' }],
  };
  const { tasks } = retry(over('failed'), [failed(1), blocked(2)], { ...who, comment: 'Do.', diagnosis });
  expect(tasks.map(({ feedback }) => feedback)).toEqual([
    [
      'ada says: Do.',
      '',
      'A run that read the journals of the last try says: There is no database.',
      '- Every test waits for a socket.',
      'It proposed:',
      '- environment: Start one in setup.',
      '',
      '4 rounds were not enough.',
    ].join('\n'),
    'ada says: Do.',
  ]);
});

test('a failed ticket whose tasks are all done goes on with its delivery', () => {
  expect(retry(over('failed'), [doneTask(1)], who)).toMatchObject({
    ticket: { status: 'running' },
    tasks: [],
  });
});

test('a delivered ticket is tried again for what it lacks, and only then', () => {
  expect(retry(over('completed'), [doneTask(1), failed(2)], who).tasks).toHaveLength(1);
  expect(() => retry(over('completed'), [doneTask(1)], who)).toThrow(/All tasks of TKT-\d+ are done/);
  expect(retry(over('completed'), [doneTask(1)], { ...who, draft: true })).toMatchObject({
    ticket: { status: 'running' },
    tasks: [],
  });
});

test('there is nothing to go on with where nothing was planned, it is at work, or a person ended it', () => {
  expect(() => retry(over('failed'), [], who)).toThrow(/failed before it had tasks\. Submit it again/);
  expect(() => retry(over('cancelled'), [failed(1)], who)).toThrow(/was cancelled\. Submit it again/);
  for (const status of ['running', 'waiting', 'paused', 'cancelled'] as const)
    expect(() => retry(over(status), [failed(1)], who)).toThrow(IllegalTransition);
  expect(() => retry(over('running'), [failed(1)], who)).toThrow(
    /is running: what failed of it can be tried again once nothing else of it is at work/,
  );
});
