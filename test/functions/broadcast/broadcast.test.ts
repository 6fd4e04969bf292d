import { expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { eventOf } from '#core/events/event.ts';
import { createBroadcast } from '#functions/broadcast/broadcast.ts';

const [mine, other] = [newId('ticket'), newId('ticket')];
const telling = {
  ...{ newId, actor: 'platform', at: '2026-01-01T00:00:00.000Z' },
  ...{ projectId: newId('project'), ticketId: mine },
};
const runId = newId('run');
const event = { ...eventOf(telling, runId, 'run.planned.v1', { runId, items: [] }), cursor: 3 };

function scene(answers: Readonly<Record<string, 'sent' | 'gone' | Error>> = {}) {
  const open = [
    { id: 'all', actor: 'anna', ticket: null },
    { id: 'mine', actor: 'ben', ticket: mine },
    { id: 'other', actor: 'cleo', ticket: other },
  ];
  const [sent, removed]: [Map<string, unknown>, string[]] = [new Map(), []];
  const broadcast = createBroadcast({
    connections: { list: async () => open, remove: async (id) => void removed.push(id) },
    sockets: {
      async send(id, text) {
        const answer = answers[id] ?? 'sent';
        if (answer instanceof Error) throw answer;
        sent.set(id, JSON.parse(text));
        return answer;
      },
    },
    clock: () => '2026-01-01T00:00:00.000Z',
  });
  return { sent, removed, told: () => broadcast({ detail: event }) };
}

it('tells those who want it, with the cursor that orders it', async () => {
  const { sent, removed, told } = scene();
  await told();
  expect([...sent.keys()]).toEqual(['all', 'mine']);
  expect(sent.get('mine')).toMatchObject({ id: event.id, type: event.type, cursor: 3, ticketId: mine });
  expect(removed).toEqual([]);
});

it('forgets a connection that is gone, and still tells the others', async () => {
  const { sent, removed, told } = scene({ all: 'gone' });
  await told();
  expect(removed).toEqual(['all']);
  expect([...sent.keys()]).toContain('mine');
});

it('throws when one could not be told, so that EventBridge comes again', async () => {
  const { sent, told } = scene({ all: new Error('throttled') });
  await expect(told()).rejects.toThrow('throttled');
  expect([...sent.keys()]).toEqual(['mine']);
});
