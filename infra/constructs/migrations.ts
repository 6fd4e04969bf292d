/** The migrations of a deploy, as a custom resource that comes before any function is updated. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import type { MigrateEnv } from '#functions/migrate/env.ts';
import { acknowledge } from './acknowledge.ts';
import { type FunctionPlatform, OmoiFunction } from './function.ts';

interface MigrationsProps {
  readonly platform: FunctionPlatform;
  /** The folder of the SQL files: a new one makes the deploy run them. */
  readonly folder: string;
  readonly databaseUrl: string;
  /** Undefined where the URL carries the owner's password. */
  readonly ownerSecretArn: string | undefined;
  /** Undefined where functions sign in as the owner. */
  readonly appUser: string | undefined;
}

/**
 * Brings the database to this version before any function is updated: the stacks of functions come after this one. A
 * migration that fails fails the deploy, and CloudFormation takes back what it changed.
 */
export class Migrations extends Construct {
  readonly function: OmoiFunction<MigrateEnv>;

  constructor(scope: Construct, id: string, props: MigrationsProps) {
    super(scope, id);
    const { platform, folder, databaseUrl, ownerSecretArn, appUser } = props;
    this.function = new OmoiFunction<MigrateEnv>(this, 'Migrate', {
      platform,
      name: 'migrate',
      description: 'OmoiOS: brings the database to the version of this deploy',
      environment: {
        DATABASE_URL: databaseUrl,
        DATABASE_SECRET_ARN: ownerSecretArn,
        DATABASE_APP_USER: appUser,
      },
      store: true,
      // CloudFormation waits for an hour; an index on a large table may take minutes.
      timeout: Duration.minutes(15),
      memory: 1024,
    });
    if (ownerSecretArn !== undefined) this.function.allow([ownerSecretArn], 'secretsmanager:GetSecretValue');
    const provider = new Provider(this, 'Provider', {
      onEventHandler: this.function.lambda,
      logGroup: new logs.LogGroup(this, 'ProviderLogs', {
        retention: platform.settings.stage.logDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    acknowledge(provider, {
      'AwsSolutions-IAM4':
        'The CDK brings the function that answers CloudFormation; it runs during a deploy only.',
      'AwsSolutions-IAM5':
        'The CDK brings the function that answers CloudFormation; it may call any version of ours.',
      'AwsSolutions-L1':
        'The CDK brings the function that answers CloudFormation, with a runtime of its choice.',
    });
    new CustomResource(this, 'Version', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::Migrations',
      properties: { migrations: digestOf(folder) },
    });
  }
}

/** Changes when a migration is added. */
function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
