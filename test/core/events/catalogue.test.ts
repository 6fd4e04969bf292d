import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  Consumer,
  catalogue,
  consumersOf,
  type EventType,
  parseEvent,
  publicEvent,
} from '#core/events/catalogue.ts';
import { eventOf } from '#core/events/event.ts';
import type { IdKind, NewId } from '#core/id.ts';
import { idOf, minute } from '../rows.ts';

const isType = (name: string): name is EventType => name in catalogue;
const types = Object.keys(catalogue).filter(isType);
const newId: NewId = <K extends IdKind>(kind: K) => idOf(kind, 7);
const telling = {
  newId,
  projectId: idOf('project'),
  ticketId: idOf('ticket'),
  actor: 'Ada',
  at: minute(1),
};

test.each(types)('somebody reads %s, or it is marked as kept for audit only', (type) => {
  const consumers = consumersOf(type);
  expect(consumers.length).toBeGreaterThan(0);
  expect(consumers.every((consumer) => Consumer.options.includes(consumer))).toBe(true);
  if (consumers.includes('audit')) expect(consumers).toEqual(['audit']);
});

test.each(['workflow', 'sandbox'] as const)(
  'the consumer %s handles what the catalogue hands it',
  (consumer) => {
    const source = readFileSync(
      new URL(`../../../functions/effects/${consumer}.ts`, import.meta.url),
      'utf8',
    );
    const ignored = types.filter(
      (type) => consumersOf(type).includes(consumer) && !source.includes(`'${type}'`),
    );
    expect(ignored).toEqual([]);
  },
);

test.each(types)('%s is named noun.verb.version', (type) => {
  expect(type).toMatch(/^[a-z]+\.[a-z_]+\.v[1-9]\d*$/);
});

test('an event that carries a workflow token is read by the workflow, which alone can answer it', () => {
  for (const type of types) {
    const fields = Object.keys(catalogue[type].data.shape);
    if (fields.includes('token') || fields.includes('tokens'))
      expect(consumersOf(type)).toContain('workflow');
  }
});

test('an event correlates by its ticket, and by its project where there is none', () => {
  const data = { name: 'Shop' };
  const event = eventOf(telling, idOf('project'), 'project.connected.v1', data);
  expect(event).toMatchObject({ correlationId: idOf('ticket'), causationId: null, actor: 'Ada', data });
  const alone = eventOf({ ...telling, ticketId: null, cause: 'x' }, 's', 'project.connected.v1', data);
  expect(alone).toMatchObject({ correlationId: idOf('project'), causationId: 'x' });
});

test('an event of an unknown type, or with data that does not fit, is refused', () => {
  const event = eventOf(telling, idOf('ticket'), 'ticket.paused.v1', { by: 'Ada' });
  expect(parseEvent(event)).toEqual(event);
  expect(() => parseEvent({ ...event, type: 'ticket.paused.v2' })).toThrow('unknown event ticket.paused.v2');
  expect(() => parseEvent({ ...event, type: 'toString' })).toThrow('unknown event toString');
  expect(() => parseEvent({ ...event, data: {} })).toThrow();
  expect(() => parseEvent({ ...event, id: 'nobody' })).toThrow();
  expect(() => parseEvent(null)).toThrow();
});

test('an event whose data is broken cannot be made', () => {
  const broken = { number: 1.5, title: 'Half a number' };
  expect(() => eventOf(telling, idOf('ticket'), 'ticket.submitted.v1', broken)).toThrow();
});

test('an event about a run says what kind of run it is; one of before that rule is read as an agent’s', () => {
  const data = { runId: idOf('run'), taskId: null, role: 'verifier' as const, attempt: 1 };
  const check = eventOf(telling, idOf('run'), 'run.started.v1', { ...data, kind: 'check' });
  expect(check.data).toMatchObject({ kind: 'check' });
  expect(parseEvent({ ...check, data }).data).toMatchObject({ kind: 'agent' });
});

test('people see an event without its tokens, and the event itself keeps them', () => {
  const event = eventOf(telling, idOf('ticket'), 'ticket.resumed.v1', { by: 'Ada', tokens: ['secret'] });
  expect(publicEvent(event).data).toEqual({ by: 'Ada' });
  expect(event.data).toEqual({ by: 'Ada', tokens: ['secret'] });
  const held = eventOf(telling, idOf('run'), 'run.held.v1', {
    runId: idOf('run'),
    taskId: null,
    kind: 'agent',
    role: 'builder',
    attempt: 1,
    reason: 'question',
    token: 'secret',
  });
  expect(JSON.stringify(publicEvent(held))).not.toContain('secret');
});
