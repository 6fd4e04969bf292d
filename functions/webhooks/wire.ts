import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Hono } from 'hono';
import { openTelemetry, type Telemetry } from '#adapters/aws/telemetry.ts';
import { createInvoke } from '#adapters/lambda/invoke.ts';
import { secretVault } from '#adapters/secrets/vault.ts';
import { openSqs } from '#adapters/sqs/client.ts';
import { createDeliveries, maxDeliveryBytes } from '#adapters/sqs/deliveries.ts';
import { postponing, type Unhandled } from '#adapters/sqs/inbox.ts';
import { createWebhooks } from './app.ts';
import { readEnv, type WebhooksVariables } from './env.ts';

/** The door for GitHub, and who works on what it took. One function has both: no other may know the credential. */
export function wire(): { readonly door: Hono; readonly work: (batch: unknown) => Promise<Unhandled> } {
  const env = readEnv();
  const telemetry = openTelemetry();
  const vault = secretVault(new SecretsManagerClient(), env.GITHUB_SECRET_ARN);
  const sqs = openSqs();
  const door = createWebhooks({
    secret: async () => (await vault.read())?.webhookSecret ?? null,
    handOn: createDeliveries(sqs, env.DELIVERY_QUEUE_URL),
    maxBytes: maxDeliveryBytes,
  });
  // GitHub's client is loaded by the first batch: the door opens sooner without it.
  let work: Promise<(batch: unknown) => Promise<Unhandled>> | undefined;
  return {
    door,
    work: async (batch) => {
      work ??= openWork(env, { vault, sqs, telemetry });
      return (await work)(batch);
    },
  };
}

interface Opened {
  readonly vault: ReturnType<typeof secretVault>;
  readonly sqs: SQSClient;
  readonly telemetry: Telemetry;
}

async function openWork(env: WebhooksVariables, { vault, sqs, telemetry: { log } }: Opened) {
  const [{ createWork }, { createConnection }, { obstaclesOf, openHealth }] = await Promise.all([
    import('./work.ts'),
    import('#adapters/github/connection.ts'),
    import('#adapters/aws/checks.ts'),
  ]);
  const apiUrl = env.GITHUB_API_URL;
  const steps = createInvoke(new LambdaClient(), env.STEPS_FUNCTION);
  return createWork({
    listener: {
      ...{ apiUrl, vault, steps, networks: env.NETWORK_POLICIES },
      obstacles: obstaclesOf(openHealth(env, createConnection({ apiUrl, vault }).standing)),
    },
    postpone: postponing(sqs, env.DELIVERY_QUEUE_URL),
    heard: (did) => log('info', 'A webhook was heard.', { did }),
    failed: (message, { error }) => log('error', message, { error }),
  });
}
