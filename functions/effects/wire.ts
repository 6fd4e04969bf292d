import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { machineArns } from '#adapters/aws/machines.ts';
import { clock, openStore } from '#adapters/aws/store.ts';
import { openTelemetry } from '#adapters/aws/telemetry.ts';
import { createAgents } from '#adapters/dynamodb/agents.ts';
import { createLeases } from '#adapters/dynamodb/leases.ts';
import { openTable } from '#adapters/dynamodb/table.ts';
import { createFargateSandboxes } from '#adapters/ecs/sandboxes.ts';
import { createInvoke } from '#adapters/lambda/invoke.ts';
import { createSecrets } from '#adapters/secrets/secrets.ts';
import { openSqs } from '#adapters/sqs/client.ts';
import { postponing } from '#adapters/sqs/inbox.ts';
import { awaken } from '#adapters/stepfunctions/monitor.ts';
import { createStepFunctions } from '#adapters/stepfunctions/workflow.ts';
import { createKeyring } from '#adapters/tokens/keyring.ts';
import { createConsumer } from './consume.ts';
import { createEffects } from './effects.ts';
import { type EffectsVariables, readEnv } from './env.ts';

/** The effects on AWS: reads the store, acts on Step Functions and Fargate, and writes through the steps' function. */
export function wire(): ReturnType<typeof createConsumer> {
  const env = readEnv();
  const { log } = openTelemetry();
  const store = openStore(env, 'waits');
  const workflow = createStepFunctions(new SFNClient(), machineArns(env));
  const secrets = createSecrets(new SecretsManagerClient());
  const table = openTable(new DynamoDBClient(), env.TABLE_NAME);
  const effects = createEffects({
    ...{ store, workflow, clock },
    agents: createAgents(table),
    sandboxes: sandboxesOf(env),
    steps: createInvoke(new LambdaClient(), env.STEPS_FUNCTION),
    tokens: createKeyring(() => secrets.read(env.TOKEN_SECRET_ARN)),
    gatewayUrl: () => env.GATEWAY_URL,
    log: (message, data) => log('warn', message, data),
  });
  const leases = createLeases(table);
  const newName = () => `monitor-${randomUUID()}`;
  return createConsumer({
    ...{ store, effects },
    postpone: postponing(openSqs(), env.WAKE_QUEUE_URL),
    awake: () => awaken({ leases, workflow, clock, newName }),
    failed: (message, data) => log('error', message, data),
  });
}

function sandboxesOf(env: EffectsVariables) {
  return createFargateSandboxes(new ECSClient(), {
    cluster: env.CLUSTER_ARN,
    taskDefinition: env.SANDBOX_TASK_DEFINITION,
    places: {
      registries: { subnets: env.SANDBOX_SUBNETS, securityGroups: env.SANDBOX_SECURITY_GROUPS },
      open: placeOf(env.SANDBOX_SUBNETS_OPEN, env.SANDBOX_SECURITY_GROUPS_OPEN),
      none: placeOf(env.SANDBOX_SUBNETS_NONE, env.SANDBOX_SECURITY_GROUPS_NONE),
    },
    capacity: env.SANDBOX_CAPACITY,
  });
}

const placeOf = (subnets: readonly string[] | undefined, securityGroups: readonly string[] | undefined) =>
  subnets && securityGroups ? { subnets, securityGroups } : undefined;
