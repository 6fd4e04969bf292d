/** What people and programs reach: the HTTP API, live updates, sign-in, and the door that the console is behind. */
import { CfnOutput, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ApiEnv } from '#functions/api/env.ts';
import type { AuthorizerEnv } from '#functions/authorizer/env.ts';
import type { BroadcastEnv } from '#functions/broadcast/env.ts';
import type { ConnectEnv } from '#functions/connect/env.ts';
import type { WebhooksEnv } from '#functions/webhooks/env.ts';
import { Reader } from '../constructs/events.ts';
import { type FunctionPlatform, OmoiFunction } from '../constructs/function.ts';
import { PublicApi } from '../constructs/http-api.ts';
import { Inbox } from '../constructs/inbox.ts';
import { SignIn } from '../constructs/sign-in.ts';
import { gitHubOrigin, Site } from '../constructs/site.ts';
import { Sockets } from '../constructs/sockets.ts';
import { PartStack, type StageProps } from '../constructs/stack.ts';
import type { DataStack } from './data.ts';
import { machineArns, type WorkflowStack } from './workflow.ts';

export interface ApiProps extends StageProps {
  readonly data: DataStack;
  readonly workflow: WorkflowStack;
  readonly bundles: string;
  readonly version: string;
}

/** Where GitHub sends its webhooks. */
const webhookPath = '/webhooks/github';
/** Longest that a delivery may take: GitHub is asked, and Aurora may take 40 s to wake. */
const listening = Duration.minutes(2);

export class ApiStack extends PartStack {
  readonly http: PublicApi;
  readonly sockets: Sockets;
  readonly signIn: SignIn;
  /** Undefined when the console is served elsewhere. */
  readonly site: Site | undefined;
  readonly live: Reader;
  readonly deliveries: Inbox;
  readonly webhooks: OmoiFunction<WebhooksEnv>;
  readonly functions: readonly OmoiFunction<object>[];
  readonly #props: ApiProps;
  /** Outside of the store's network: these functions do not touch it. */
  readonly #apart: FunctionPlatform;

  constructor(scope: Construct, props: ApiProps) {
    super(scope, 'api', { ...props, description: 'OmoiOS: API, live updates, sign-in' });
    const { settings, bundles } = props;
    const { stage, consoleUrl } = settings;
    this.#props = props;
    this.#apart = { settings, bundles, network: undefined };

    this.http = new PublicApi(this, 'Http', { stage, origin: consoleUrl });
    this.sockets = new Sockets(this, 'Live', { stage });
    this.site = settings.console === 'on' ? this.makeSite() : undefined;
    const home = this.site?.url ?? new URL('/', consoleUrl).href;
    this.signIn = new SignIn(this, 'SignIn', { stage, consoleUrl: home });
    const authorizer = this.makeAuthorizer();
    const api = this.makeApi(authorizer);
    this.http.serves(api.lambda, authorizer.lambda);
    const connect = this.makeConnect();
    this.sockets.greetedBy(connect.lambda);
    const broadcast = this.makeBroadcast();
    this.live = new Reader(this, 'Broadcast', {
      bus: props.workflow.bus.bus,
      consumers: ['console'],
      target: broadcast.lambda,
    });
    this.deliveries = new Inbox(this, 'Deliveries', {
      timeout: listening,
      readers: 4,
      maxBytes: 1024 * 1024,
    });
    this.webhooks = this.makeWebhooks();
    this.deliveries.readBy(this.webhooks);
    this.http.hears(webhookPath, this.webhooks.lambda);
    this.functions = [api, authorizer, connect, broadcast, this.webhooks];
    this.tell(home);
  }

  private tell(home: string): void {
    new CfnOutput(this, 'ConsoleUrl', { value: home });
    new CfnOutput(this, 'ApiUrl', { value: this.http.url });
    new CfnOutput(this, 'WebhookUrl', { value: this.webhookUrl });
    new CfnOutput(this, 'LiveUrl', { value: this.sockets.url });
    new CfnOutput(this, 'UserPoolId', { value: this.signIn.poolId });
    new CfnOutput(this, 'UserPoolClientId', { value: this.signIn.clientId });
    new CfnOutput(this, 'SignInUrl', { value: this.signIn.domain });
  }

  /** Sign-in's pages are at a name that is known before they are made: they in turn must know the console's. */
  private makeSite(): Site {
    const prefix = SignIn.prefix(this.#props.settings.stage);
    return new Site(this, 'Console', {
      apiHost: this.http.host,
      liveHost: this.sockets.host,
      gitHubOrigin: gitHubOrigin(this.#props.settings.githubApi),
      signInOrigin: `https://${prefix}.auth.${this.region}.amazoncognito.com`,
    });
  }

  private makeApi(authorizer: OmoiFunction<AuthorizerEnv>): OmoiFunction<ApiEnv> {
    const { data, workflow, version } = this.#props;
    const { access, forge } = workflow;
    const api = new OmoiFunction<ApiEnv>(this, 'Api', {
      platform: access.platform,
      name: 'api',
      description: 'OmoiOS: the public API',
      environment: {
        ...access.database,
        ...access.events,
        ...access.bundles,
        ...access.model(data.secrets.modelArn),
        ...machineArns(workflow),
        FORGE_FUNCTION: forge.lambda.functionName,
        TOKEN_SECRET_ARN: data.secrets.tokenArn,
        GITHUB_SECRET_ARN: data.secrets.githubArn,
        AUTHORIZER_FUNCTION: authorizer.lambda.functionName,
        GITHUB_API_URL: this.#props.settings.githubApi,
        NETWORK_POLICIES: this.networks,
        WEBHOOK_URL: this.webhookUrl,
        VERSION: version,
      },
      store: true,
      memory: 1024,
    });
    access.publishes(access.queries(api));
    access.readsBlobs(api);
    api.allow([forge.lambda.functionArn, authorizer.lambda.functionArn], 'lambda:InvokeFunction');
    workflow.onExecutions(api, 'states:DescribeExecution', 'states:GetExecutionHistory');
    return this.letsCheck(api);
  }

  /** Lets a function see what stands in the way of a ticket, before it takes one. */
  private letsCheck<E extends object>(one: OmoiFunction<E>): OmoiFunction<E> {
    const { data, settings } = this.#props;
    one.allow(data.secrets.all, 'secretsmanager:DescribeSecret');
    if (settings.model.upstream !== 'bedrock') return one;
    return one.allow(
      [`arn:${this.partition}:bedrock:${this.region}::foundation-model/*`],
      'bedrock:GetFoundationModelAvailability',
    );
  }

  private makeAuthorizer(): OmoiFunction<AuthorizerEnv> {
    const { table } = this.#props.data.registry;
    const authorizer = new OmoiFunction<AuthorizerEnv>(this, 'Authorizer', {
      platform: this.#apart,
      name: 'authorizer',
      description: 'OmoiOS: who asks, by sign-in or API key',
      environment: { TABLE_NAME: table.tableName, ...this.people },
      store: false,
      memory: 256,
    });
    return authorizer.allow(
      [table.tableArn],
      ...['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    );
  }

  private makeConnect(): OmoiFunction<ConnectEnv> {
    const { table } = this.#props.data.registry;
    const connect = new OmoiFunction<ConnectEnv>(this, 'Connect', {
      platform: this.#apart,
      name: 'connect',
      description: 'OmoiOS: who comes to the live updates, and who leaves',
      environment: { TABLE_NAME: table.tableName, ...this.people },
      store: false,
      memory: 256,
    });
    return connect.allow([table.tableArn], 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem');
  }

  private makeBroadcast(): OmoiFunction<BroadcastEnv> {
    const { table } = this.#props.data.registry;
    const broadcast = new OmoiFunction<BroadcastEnv>(this, 'Broadcaster', {
      platform: this.#apart,
      name: 'broadcast',
      description: 'OmoiOS: sends events to who is connected',
      environment: { TABLE_NAME: table.tableName, WEBSOCKET_ENDPOINT: this.sockets.management },
      store: false,
      memory: 256,
    });
    broadcast.allow([table.tableArn], 'dynamodb:DeleteItem', 'dynamodb:Query');
    return this.sockets.letsSend(broadcast);
  }

  private makeWebhooks(): OmoiFunction<WebhooksEnv> {
    const { data, workflow, settings } = this.#props;
    const { steps } = workflow;
    const { queue } = this.deliveries;
    const webhooks = new OmoiFunction<WebhooksEnv>(this, 'Webhooks', {
      platform: this.#apart,
      name: 'webhooks',
      description: 'OmoiOS: takes webhooks of GitHub, and works on them; holds the GitHub credential',
      environment: {
        ...workflow.access.model(data.secrets.modelArn),
        TOKEN_SECRET_ARN: data.secrets.tokenArn,
        GITHUB_SECRET_ARN: data.secrets.githubArn,
        GITHUB_API_URL: settings.githubApi,
        NETWORK_POLICIES: this.networks,
        DELIVERY_QUEUE_URL: queue.queueUrl,
        STEPS_FUNCTION: steps.lambda.functionName,
      },
      store: false,
      timeout: listening,
    });
    this.letsCheck(webhooks);
    return webhooks
      .allow([data.secrets.githubArn], 'secretsmanager:GetSecretValue')
      .allow([queue.queueArn], 'sqs:SendMessage')
      .allow([steps.lambda.functionArn], 'lambda:InvokeFunction');
  }

  private get webhookUrl(): string {
    return `${this.http.url}${webhookPath}`;
  }

  private get networks(): string {
    return this.#props.settings.sandbox.networks.join(',');
  }

  private get people() {
    return { USER_POOL_ID: this.signIn.poolId, USER_POOL_CLIENT_ID: this.signIn.clientId };
  }
}
