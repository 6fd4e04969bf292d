import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { clock, openPublishingStore } from '#adapters/aws/store.ts';
import { openTelemetry } from '#adapters/aws/telemetry.ts';
import { type Trace, tracedTokens } from '#adapters/aws/tracing.ts';
import { chooseUpstream } from '#adapters/aws/upstream.ts';
import { createBedrockEmbedder } from '#adapters/bedrock/embedder.ts';
import { createAgents } from '#adapters/dynamodb/agents.ts';
import { openTable } from '#adapters/dynamodb/table.ts';
import { hashedNgrams } from '#adapters/embeddings/hashed-ngrams.ts';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { openBlobs } from '#adapters/s3/open.ts';
import { createSecrets } from '#adapters/secrets/secrets.ts';
import { answering } from '#adapters/stepfunctions/workflow.ts';
import { createKeyring } from '#adapters/tokens/keyring.ts';
import { createGateway } from './app.ts';
import { readEnv } from './env.ts';

/** The gateway on AWS: the same app, on the shared store and S3, with the model that the stack names. */
export function wire(trace: Trace) {
  const env = readEnv();
  const telemetry = openTelemetry();
  const secrets = createSecrets(new SecretsManagerClient());
  return createGateway({
    store: openPublishingStore(env, 'waits', telemetry),
    agents: createAgents(openTable(new DynamoDBClient(), env.TABLE_NAME)),
    blobs: openBlobs(env),
    workflow: answering(new SFNClient()),
    upstream: chooseUpstream(env, secrets),
    tokens: tracedTokens(
      createKeyring(() => secrets.read(env.TOKEN_SECRET_ARN)),
      trace,
    ),
    ...{ clock, newId },
    digest: sha256,
    model: env.MODEL,
    embed:
      env.EMBEDDING_MODEL === 'hashed-ngrams'
        ? hashedNgrams
        : createBedrockEmbedder(new BedrockRuntimeClient(), env.EMBEDDING_MODEL),
    ...(env.CHECK_SECONDS !== undefined && { checkSeconds: env.CHECK_SECONDS }),
    log: telemetry.log,
  });
}
