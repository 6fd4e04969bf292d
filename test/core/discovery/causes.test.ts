import { expect, test } from 'vitest';
import { causesOf, journalExcerpt } from '#core/discovery/causes.ts';
import type { Run } from '#core/run/run.ts';
import type { Step } from '#core/run/step.ts';
import { idOf, minute, runRow, taskRow } from '../rows.ts';

const failed = (number: number, reason: string) =>
  taskRow(number, { state: { status: 'failed', reason, at: minute(1) } });
const ended = (number: number, reason: 'stuck' | 'model-rejected'): Run =>
  runRow({
    ...{ id: idOf('run', number), taskId: idOf('task', number) },
    state: {
      status: 'ended',
      outcome: { type: 'failed', reason, message: '' },
      at: minute(1),
      startedAt: null,
    },
  });

test('the same causes make the same text, whatever numbers are in them and in whatever order they come', () => {
  const first = causesOf([failed(1, 'Took 12 ms.'), failed(2, 'No.')], []);
  expect(causesOf([failed(2, 'No.'), failed(1, 'Took 13 ms.')], [])).toBe(first);
  expect(causesOf([failed(1, 'Other.'), failed(2, 'No.')], [])).not.toBe(first);
});

test('there is nothing to find out where nothing failed, or only the model did', () => {
  expect(causesOf([taskRow(1)], [])).toBeNull();
  expect(causesOf([failed(1, 'No key.')], [ended(1, 'model-rejected')])).toBeNull();
  expect(causesOf([failed(1, 'Circles.')], [ended(1, 'stuck')])).toContain('Circles.');
});

test('a journal is shown by its end, within bounds, block by block', () => {
  const step = (seq: number, text: string): Step => ({
    ...{ seq, attempt: 1, at: minute(seq) },
    body: { kind: 'user', content: [{ type: 'text', text }] },
  });
  const long = Array.from({ length: 100 }, (_, index) => step(index + 1, `${index} ${'x'.repeat(5000)}`));
  const excerpt = journalExcerpt(long);
  expect(excerpt.length).toBeLessThanOrEqual(8001);
  expect(excerpt).toContain('user: 99 x');
  expect(journalExcerpt([step(1, 'short')])).toBe('user: short');
  expect(journalExcerpt([])).toBe('');
});
