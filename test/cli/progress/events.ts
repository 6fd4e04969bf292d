import { newId } from '#adapters/ids/ids.ts';
import { knownEvent } from '#cli/progress/event.ts';
import { begin, type Progress, reduce } from '#cli/progress/state.ts';
import type { DomainEvent, EventType } from '#core/events/catalogue.ts';

const projectId = newId('project');
const ticketId = newId('ticket');
export const at = '2026-05-01T10:00:00.000Z';

/** An event as the API gives it, without tokens. */
export function told(type: EventType, data: Record<string, unknown>): DomainEvent {
  const id = newId('event');
  const view = {
    cursor: 1,
    id,
    type,
    projectId,
    ticketId,
    subject: ticketId,
    occurredAt: at,
    actor: 'platform',
    data,
  };
  const event = knownEvent(view);
  if (!event) throw new Error(`the data of ${type} does not fit the catalogue`);
  return event;
}

export const cost = { limitMicros: 10_000_000, spentMicros: 0, reservedMicros: 0 };
export const start = begin({ name: 'TKT-1', title: 'Coupons', createdAt: at, cost });

export function stateAfter(...events: DomainEvent[]): Progress {
  return events.reduce(reduce, start);
}

export const commit = 'c'.repeat(40);
export const task = (number: number) => ({ taskId: taskIds[number - 1], key: `T${number}` });
const taskIds = Array.from({ length: 20 }, () => newId('task'));
export const runIds = Array.from({ length: 3 }, () => newId('run'));
export const run = (number: number, of: number | null, role = 'builder', kind = 'agent') => ({
  runId: runIds[number - 1],
  taskId: of === null ? null : taskIds[of - 1],
  kind,
  role,
  attempt: 1,
});
export const planned = (number: number, title = `Title ${number}`) =>
  told('task.planned.v1', { ...task(number), title });
