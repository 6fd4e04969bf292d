import { ChangeMessageVisibilityBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it, onTestFinished } from 'vitest';
import { openSqs } from '#adapters/sqs/client.ts';
import { createDeliveries } from '#adapters/sqs/deliveries.ts';
import { createInbox, pauseAfter, postponing } from '#adapters/sqs/inbox.ts';

function mocked() {
  const sqs = mockClient(SQSClient);
  onTestFinished(() => sqs.restore());
  return sqs;
}

const record = (messageId: string, group: string, received = 1) => ({
  ...{ messageId, receiptHandle: `handle-${messageId}`, body: messageId },
  attributes: { MessageGroupId: group, ApproximateReceiveCount: String(received) },
});

/** An inbox whose `broken` messages fail. */
function inbox(broken: readonly string[], refuse = false) {
  const taken: string[] = [];
  const postponed: [string[], number][] = [];
  const said: string[] = [];
  const read = createInbox({
    take: async (body) => {
      taken.push(body);
      if (broken.includes(body)) throw new Error('ECS was asked too often.');
    },
    postpone: async (messages, seconds) => {
      postponed.push([messages.map(({ messageId }) => messageId), seconds]);
      if (refuse) throw new Error('no');
    },
    failed: (message) => void said.push(message),
  });
  const back = async (...Records: object[]) =>
    (await read({ Records })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { taken, postponed, said, back };
}

it('takes every message, and asks for none again', async () => {
  const { taken, postponed, back } = inbox([]);
  expect(await back(record('a', 'x'), record('b', 'y'))).toEqual([]);
  expect([taken, postponed]).toEqual([['a', 'b'], []]);
});

it('brings what failed back in seconds, with the rest of its group, and goes on with the others', async () => {
  const { taken, postponed, back } = inbox(['a']);
  expect(await back(record('a', 'x', 3), record('b', 'x'), record('c', 'y'))).toEqual(['a', 'b']);
  expect(taken).toEqual(['a', 'c']);
  expect(postponed).toEqual([[['a', 'b'], 20]]);
});

it('waits longer each time, and five minutes at most', () => {
  expect([1, 2, 3, 6, 7, 20].map(pauseAfter)).toEqual([5, 10, 20, 160, 300, 300]);
});

it('still asks for what failed when nobody could be told to be sooner', async () => {
  const { said, back } = inbox(['a'], true);
  expect(await back(record('a', 'x'))).toEqual(['a']);
  expect(said).toHaveLength(2);
});

it('asks SQS for each message by its handle', async () => {
  const sqs = mocked();
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({});
  await postponing(new SQSClient({ region: 'eu-west-1' }), 'https://queue')(
    [record('a', 'x')].map(parsed),
    5,
  );
  expect(sqs.commandCalls(ChangeMessageVisibilityBatchCommand)[0]?.args[0].input).toEqual({
    QueueUrl: 'https://queue',
    Entries: [{ Id: 'a', ReceiptHandle: 'handle-a', VisibilityTimeout: 5 }],
  });
});

const parsed = ({ messageId, receiptHandle, body }: ReturnType<typeof record>) => ({
  ...{ messageId, receiptHandle, body },
  attributes: { MessageGroupId: 'x', ApproximateReceiveCount: 1 },
});

it('keeps the deliveries of one repository in their order, whatever it is called; the same id comes again', async () => {
  const sqs = mocked();
  sqs.on(SendMessageCommand).resolves({});
  const keep = createDeliveries(new SQSClient({ region: 'eu-west-1' }), 'https://queue');
  const bodies = [{ repository: { id: 7 }, installation: { id: 1 } }, { installation: { id: 1 } }, {}];
  for (const [index, body] of bodies.entries())
    await keep({ id: `d-${index}`, event: 'delete', body: JSON.stringify(body) });
  const sent = sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);
  expect(sent.map((one) => [one.MessageGroupId, one.MessageDeduplicationId])).toEqual([
    ['repository-7', expect.any(String)],
    ['installation-1', expect.any(String)],
    ['none', expect.any(String)],
  ]);
  expect(JSON.parse(sent[1]?.MessageBody ?? '')).toMatchObject({ id: 'd-1', event: 'delete' });
});

it('calls the endpoint that the configuration names, not the host of the queue, which has no IPv6', async () => {
  const hosts: string[] = [];
  const client = openSqs({
    region: 'eu-west-1',
    useDualstackEndpoint: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  client.middlewareStack.add(
    () => async (args) => {
      const { request } = args;
      if (typeof request === 'object' && request !== null && 'hostname' in request)
        hosts.push(String(request.hostname));
      throw new Error('far enough');
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/1/queue.fifo';
  await expect(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))).rejects.toThrow(
    'far enough',
  );
  expect(hosts).toEqual(['sqs.eu-west-1.api.aws']);
});
