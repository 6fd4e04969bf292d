import { expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { Doorbell } from '#adapters/sqs/doorbells.ts';
import { eventOf } from '#core/events/event.ts';
import { createRelay } from '#functions/relay/relay.ts';

const telling = {
  ...{ newId, actor: 'platform', at: '2026-01-01T00:00:00.000Z' },
  ...{ projectId: newId('project'), ticketId: newId('ticket') },
};
const runId = newId('run');
const event = { ...eventOf(telling, runId, 'run.planned.v1', { runId, items: [] }), cursor: 3 };

it('rings for an event of the bus, without what is in it', async () => {
  const rung: Doorbell[] = [];
  const relay = createRelay({
    bells: { ring: async (bell) => void rung.push(bell), ringAgain: async () => {} },
  });
  await relay({ source: 'omoios', 'detail-type': event.type, detail: event });
  const { id, type, projectId, ticketId } = event;
  expect(rung).toEqual([{ id, type, cursor: 3, projectId, ticketId }]);
});

it('throws at what is no event, and when the bell cannot be rung, so that EventBridge comes again', async () => {
  const relay = createRelay({
    bells: { ring: () => Promise.reject(new Error('no queue')), ringAgain: async () => {} },
  });
  await expect(relay({ detail: { type: 'x' } })).rejects.toThrow();
  await expect(relay({ detail: event })).rejects.toThrow('no queue');
});
