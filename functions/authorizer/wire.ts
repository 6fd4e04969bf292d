import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { cognitoTokens, createPeople } from '#adapters/cognito/people.ts';
import { createAgents } from '#adapters/dynamodb/agents.ts';
import { createApiKeys } from '#adapters/dynamodb/api-keys.ts';
import { openTable } from '#adapters/dynamodb/table.ts';
import { AgentCall } from '#core/agent/calls.ts';
import { answerKeyCall } from '#core/key/calls.ts';
import { createAuthorizer } from './authorize.ts';
import { readEnv } from './env.ts';

/** Who asks, and what the API asks of the table: the keys that programs ask with, and who is at work. */
export function wire() {
  const { TABLE_NAME, USER_POOL_ID, USER_POOL_CLIENT_ID } = readEnv();
  const table = openTable(new DynamoDBClient(), TABLE_NAME);
  const keys = createApiKeys(table);
  const agents = createAgents(table);
  const people = createPeople({
    keys,
    verify: cognitoTokens(USER_POOL_ID, USER_POOL_CLIENT_ID),
    clock: () => new Date().toISOString(),
  });
  return {
    authorize: createAuthorizer({ people }),
    answer: async (input: object) => {
      const asked = AgentCall.safeParse(input);
      return asked.success ? agents.list(asked.data.at) : answerKeyCall(keys, input);
    },
  };
}
