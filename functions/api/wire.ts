import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { examineHealth, type Health, type HealthChecks, kept } from '#adapters/aws/health.ts';
import { machineArns } from '#adapters/aws/machines.ts';
import { clock, openPublishingStore } from '#adapters/aws/store.ts';
import { openTelemetry } from '#adapters/aws/telemetry.ts';
import { newId, newSecret, sha256 } from '#adapters/ids/ids.ts';
import { createRemoteForge } from '#adapters/lambda/forge.ts';
import { createInvoke } from '#adapters/lambda/invoke.ts';
import { blobsLater } from '#adapters/s3/later.ts';
import { createSecrets } from '#adapters/secrets/secrets.ts';
import { createExecutions } from '#adapters/stepfunctions/history.ts';
import { agentsThrough } from '#core/agent/calls.ts';
import { connectionThrough, problemsOfRepository } from '#core/forge/connection.ts';
import { keysThrough } from '#core/key/calls.ts';
import { createApi } from './app.ts';
import { callerOf } from './caller.ts';
import { type ApiVariables, readEnv } from './env.ts';
import { executionsOf } from './executions.ts';

/** What is fine stays so for a minute; who has just mended what stood in the way tries again at once. */
const healthMs = ({ obstacles }: Health): number => (obstacles.length === 0 ? 60_000 : 3_000);

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
  const checks = checksOf(env, connection.standing);
  const health = kept(() => examineHealth(checks), healthMs);
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
    obstacles: async (repo) => {
      const { obstacles, standing } = await health();
      return [...obstacles, ...(standing ? problemsOfRepository(standing, repo) : [])];
    },
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

function checksOf(env: ApiVariables, standing: HealthChecks['standing']): HealthChecks {
  const secrets = createSecrets(new SecretsManagerClient());
  return {
    model: env.MODEL,
    upstream: env.MODEL_UPSTREAM,
    modelSecret: env.MODEL_SECRET_ARN,
    tokenSecret: env.TOKEN_SECRET_ARN,
    githubSecret: env.GITHUB_SECRET_ARN,
    isSet: secrets.isSet,
    whyUnavailable,
    standing,
  };
}

/** Bedrock's client is loaded by who asks for it: without Bedrock nobody does. */
async function whyUnavailable(model: string): Promise<string | null> {
  const { askBedrock } = await import('#adapters/bedrock/availability.ts');
  return askBedrock(model);
}
