/**
 * The store on AWS: Aurora PostgreSQL that pauses when nobody is connected. People and functions never share a user:
 * functions sign in by IAM as `omoi`, migrations as the owner with the secret.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';
import { databasePort, type StoreNetwork } from './store-network.ts';

/** The user that functions sign in as, and the database. */
export const appUser = 'omoi';
export const databaseName = 'omoi';

interface DatabaseProps {
  readonly network: StoreNetwork;
  readonly stage: Stage;
}

/** One writer, no reader: a second one would never pause before the first. */
export class Database extends Construct {
  readonly cluster: rds.DatabaseCluster;
  readonly ownerSecretArn: string;

  constructor(scope: Construct, id: string, { network, stage }: DatabaseProps) {
    super(scope, id);
    const engine = rds.DatabaseClusterEngine.auroraPostgres({
      version: rds.AuroraPostgresEngineVersion.of('17.7', '17'),
    });
    const clusterIdentifier = `omoios-${stage.name}`;
    // RDS would make it by itself, and keep it for ever.
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/rds/cluster/${clusterIdentifier}/postgresql`,
      retention: stage.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const secret = new rds.DatabaseSecret(this, 'Owner', { username: 'owner' });
    this.cluster = new rds.DatabaseCluster(this, 'Cluster', {
      engine,
      clusterIdentifier,
      credentials: rds.Credentials.fromSecret(secret),
      writer: rds.ClusterInstance.serverlessV2('Writer', { publiclyAccessible: false }),
      vpc: network.vpc,
      vpcSubnets: network.functions.subnets,
      securityGroups: [network.databaseSecurityGroup],
      port: databasePort,
      defaultDatabaseName: databaseName,
      iamAuthentication: true,
      storageEncrypted: true,
      serverlessV2MinCapacity: 0,
      serverlessV2MaxCapacity: stage.maxCapacity,
      // The shortest that Aurora takes: 5 minutes without a connection.
      serverlessV2AutoPauseDuration: Duration.minutes(5),
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', { engine, parameters }),
      backup: { retention: Duration.days(stage.backupDays) },
      copyTagsToSnapshot: true,
      deletionProtection: stage.keepsData,
      removalPolicy: stage.keepsData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
      cloudwatchLogsExports: ['postgresql'],
    });
    this.cluster.node.addDependency(logGroup);
    this.ownerSecretArn = secret.secretArn;
    acknowledge(secret, {
      'AwsSolutions-SMG4':
        'Only migrations use it. A scheduled rotation would wake the database of an idle stack; the runbook says how to rotate it.',
    });
    acknowledge(this.cluster, {
      'AwsSolutions-RDS10': 'Deletion protection is on in prod; a dev stage is there to be thrown away.',
    });
  }
}

const parameters = {
  'rds.force_ssl': '1',
  // Milliseconds. A frozen function keeps its connection; the server closes it, so that it does not keep Aurora awake.
  idle_session_timeout: '60000',
  // A transaction that nobody finishes holds locks: no step is silent for that long.
  idle_in_transaction_session_timeout: '30000',
  // Statements slower than a second are logged.
  log_min_duration_statement: '1000',
};
