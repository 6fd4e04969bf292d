/** What functions have in common: variables and permissions by what they do, so that the two never drift apart. */
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { acknowledge } from './acknowledge.ts';
import type { FunctionPlatform, OmoiFunction } from './function.ts';

const tableActions = ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'];

/** How functions reach the store. */
export interface Store {
  readonly url: string;
  readonly auth: 'iam' | 'password';
  /** What a role must be allowed to connect as; undefined with a password. */
  readonly userArn: string | undefined;
}

interface StoreAccessProps {
  readonly platform: FunctionPlatform;
  readonly store: Store;
  readonly bus: events.IEventBus;
  readonly blobs: s3.IBucket;
}

/** Variables and the permissions that go with them. */
export class StoreAccess {
  readonly platform: FunctionPlatform;
  readonly #props: StoreAccessProps;

  constructor(props: StoreAccessProps) {
    this.platform = props.platform;
    this.#props = props;
  }

  get database() {
    const { url, auth } = this.#props.store;
    return { DATABASE_URL: url, DATABASE_AUTH: auth };
  }

  get events() {
    return { EVENT_BUS_NAME: this.#props.bus.eventBusName };
  }

  get bundles() {
    const { emulated } = this.platform.settings;
    return {
      BLOB_BUCKET: this.#props.blobs.bucketName,
      BLOB_PATH_STYLE: emulated ? 'true' : undefined,
    };
  }

  model(secretArn: string | undefined) {
    const { id, upstream } = this.platform.settings.model;
    return { MODEL: id, MODEL_UPSTREAM: upstream, MODEL_SECRET_ARN: secretArn };
  }

  queries<E extends object>(one: OmoiFunction<E>): OmoiFunction<E> {
    const { userArn } = this.#props.store;
    return userArn === undefined ? one : one.allow([userArn], 'rds-db:connect');
  }

  publishes<E extends object>(one: OmoiFunction<E>): OmoiFunction<E> {
    return one.allow([this.#props.bus.eventBusArn], 'events:PutEvents');
  }

  readsBlobs(one: OmoiFunction<object>): void {
    one.allow([this.#props.blobs.arnForObjects('*')], 's3:GetObject');
    // Without it S3 answers 403 instead of 404 for a key that is not there.
    one.allow([this.#props.blobs.bucketArn], 's3:ListBucket');
    acknowledge(one.role, {
      'AwsSolutions-IAM5': 'Keys are made by runs: the wildcard stands for the keys of one bucket.',
    });
  }

  writesBlobs(one: OmoiFunction<object>): void {
    one.allow([this.#props.blobs.arnForObjects('*')], 's3:PutObject');
  }

  /** What pull requests say goes from the steps to the forge as a blob. */
  writesTexts(one: OmoiFunction<object>): void {
    one.allow([this.#props.blobs.arnForObjects('tickets/*')], 's3:PutObject');
    acknowledge(one.role, {
      'AwsSolutions-IAM5': 'Keys are named by tickets: the wildcard stands for the texts of one bucket.',
    });
  }

  remembers(one: OmoiFunction<object>, table: dynamodb.ITable): void {
    one.allow([table.tableArn], ...tableActions);
  }

  /** The same for the items of one kind (`pk`) alone: the table holds the digests of API keys, too. */
  remembersOnly(one: OmoiFunction<object>, table: dynamodb.ITable, kind: string): void {
    one.role.addToPolicy(
      new iam.PolicyStatement({
        actions: [...tableActions],
        resources: [table.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [kind] } },
      }),
    );
  }
}
