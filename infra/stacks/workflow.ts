/** Everything that moves a ticket: the bus, the machines, their steps, the doorbells, the sandboxes and their gateway. */
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { publicRegistries } from '#core/project/registries.ts';
import type { EffectsEnv } from '#functions/effects/env.ts';
import type { ForgeEnv } from '#functions/forge/env.ts';
import type { GatewayEnv } from '#functions/gateway/env.ts';
import type { ReconcileEnv } from '#functions/reconcile/env.ts';
import type { RelayEnv } from '#functions/relay/env.ts';
import type { StepsEnv } from '#functions/steps/env.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { Bus, Reader } from '../constructs/events.ts';
import { OmoiFunction } from '../constructs/function.ts';
import { Gateway } from '../constructs/gateway.ts';
import { Inbox } from '../constructs/inbox.ts';
import { Machines, machineArn } from '../constructs/machines.ts';
import type { SandboxPlace } from '../constructs/sandbox-network.ts';
import { Sandboxes, SandboxNames } from '../constructs/sandboxes.ts';
import { PartStack, type StageProps } from '../constructs/stack.ts';
import { StoreAccess } from '../constructs/store-access.ts';
import type { DataStack } from './data.ts';
import type { Network } from './network.ts';

export interface WorkflowProps extends StageProps {
  readonly network: Network;
  readonly data: DataStack;
  readonly bundles: string;
  /** The root of the tree. */
  readonly root: string;
}

/** Longest that a step, an effect or a look of the monitor may take. Aurora may take 40 s of it to wake. */
const working = Duration.minutes(2);
/** Longest that Lambda and API Gateway let an answer stream. */
const answering = Duration.minutes(15);

export class WorkflowStack extends PartStack {
  readonly access: StoreAccess;
  readonly bus: Bus;
  readonly machines: Machines;
  readonly wakeups: Inbox;
  readonly sandboxes: Sandboxes;
  readonly gateway: Gateway;
  readonly doorbells: Reader;
  readonly steps: OmoiFunction<StepsEnv>;
  readonly forge: OmoiFunction<ForgeEnv>;
  readonly functions: readonly OmoiFunction<object>[];
  readonly #props: WorkflowProps;

  constructor(scope: Construct, props: WorkflowProps) {
    super(scope, 'workflow', { ...props, description: 'OmoiOS: state machines, steps, sandboxes, gateway' });
    const { settings, network, data, bundles, root } = props;
    const { stage } = settings;
    this.#props = props;
    const platform = { settings, bundles, network: network.functions };

    this.bus = new Bus(this, 'Events', { settings });
    this.access = new StoreAccess({
      platform,
      store: data.store,
      bus: this.bus.bus,
      blobs: data.blobs.bucket,
    });
    this.wakeups = new Inbox(this, 'Wakeups', { timeout: working, readers: 16 });
    this.sandboxes = new Sandboxes(this, 'Sandboxes', { settings, root });
    this.steps = this.makeSteps();
    this.forge = this.makeForge();
    const reconcile = this.makeReconcile();
    this.machines = new Machines(this, 'Machines', {
      settings,
      folder: `${root}/statemachines`,
      functions: { steps: this.steps.lambda, forge: this.forge.lambda, reconcile: reconcile.lambda },
    });
    const door = this.makeDoor();
    this.gateway = new Gateway(this, 'Gateway', {
      ...{ stage, handler: door.lambda, timeout: answering },
      streams: !settings.emulated,
    });
    const effects = this.makeEffects();
    this.wakeups.readBy(effects);
    const relay = this.makeRelay();
    this.doorbells = new Reader(this, 'Doorbells', {
      bus: this.bus.bus,
      consumers: ['workflow', 'sandbox', 'scheduler', 'queue'],
      target: relay.lambda,
    });
    const { registries, none } = network.sandboxes;
    this.nameSandboxes('Names', registries, [...publicRegistries, ...settings.sandbox.registries]);
    if (none) this.nameSandboxes('NamesNone', none, []);
    this.functions = [this.steps, this.forge, reconcile, door, effects, relay];
    new CfnOutput(this, 'GatewayUrl', { value: this.gateway.url });
  }

  private makeSteps(): OmoiFunction<StepsEnv> {
    const steps = new OmoiFunction<StepsEnv>(this, 'Steps', {
      platform: this.access.platform,
      name: 'steps',
      description: 'OmoiOS: every Task state of the state machines',
      environment: { ...this.access.database, ...this.access.events, ...this.access.bundles },
      store: true,
      timeout: working,
    });
    this.access.writesTexts(steps);
    return this.access.publishes(this.access.queries(steps));
  }

  private makeForge(): OmoiFunction<ForgeEnv> {
    const { settings, data, bundles, root } = this.#props;
    const { forgeImage } = settings;
    const forge = new OmoiFunction<ForgeEnv>(this, 'Forge', {
      // Outside of the store's network: GitHub has no IPv6, and the credential is kept away from the store.
      platform: { settings, bundles, network: undefined },
      name: 'forge',
      description: 'OmoiOS: mirrors, pushes and opens pull requests; holds the GitHub credential',
      environment: {
        ...this.access.bundles,
        GITHUB_SECRET_ARN: data.secrets.githubArn,
        GITHUB_API_URL: settings.githubApi,
      },
      store: false,
      timeout: answering,
      // A mirror of a large repository is unpacked in memory and on disk.
      memory: 2048,
      diskMegabytes: 4096,
      ...(forgeImage === 'none' ? {} : { image: forgeImage === 'built' ? { root } : forgeImage }),
    });
    this.access.readsBlobs(forge);
    this.access.writesBlobs(forge);
    return forge.allow(
      [data.secrets.githubArn],
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
    );
  }

  private makeDoor(): OmoiFunction<GatewayEnv> {
    const { settings, data } = this.#props;
    const { model } = settings;
    const door = new OmoiFunction<GatewayEnv>(this, 'Door', {
      platform: this.access.platform,
      name: 'gateway',
      description: 'OmoiOS: what a sandbox may call; holds the model key',
      environment: {
        ...this.access.database,
        ...this.access.events,
        ...this.access.bundles,
        ...this.access.model(data.secrets.modelArn),
        TABLE_NAME: data.registry.table.tableName,
        TOKEN_SECRET_ARN: data.secrets.tokenArn,
        MODEL_BASE_URL: model.baseUrl ?? this.bedrockUrl,
        MODEL_CASSETTE: model.cassette,
        EMBEDDING_MODEL: model.embeddings,
        CHECK_SECONDS: undefined,
      },
      store: true,
      timeout: answering,
      memory: 1024,
    });
    this.access.publishes(this.access.queries(door));
    this.access.remembersOnly(door, data.registry.table, 'agent');
    this.access.readsBlobs(door);
    this.access.writesBlobs(door);
    const secrets = [data.secrets.tokenArn, data.secrets.modelArn].filter((arn) => arn !== undefined);
    door.allow(secrets, 'secretsmanager:GetSecretValue');
    door.allow(this.machinesWithTokens(), 'states:SendTaskHeartbeat');
    this.askBedrock(door);
    return door;
  }

  /** The name that the network's interface endpoint answers to; a dual-stack one is not documented. */
  private get bedrockUrl(): string | undefined {
    const { model } = this.#props.settings;
    return model.upstream === 'bedrock'
      ? `https://bedrock-runtime.${this.region}.${this.urlSuffix}`
      : undefined;
  }

  /** For the agents' model, the embeddings, both, or neither. */
  private askBedrock(door: OmoiFunction<object>): void {
    const { upstream, embeddings } = this.#props.settings.model;
    const anyRegion = `arn:${this.partition}:bedrock:*:`;
    if (embeddings !== 'hashed-ngrams')
      door.allow([`${anyRegion}:foundation-model/${embeddings}`], 'bedrock:InvokeModel');
    if (upstream === 'bedrock')
      door.allow(
        [
          `${anyRegion}:foundation-model/anthropic.*`,
          `${anyRegion}${this.account}:inference-profile/*anthropic.*`,
        ],
        'bedrock:InvokeModel',
        'bedrock:InvokeModelWithResponseStream',
      );
    acknowledge(door.role, {
      'AwsSolutions-IAM5':
        'A run names its model, and an inference profile sends calls to any region: the ledger is the limit, not the name.',
    });
  }

  private makeReconcile(): OmoiFunction<ReconcileEnv> {
    const reconcile = new OmoiFunction<ReconcileEnv>(this, 'Reconcile', {
      platform: this.access.platform,
      name: 'reconcile',
      description: 'OmoiOS: looks after live runs while there are any',
      environment: {
        ...this.access.database,
        ...this.access.events,
        ...machineArns(this),
        CLUSTER_ARN: this.sandboxes.cluster.attrArn,
        TABLE_NAME: this.#props.data.registry.table.tableName,
        STEPS_FUNCTION: this.steps.lambda.functionName,
        WAKE_QUEUE_URL: this.wakeups.queue.queueUrl,
      },
      store: true,
      timeout: working,
    });
    this.access.publishes(this.access.queries(reconcile));
    this.access.remembers(reconcile, this.#props.data.registry.table);
    reconcile.allow([this.steps.lambda.functionArn], 'lambda:InvokeFunction');
    reconcile.allow([this.wakeups.queue.queueArn], 'sqs:SendMessage');
    this.drivesMachines(reconcile);
    this.watchesTasks(reconcile);
    this.onExecutions(reconcile, 'states:GetExecutionHistory');
    return reconcile;
  }

  private makeEffects(): OmoiFunction<EffectsEnv> {
    const { settings, network, data } = this.#props;
    const { registries, open, none } = network.sandboxes;
    const effects = new OmoiFunction<EffectsEnv>(this, 'Effects', {
      platform: this.access.platform,
      name: 'effects',
      description: 'OmoiOS: answers doorbells: task tokens, executions, sandboxes',
      environment: {
        ...this.access.database,
        ...machineArns(this),
        CLUSTER_ARN: this.sandboxes.cluster.attrArn,
        TABLE_NAME: data.registry.table.tableName,
        STEPS_FUNCTION: this.steps.lambda.functionName,
        WAKE_QUEUE_URL: this.wakeups.queue.queueUrl,
        TOKEN_SECRET_ARN: data.secrets.tokenArn,
        GATEWAY_URL: this.gateway.url,
        SANDBOX_TASK_DEFINITION: this.sandboxes.task.taskDefinitionArn,
        SANDBOX_SUBNETS: registries.subnets.join(','),
        SANDBOX_SECURITY_GROUPS: registries.securityGroup,
        SANDBOX_SUBNETS_OPEN: open?.subnets.join(','),
        SANDBOX_SECURITY_GROUPS_OPEN: open?.securityGroup,
        SANDBOX_SUBNETS_NONE: none?.subnets.join(','),
        SANDBOX_SECURITY_GROUPS_NONE: none?.securityGroup,
        SANDBOX_CAPACITY: settings.sandbox.capacity,
      },
      store: true,
      timeout: working,
    });
    this.access.queries(effects);
    this.access.remembers(effects, data.registry.table);
    effects.allow([this.steps.lambda.functionArn], 'lambda:InvokeFunction');
    effects.allow([data.secrets.tokenArn], 'secretsmanager:GetSecretValue');
    effects.allow([this.sandboxes.task.taskDefinitionArn], 'ecs:RunTask');
    effects.allow(
      this.sandboxes.roles.map(({ roleArn }) => roleArn),
      'iam:PassRole',
    );
    this.drivesMachines(effects);
    this.watchesTasks(effects);
    return effects;
  }

  private makeRelay(): OmoiFunction<RelayEnv> {
    const { settings, bundles } = this.#props;
    const relay = new OmoiFunction<RelayEnv>(this, 'Relay', {
      platform: { settings, bundles, network: undefined },
      name: 'relay',
      description: 'OmoiOS: turns events of the bus into doorbells',
      environment: { WAKE_QUEUE_URL: this.wakeups.queue.queueUrl },
      store: false,
      memory: 256,
    });
    return relay.allow([this.wakeups.queue.queueArn], 'sqs:SendMessage');
  }

  /** Answers tokens, starts and stops executions by name. */
  private drivesMachines(one: OmoiFunction<object>): void {
    one.allow(
      this.machinesWithTokens(),
      'states:StartExecution',
      'states:SendTaskSuccess',
      'states:SendTaskFailure',
    );
    this.onExecutions(one, 'states:DescribeExecution', 'states:StopExecution');
  }

  /** Lets a function look at executions, or stop them. */
  onExecutions(one: OmoiFunction<object>, ...actions: string[]): void {
    one.allow(
      machineNames.map((name) => machineArn(this, name, 'execution')),
      ...actions,
    );
    acknowledge(one.role, {
      'AwsSolutions-IAM5':
        'Executions and tasks are named when they are started: the wildcard stands for that name.',
    });
  }

  private watchesTasks(one: OmoiFunction<object>): void {
    const { partition, region, account } = Stack.of(this);
    const tasks = `arn:${partition}:ecs:${region}:${account}:task/${this.sandboxes.cluster.ref}/*`;
    one.role.addToPolicy(
      new iam.PolicyStatement({ actions: ['ecs:DescribeTasks', 'ecs:StopTask'], resources: [tasks] }),
    );
  }

  private machinesWithTokens(): string[] {
    return machineNames.map((name) => machineArn(this, name, 'stateMachine'));
  }

  /** A network that was brought has the names of its owner. */
  private nameSandboxes(id: string, { vpcId }: SandboxPlace, registries: readonly string[]): void {
    if (vpcId === undefined) return;
    const { data } = this.#props;
    new SandboxNames(this, id, {
      ...{ vpcId, registries },
      gatewayHost: this.gateway.host,
      bucketHost: data.blobs.bucket.bucketRegionalDomainName,
    });
  }
}

const machineNames = ['ticket', 'phase', 'task', 'monitor'] as const;

/** The variables that name the machines. */
export const machineArns = (scope: Construct) => ({
  TICKET_MACHINE_ARN: machineArn(scope, 'ticket', 'stateMachine'),
  PHASE_MACHINE_ARN: machineArn(scope, 'phase', 'stateMachine'),
  TASK_MACHINE_ARN: machineArn(scope, 'task', 'stateMachine'),
  MONITOR_MACHINE_ARN: machineArn(scope, 'monitor', 'stateMachine'),
});
