/** What is kept: the store, blobs, registry and secrets; and the migrations, which come before any function. */
import { ArnFormat, CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { appUser, Database, databaseName } from '../constructs/database.ts';
import type { FunctionPlatform, OmoiFunction } from '../constructs/function.ts';
import { Migrations } from '../constructs/migrations.ts';
import { Secrets } from '../constructs/secrets.ts';
import { PartStack, type StageProps } from '../constructs/stack.ts';
import { Blobs, Registry } from '../constructs/storage.ts';
import type { Store } from '../constructs/store-access.ts';
import { databasePort } from '../constructs/store-network.ts';
import type { GivenDatabase, Settings } from '../stages.ts';
import type { Network } from './network.ts';

export interface DataProps extends StageProps {
  /** The stack of the network, or what makes its stand-in in the scope of this stack. */
  readonly network: Network | ((scope: DataStack) => Network);
  readonly bundles: string;
  /** The folder of the migrations. */
  readonly migrations: string;
}

/** The store, the blobs, the registry, the secrets, and the migrations that come before any function. */
export class DataStack extends PartStack {
  readonly settings: Settings;
  readonly network: Network;
  readonly store: Store;
  readonly database: Database | undefined;
  readonly blobs: Blobs;
  readonly registry: Registry;
  readonly secrets: Secrets;
  readonly migrate: OmoiFunction<object>;

  constructor(scope: Construct, { network, bundles, migrations: folder, ...props }: DataProps) {
    super(scope, 'data', { ...props, description: 'OmoiOS: store, blobs, registry, secrets' });
    const { settings } = props;
    const { stage } = settings;
    this.settings = settings;
    this.network = typeof network === 'function' ? network(this) : network;
    const { functions, store } = this.network;
    const platform: FunctionPlatform = { settings, bundles, network: functions };

    this.database =
      store && settings.database === 'new'
        ? new Database(this, 'Database', { network: store, stage })
        : undefined;
    const owner = this.database?.ownerSecretArn;
    this.store = settings.database === 'new' ? this.own() : this.given(settings.database);
    this.blobs = new Blobs(this, 'Blobs', { stage });
    this.registry = new Registry(this, 'Registry', { stage });
    this.secrets = new Secrets(this, 'Secrets', { platform });
    const migrations = new Migrations(this, 'Migrations', {
      platform,
      folder,
      databaseUrl: this.database ? this.store.url.replace(`${appUser}@`, '') : this.store.url,
      ownerSecretArn: owner,
      appUser: owner === undefined ? undefined : appUser,
    });
    if (this.database) migrations.node.addDependency(this.database);
    this.migrate = migrations.function;
    new CfnOutput(this, 'GithubSecret', { value: this.secrets.githubArn });
    if (this.secrets.modelArn) new CfnOutput(this, 'ModelSecret', { value: this.secrets.modelArn });
  }

  private own(): Store {
    if (!this.database)
      throw new Error('A new database without a network was refused when the context was read.');
    const { cluster } = this.database;
    return {
      url: `postgres://${appUser}@${cluster.clusterEndpoint.hostname}:${databasePort}/${databaseName}`,
      auth: 'iam',
      userArn: this.userArn(cluster.clusterResourceIdentifier, appUser),
    };
  }

  private given({ url, auth, resourceId }: GivenDatabase): Store {
    const { username } = new URL(url);
    return { url, auth, userArn: resourceId && this.userArn(resourceId, username || appUser) };
  }

  private userArn(resourceId: string, user: string): string {
    return this.formatArn({
      service: 'rds-db',
      resource: 'dbuser',
      resourceName: `${resourceId}/${user}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
