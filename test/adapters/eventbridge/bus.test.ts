import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { createEventBus } from '#adapters/eventbridge/bus.ts';
import { newId } from '#adapters/ids/ids.ts';
import type { LoggedEvent } from '#core/events/catalogue.ts';
import { eventOf } from '#core/events/event.ts';

const client = mockClient(EventBridgeClient);
const bus = createEventBus(new EventBridgeClient({ region: 'eu-west-1' }), {
  name: 'omoios-test',
  sleep: async () => {},
});
beforeEach(() => client.reset());

const telling = {
  ...{ newId, actor: 'platform', at: '2026-01-01T00:00:00.000Z' },
  ...{ projectId: newId('project'), ticketId: newId('ticket') },
};
let cursor = 0;
const planned = (text = 'x'): LoggedEvent => {
  cursor += 1;
  const runId = newId('run');
  return {
    ...eventOf(telling, runId, 'run.planned.v1', { runId, items: [{ text, status: 'open' }] }),
    cursor,
  };
};
const accept = () =>
  client.on(PutEventsCommand).callsFake(({ Entries }) => ({
    Entries: Entries.map(() => ({ EventId: 'e' })),
  }));
const calls = () => client.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries ?? []);

it('sends ten at a time, in order, under its type', async () => {
  accept();
  const events = Array.from({ length: 23 }, () => planned());
  expect(await bus.publish(events)).toEqual(events.map(({ id }) => id));
  expect(calls().map((entries) => entries.length)).toEqual([10, 10, 3]);
  expect(calls()[0]?.[0]).toMatchObject({
    EventBusName: 'omoios-test',
    Source: 'omoios',
    DetailType: 'run.planned.v1',
  });
});

it('sends only the refused ones again, and leaves out what stays refused', async () => {
  const [good, late, never] = [planned(), planned(), planned()];
  let round = 0;
  client.on(PutEventsCommand).callsFake(({ Entries }) => {
    round += 1;
    return {
      Entries: Entries.map(({ Detail }: { Detail: string }) => {
        const { id } = JSON.parse(Detail);
        const taken = id === good.id || (id === late.id && round === 3);
        return taken ? { EventId: 'e' } : { ErrorCode: 'ThrottlingException' };
      }),
    };
  });
  expect(await bus.publish([good, late, never])).toEqual([good.id, late.id]);
  expect(calls().map((entries) => entries.length)).toEqual([3, 2, 2, 1]);
});

it('cuts calls by their bytes, and sends what is too large without its data', async () => {
  accept();
  const events = [planned('a'.repeat(150_000)), planned('b'.repeat(150_000)), planned('c'.repeat(300_000))];
  await bus.publish(events);
  expect(calls().map((entries) => entries.length)).toEqual([1, 2]);
  const last: { data: unknown } = JSON.parse(calls()[1]?.[1]?.Detail ?? '');
  expect(last.data).toEqual({});
});

it('keeps tokens to itself', async () => {
  accept();
  const runId = newId('run');
  const held = eventOf(telling, runId, 'run.released.v1', { runId, tokens: ['secret-token'] });
  await bus.publish([{ ...held, cursor: 7 }]);
  expect(calls()[0]?.[0]?.Detail).not.toContain('secret-token');
  expect(JSON.parse(calls()[0]?.[0]?.Detail ?? '')).toMatchObject({ cursor: 7, data: { runId } });
});

it('tells when the bus cannot be reached', async () => {
  client.on(PutEventsCommand).rejects(new Error('no network'));
  await expect(bus.publish([planned()])).rejects.toThrow('no network');
});
