import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { createSockets } from '#adapters/apigateway/sockets.ts';

const sdk = new ApiGatewayManagementApiClient({ region: 'eu-west-1', endpoint: 'https://example.invalid' });
const client = mockClient(sdk);
const sockets = createSockets(sdk);
beforeEach(() => client.reset());

it('sends the text to the connection', async () => {
  client.on(PostToConnectionCommand).resolves({});
  expect(await sockets.send('c1', 'Grüße')).toBe('sent');
  const { ConnectionId, Data } = client.commandCalls(PostToConnectionCommand)[0]?.args[0].input ?? {};
  expect(ConnectionId).toBe('c1');
  expect(Buffer.from(Data as Uint8Array).toString('utf8')).toBe('Grüße');
});

it('tells a connection that is gone from one that cannot be reached now', async () => {
  client.on(PostToConnectionCommand).rejectsOnce(new GoneException({ $metadata: {}, message: '' }));
  expect(await sockets.send('c1', 'x')).toBe('gone');
  client.on(PostToConnectionCommand).rejects(new Error('LimitExceededException'));
  await expect(sockets.send('c1', 'x')).rejects.toThrow('LimitExceeded');
});
