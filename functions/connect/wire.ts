import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { cognitoTokens, createPeople } from '#adapters/cognito/people.ts';
import { createApiKeys } from '#adapters/dynamodb/api-keys.ts';
import { createConnections } from '#adapters/dynamodb/connections.ts';
import { openTable } from '#adapters/dynamodb/table.ts';
import { createConnect } from './connect.ts';
import { readEnv } from './env.ts';

export function wire(): ReturnType<typeof createConnect> {
  const { TABLE_NAME, USER_POOL_ID, USER_POOL_CLIENT_ID } = readEnv();
  const table = openTable(new DynamoDBClient(), TABLE_NAME);
  const clock = () => new Date().toISOString();
  const verify = cognitoTokens(USER_POOL_ID, USER_POOL_CLIENT_ID);
  const people = createPeople({ keys: createApiKeys(table), verify, clock });
  return createConnect({ people, connections: createConnections(table), clock });
}
