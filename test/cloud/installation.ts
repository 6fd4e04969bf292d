/** One whole installation on the emulator: stacks, database, GitHub, Fargate, and a person with an API key. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createApiKeys } from '#adapters/dynamodb/api-keys.ts';
import { openTable } from '#adapters/dynamodb/table.ts';
import { openPool } from '#adapters/postgres/pool.ts';
import { type Client, createClient } from '#cli/client.ts';
import { Instant } from '#core/id.ts';
import { samples } from '#local/sample/materialise.ts';
import { type GitHub, startGitHub } from '#test/support/github/server.ts';
import { type Fargate, openFargate } from './fargate.ts';
import { credentials, type Emulator, openVenv, startEmulator, startPostgres } from './ground.ts';
import { deployStacks, type Outputs } from './stacks.ts';

export interface Installation {
  readonly emulator: Emulator;
  readonly outputs: Outputs;
  readonly github: GitHub;
  readonly fargate: Fargate;
  readonly client: Client;
  /** The person's API key. */
  readonly key: string;
  /** How the SDK's clients reach the emulator. */
  readonly aws: ReturnType<typeof awsAt>;
  readonly database: ReturnType<typeof openPool>;
  /** Where an API is reached without a name server: by its id and stage. */
  at(apiId: string, stage: string): string;
  close(): Promise<void>;
}

const awsAt = (url: string) => ({
  endpoint: url,
  region: credentials.AWS_REGION,
  credentials: {
    accessKeyId: credentials.AWS_ACCESS_KEY_ID,
    secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
  },
});

/** Things to take down, the newest first; each is tried whatever became of the others. */
function undoing() {
  const steps: (() => Promise<unknown>)[] = [];
  return {
    later: (step: () => Promise<unknown>) => void steps.unshift(step),
    async all() {
      const failed: unknown[] = [];
      for (const step of steps.splice(0)) await step().catch((error: unknown) => failed.push(error));
      if (failed.length > 0) throw new AggregateError(failed, 'Something was left running.');
    },
  };
}

/** Opens everything; `say` hears of each step. What was opened is closed when something fails. */
export async function openInstallation(say: (what: string) => void): Promise<Installation> {
  const undo = undoing();
  try {
    return await open(undo, say);
  } catch (error) {
    await undo.all();
    throw error;
  }
}

async function open(undo: ReturnType<typeof undoing>, say: (what: string) => void): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'omoi-cloud-'));
  undo.later(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const venv = await openVenv();
  say('the virtual environment is there');
  const github = await startGitHub(join(folder, 'github'));
  undo.later(github.close);
  const postgres = await startPostgres(venv, folder);
  undo.later(postgres.stop);
  say('Postgres with pgvector runs');
  const emulator = await startEmulator(venv, folder);
  undo.later(() => emulator.stop('SIGKILL'));
  say(`the emulator runs (${emulator.version})`);
  const outputs = await deployStacks(emulator.url, folder, {
    databaseUrl: postgres.url,
    cassette: samples.python.cassette,
    githubApi: github.apiUrl,
  });
  say(`deployed ${outputs.stacks.join(', ')}`);
  const database = openPool(postgres.url, { connections: 2 });
  undo.later(() => database.close());
  const aws = awsAt(emulator.url);
  const at = (apiId: string, stage: string) => `${emulator.url}/_aws/execute-api/${apiId}/${stage}`;
  await connectGitHub(aws, outputs.githubSecret, github);
  // No name server knows the emulator's names: whoever speaks to the WebSocket API is told its path.
  await tell(aws, 'broadcast', { WEBSOCKET_ENDPOINT: at(outputs.liveId, 'live') });
  const key = await makeKey(aws);
  const fargate = await openFargate(new ECSClient(aws), 'omoios-dev', at(outputs.gatewayId, 'run'), folder);
  undo.later(fargate.close);
  const client = createClient(at(outputs.apiId, '$default'), key);
  return { emulator, outputs, github, fargate, client, key, aws, database, at, close: undo.all };
}

/** Lays variables over those that the stack gave to a function; `seconds` is how long it may take from now on. */
export async function tell(
  aws: ReturnType<typeof awsAt>,
  name: string,
  variables: Readonly<Record<string, string>>,
  seconds?: number,
): Promise<void> {
  const lambda = new LambdaClient(aws);
  const FunctionName = `omoios-dev-${name}`;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, ...variables };
  const Timeout = seconds === undefined ? {} : { Timeout: seconds };
  await lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables }, ...Timeout }),
  );
}

/** What GitHub signs its webhooks with. */
export const webhookSecret = 'whsec';

/** What a person does by hand after a deploy (README). */
async function connectGitHub(aws: ReturnType<typeof awsAt>, secret: string, github: GitHub): Promise<void> {
  const credential = { kind: 'token', token: github.token(), webhookSecret };
  const command = new PutSecretValueCommand({ SecretId: secret, SecretString: JSON.stringify(credential) });
  await new SecretsManagerClient(aws).send(command);
}

async function makeKey(aws: ReturnType<typeof awsAt>): Promise<string> {
  const dynamo = new DynamoDBClient(aws);
  const { TableNames = [] } = await dynamo.send(new ListTablesCommand());
  const table = TableNames.find((name) => name.includes('Registry')) ?? '';
  const tomorrow = Instant.parse(new Date(Date.now() + 86_400_000).toISOString());
  const made = { name: 'ada', role: 'admin', createdBy: 'ada', expiresAt: tomorrow } as const;
  const createdAt = new Date().toISOString();
  return (await createApiKeys(openTable(dynamo, table)).create({ ...made, createdAt })).secret;
}

/** The sample's files, as the stand-in for GitHub takes them. */
export async function sampleFiles(folder: string): Promise<Record<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name));
  const read = paths.map(async (path) => [relative(folder, path), await readFile(path)] as const);
  return Object.fromEntries(await Promise.all(read));
}
