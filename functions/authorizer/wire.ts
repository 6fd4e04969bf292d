import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { cognitoTokens, createPeople } from '#adapters/cognito/people.ts';
import { createApiKeys } from '#adapters/dynamodb/api-keys.ts';
import { openTable } from '#adapters/dynamodb/table.ts';
import { answerKeyCall } from '#core/key/calls.ts';
import { createAuthorizer } from './authorize.ts';
import { readEnv } from './env.ts';

/** Who asks, and the keys that programs ask with: they are known here alone. */
export function wire() {
  const { TABLE_NAME, USER_POOL_ID, USER_POOL_CLIENT_ID } = readEnv();
  const keys = createApiKeys(openTable(new DynamoDBClient(), TABLE_NAME));
  const people = createPeople({
    keys,
    verify: cognitoTokens(USER_POOL_ID, USER_POOL_CLIENT_ID),
    clock: () => new Date().toISOString(),
  });
  return {
    authorize: createAuthorizer({ people }),
    keys: (input: unknown) => answerKeyCall(keys, input),
  };
}
