import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { obstaclesOf, openHealth } from '#adapters/aws/checks.ts';
import { machineArns } from '#adapters/aws/machines.ts';
import { clock, openPublishingStore } from '#adapters/aws/store.ts';
import { openTelemetry } from '#adapters/aws/telemetry.ts';
import { newId, newSecret, sha256 } from '#adapters/ids/ids.ts';
import { createRemoteForge } from '#adapters/lambda/forge.ts';
import { createInvoke } from '#adapters/lambda/invoke.ts';
import { blobsLater } from '#adapters/s3/later.ts';
import { createExecutions } from '#adapters/stepfunctions/history.ts';
import { agentsThrough } from '#core/agent/calls.ts';
import { connectionThrough } from '#core/forge/connection.ts';
import { keysThrough } from '#core/key/calls.ts';
import { createApi } from './app.ts';
import { callerOf } from './caller.ts';
import { readEnv } from './env.ts';
import { executionsOf } from './executions.ts';

/** The API on AWS: the same app; the forge and the workflow are asked over the wire. */
export function wire() {
  const env = readEnv();
  const telemetry = openTelemetry();
  const store = openPublishingStore(env, 'tells', telemetry);
  const executions = createExecutions(new SFNClient(), machineArns(env));
  const replayed = env.MODEL_UPSTREAM === 'replay';
  const lambda = new LambdaClient();
  const forge = createInvoke(lambda, env.FORGE_FUNCTION);
  const desk = createInvoke(lambda, env.AUTHORIZER_FUNCTION);
  const connection = connectionThrough(forge);
  const health = openHealth(env, connection.standing);
  return createApi({
    ...{ store, clock, newId },
    forge: createRemoteForge(forge),
    github: {
      connection,
      apiUrl: env.GITHUB_API_URL,
      // The page may post its form to no other host.
      anyServer: false,
      webhookUrl: env.WEBHOOK_URL ?? null,
      newSecret,
    },
    keys: keysThrough(desk),
    agents: agentsThrough(desk),
    blobs: blobsLater(env),
    digest: sha256,
    version: env.VERSION,
    actor: callerOf,
    log: (error) => telemetry.log('error', 'A request failed.', { error }),
    obstacles: obstaclesOf(health),
    networks: env.NETWORK_POLICIES,
    health: async () => {
      const { obstacles, warnings } = await health();
      return {
        version: env.VERSION,
        model: { name: replayed ? 'replay' : env.MODEL, replayed },
        sandbox: { kind: 'Fargate', degraded: false, reason: null },
        warnings: [...obstacles, ...warnings],
      };
    },
    transitions: (ticketId) => executionsOf(executions, store.view, ticketId),
  });
}
