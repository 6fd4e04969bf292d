import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { bellOf, createDoorbells, Doorbell } from '#adapters/sqs/doorbells.ts';

const sdk = new SQSClient({ region: 'eu-west-1' });
const client = mockClient(sdk);
const bells = createDoorbells(sdk, 'https://queue.example/wake.fifo');
beforeEach(() => client.reset().on(SendMessageCommand).resolves({}));

const bell = {
  id: newId('event'),
  type: 'ticket.created.v1',
  cursor: 7,
  projectId: newId('project'),
  ticketId: newId('ticket'),
};
const sent = () => client.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);

it('rings in the line of its ticket, or of its project, and says which event', async () => {
  await bells.ring(bell);
  await bells.ring({ ...bell, ticketId: null });
  expect(sent().map(({ MessageGroupId }) => MessageGroupId)).toEqual([bell.ticketId, bell.projectId]);
  expect(Doorbell.parse(JSON.parse(sent()[0]?.MessageBody ?? ''))).toEqual(bell);
});

it('has one id for one event, so that a repetition is dropped, and another for each later ring', async () => {
  await bells.ring(bell);
  await bells.ring(bell);
  await bells.ringAgain(bell, '2026-01-01T00:00:00.000Z');
  await bells.ringAgain(bell, '2026-01-01T00:02:00.000Z');
  const ids = sent().map(({ MessageDeduplicationId }) => MessageDeduplicationId);
  expect(ids[0]).toBe(ids[1]);
  expect(new Set(ids).size).toBe(3);
});

it('carries nothing of the event but where to find it', () => {
  const event = { ...bell, data: { secret: 'x' }, actor: 'anna' };
  expect(bellOf(event)).toEqual(bell);
});
