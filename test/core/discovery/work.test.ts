import { expect, test } from 'vitest';
import { brokenRules, withFound } from '#core/discovery/propose.ts';
import {
  finder,
  notesFor,
  ownCriteria,
  reasonOf,
  subjectOf,
  taskOfFinding,
  withFoundWork,
} from '#core/discovery/work.ts';
import type { Task } from '#core/task/task.ts';
import { idOf, minute, taskRow } from '../rows.ts';
import { requirements, ticket } from '../spec/samples.ts';
import { discoveryRow, finding, keyOf } from './samples.ts';

const work = {
  ...{ id: idOf('task', 7), ticketId: idOf('ticket'), key: keyOf(7), origin: idOf('discovery', 3) },
  ...{ by: finder('builder', keyOf(2)), at: minute(1) },
};

test('a finding that says nothing of its paths runs alone', () => {
  expect(taskOfFinding(finding(), work).writes).toEqual(['**']);
  expect(taskOfFinding(finding({ writes: ['src/a.ts'] }), work).writes).toEqual(['src/a.ts']);
});

test('criteria of a discovered task carry its key, and are found again by their discovery', () => {
  const found = finding({
    criteria: [
      { text: 'One.', kind: 'example' },
      { text: 'All.', kind: 'property', hint: 'Any day' },
    ],
  });
  const task = taskOfFinding(found, work);
  expect(task.criteria).toEqual(['T7.1', 'T7.2']);
  const discovery = discoveryRow(3, { work: { ...discoveryRow(3).work, criteria: found.criteria } });
  expect(ownCriteria(task, [discovery])).toEqual([
    { id: 'T7.1', text: 'One.', kind: 'example' },
    { id: 'T7.2', text: 'All.', kind: 'property', hint: 'Any day' },
  ]);
  expect(ownCriteria(taskRow(7), [discovery])).toEqual([]);
});

test('found work with criteria of its own is to be proven like what was asked for', () => {
  const criteria = [{ text: 'One.', kind: 'example' as const }];
  const discovery = discoveryRow(3, { work: { ...discoveryRow(3).work, criteria } });
  const task = taskOfFinding(finding({ criteria }), work);
  const all = (...tasks: Task[]) => withFoundWork(requirements, tasks, [discovery]).requirements;
  expect(all(task).slice(0, -1)).toEqual(requirements.requirements);
  expect(all(task).at(-1)).toMatchObject({
    id: 'T7',
    title: task.title,
    criteria: [{ id: 'T7.1', text: 'One.' }],
  });
  expect(all(taskRow(8))).toEqual(requirements.requirements);
  // Its ticket is over, and nobody will build it.
  expect(all({ ...task, state: { status: 'cancelled', at: minute(2) } })).toEqual(requirements.requirements);
});

test('the commit that mends a bug says so, since its title is what was wrong', () => {
  const [bug, debt] = [discoveryRow(3), discoveryRow(4, { kind: 'debt' })];
  const called = (title: string, origin: string) => subjectOf({ title, origin }, [bug, debt]);
  expect(called('flush() runs\n it twice', bug.id)).toBe('Fix: flush() runs it twice');
  expect(called('Fix the second call', bug.id)).toBe('Fix the second call');
  expect(called('Two copies of one rule', debt.id)).toBe('Two copies of one rule');
  expect(called('Add coupons', 'plan')).toBe('Add coupons');
});

test('every task tells why it exists', () => {
  const discovery = discoveryRow(3, { parent: keyOf(2), title: 'Off by one', depth: 1 });
  const runs = [{ id: discovery.runId, role: 'builder' }] as const;
  const why = (origin: string) => reasonOf({ origin }, [discovery], runs);
  expect(why('plan')).toEqual({
    why: 'It is in the approved plan.',
    parent: null,
    depth: 0,
    discoveryId: null,
  });
  expect(why('revision').why).toBe('A person changed the requirements.');
  expect(why(discovery.id)).toEqual({
    ...{ why: 'Found by T2’s builder (bug): Off by one', parent: 'T2', depth: 1 },
    discoveryId: discovery.id,
  });
});

test('notes are for others than who made them', () => {
  const note = discoveryRow(1, { decision: { status: 'noted', message: '' } });
  const other = discoveryRow(2);
  expect(notesFor({ id: idOf('run', 9) }, [note, other])).toEqual([
    { kind: 'bug', title: 'Discovery 1', detail: '' },
  ]);
  expect(notesFor({ id: note.runId }, [note, other])).toEqual([]);
});

test('a found requirement gets the next id, its pattern from its words, and keeps all that was there', () => {
  const found = {
    title: 'Rounding',
    sentence: 'When a total has half a cent, the cart shall round it up.',
    criteria: [{ text: '0.5 cents become 1 cent', kind: 'example' as const }],
  };
  const { after, id } = withFound(requirements, found);
  expect(id).toBe('REQ-3');
  expect(after.requirements.slice(0, 2)).toEqual(requirements.requirements);
  expect(after.requirements[2]).toMatchObject({ id, ears: 'event', criteria: [{ id: 'REQ-3.1' }] });
  expect(brokenRules(ticket, requirements, after)).toEqual([]);
  const loose = withFound(requirements, { ...found, sentence: 'Rounding matters.' }).after;
  expect(brokenRules(ticket, requirements, loose).join()).toContain('REQ-3');
});
