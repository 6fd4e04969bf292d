import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { machineArns } from '#adapters/aws/machines.ts';
import { clock, openBus, openStore } from '#adapters/aws/store.ts';
import { openTelemetry } from '#adapters/aws/telemetry.ts';
import { createAgents } from '#adapters/dynamodb/agents.ts';
import { createLeases } from '#adapters/dynamodb/leases.ts';
import { openTable } from '#adapters/dynamodb/table.ts';
import { fargateKeeper } from '#adapters/ecs/sandboxes.ts';
import { publishOutbox } from '#adapters/eventbridge/publishing.ts';
import { createInvoke } from '#adapters/lambda/invoke.ts';
import { openSqs } from '#adapters/sqs/client.ts';
import { createDoorbells } from '#adapters/sqs/doorbells.ts';
import { createExecutions } from '#adapters/stepfunctions/history.ts';
import { createStepFunctions } from '#adapters/stepfunctions/workflow.ts';
import { readEnv } from './env.ts';
import { createMonitor } from './monitor.ts';

export function wire(): ReturnType<typeof createMonitor> {
  const env = readEnv();
  const { log, count } = openTelemetry();
  const store = openStore(env, 'waits');
  const bus = openBus(env);
  const states = new SFNClient();
  const machines = machineArns(env);
  const workflow = createStepFunctions(states, machines);
  const table = openTable(new DynamoDBClient(), env.TABLE_NAME);
  return createMonitor({
    ...{ store, clock, workflow },
    starts: workflow,
    sandboxes: fargateKeeper(new ECSClient(), { cluster: env.CLUSTER_ARN }),
    steps: createInvoke(new LambdaClient(), env.STEPS_FUNCTION),
    executions: createExecutions(states, machines),
    bells: createDoorbells(openSqs(), env.WAKE_QUEUE_URL),
    publish: () => publishOutbox({ store, bus, clock }),
    agents: createAgents(table),
    leases: createLeases(table),
    newName: () => `monitor-${randomUUID()}`,
    log: (message, data) => {
      log('warn', message, data);
      count('Mended');
    },
    failed: (message, data) => {
      log('error', message, data);
      count('LookFailed');
    },
  });
}
