import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { cognitoTokens, createPeople } from '#adapters/cognito/people.ts';
import { createApiKeys } from '#adapters/dynamodb/api-keys.ts';
import { openTable } from '#adapters/dynamodb/table.ts';
import { createAuthorizer } from './authorize.ts';
import { readEnv } from './env.ts';

export function wire(): ReturnType<typeof createAuthorizer> {
  const { TABLE_NAME, USER_POOL_ID, USER_POOL_CLIENT_ID } = readEnv();
  const people = createPeople({
    keys: createApiKeys(openTable(new DynamoDBClient(), TABLE_NAME)),
    verify: cognitoTokens(USER_POOL_ID, USER_POOL_CLIENT_ID),
    clock: () => new Date().toISOString(),
  });
  return createAuthorizer({ people });
}
