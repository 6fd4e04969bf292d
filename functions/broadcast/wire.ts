import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createSockets } from '#adapters/apigateway/sockets.ts';
import { createConnections } from '#adapters/dynamodb/connections.ts';
import { openTable } from '#adapters/dynamodb/table.ts';
import { createBroadcast } from './broadcast.ts';
import { readEnv } from './env.ts';

export function wire(): (event: unknown) => Promise<void> {
  const { TABLE_NAME, WEBSOCKET_ENDPOINT } = readEnv();
  return createBroadcast({
    connections: createConnections(openTable(new DynamoDBClient(), TABLE_NAME)),
    sockets: createSockets(new ApiGatewayManagementApiClient({ endpoint: WEBSOCKET_ENDPOINT })),
    clock: () => new Date().toISOString(),
  });
}
