/**
 * Sandboxes as Fargate tasks: one task an attempt of a run. The handle is the task's ARN.
 *
 * A task gets three variables and a role without permissions. Starting is idempotent by a client token of ECS.
 */
import {
  ClientException,
  DescribeTasksCommand,
  type ECSClient,
  type Failure,
  InvalidParameterException,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { DomainError } from '#core/errors.ts';
import { NetworkPolicy } from '#core/project/project.ts';
import type { Sandboxes, SandboxSpec, SandboxStatus } from '#core/run/ports.ts';

/** There is no room for the task at the moment (`RESOURCE:…`, Spot without capacity, the account's limit of vCPUs). Try again in minutes. */
export class SandboxCapacity extends DomainError {
  readonly code = 'sandbox-capacity';
}

/** ECS was asked too often. Try again in seconds. */
export class SandboxThrottled extends DomainError {
  readonly code = 'sandbox-throttled';
}

/** The stack does not fit: no such task definition, subnet or role. Trying again does not help. */
export class SandboxRefused extends DomainError {
  readonly code = 'sandbox-refused';
}

/** Subnets and what may pass there, by ids. */
interface Place {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** Where tasks run. */
export interface FargateOptions {
  readonly cluster: string;
  readonly taskDefinition: string;
  /** By the project's network policy; a stage may lack one. */
  readonly places: Readonly<Record<SandboxSpec['network'], Place | undefined>>;
  readonly capacity: 'FARGATE' | 'FARGATE_SPOT';
  /** Waits between two looks. @default a timer */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** The container of the task definition that the harness runs in. */
const container = 'agent';

/** What the task says of itself, by its last status; `DEACTIVATING` and later cannot be turned back. */
const statuses: Readonly<Record<string, SandboxStatus>> = {
  PROVISIONING: 'starting',
  PENDING: 'starting',
  ACTIVATING: 'starting',
  RUNNING: 'running',
};

/** A task that was just started may be unknown for a few seconds: ECS is eventually consistent. */
const looks = { times: 4, pauseMs: 1000 };

/** The port's part that needs no launching, for who only looks after sandboxes. */
export function fargateKeeper(
  client: ECSClient,
  { cluster, sleep = timer }: Pick<FargateOptions, 'cluster' | 'sleep'>,
): Pick<Sandboxes, 'status' | 'stop'> {
  const find = async (handle: string): Promise<Task | undefined> => {
    for (let look = 1; ; look += 1) {
      const { tasks } = await client.send(new DescribeTasksCommand({ cluster, tasks: [handle] }));
      if (tasks?.[0] || look === looks.times) return tasks?.[0];
      await sleep(looks.pauseMs);
    }
  };
  return {
    async status(handle) {
      const task = await find(handle);
      // Also a task that ECS gave up on before it started (`TaskFailedToStart`): it is on its way to STOPPED.
      if (!task || task.desiredStatus === 'STOPPED') return 'gone';
      return statuses[task.lastStatus ?? ''] ?? 'gone';
    },
    async stop(handle) {
      const command = new StopTaskCommand({ cluster, task: handle, reason: 'The run is over.' });
      await client.send(command).catch((error: unknown) => {
        // A task that ECS has forgotten; it keeps stopped ones for an hour.
        if (error instanceof InvalidParameterException && /not found/i.test(error.message)) return;
        throw error;
      });
    },
  };
}

/** Throws `SandboxCapacity`, `SandboxThrottled`, `SandboxRefused` from `launch`. */
export function createFargateSandboxes(client: ECSClient, options: FargateOptions): Sandboxes {
  return {
    ...fargateKeeper(client, options),
    networks: NetworkPolicy.options.filter((policy) => options.places[policy] !== undefined),
    async launch(spec) {
      const { tasks, failures } = await client.send(commandOf(spec, options)).catch((error: unknown) => {
        throw told(error);
      });
      const handle = tasks?.[0]?.taskArn;
      if (handle === undefined) throw refused(failures?.[0]);
      return handle;
    },
  };
}

function commandOf(spec: SandboxSpec, options: FargateOptions): RunTaskCommand {
  const { runId, attempt, gatewayUrl, token, network } = spec;
  const place = options.places[network];
  if (!place) throw new SandboxRefused(`There is no network for sandboxes of the policy ${network}.`);
  const { subnets, securityGroups } = place;
  const environment = Object.entries({
    OMOI_GATEWAY_URL: gatewayUrl,
    OMOI_RUN_ID: runId,
    OMOI_RUN_TOKEN: token,
  }).map(([name, value]) => ({ name, value }));
  return new RunTaskCommand({
    cluster: options.cluster,
    taskDefinition: options.taskDefinition,
    capacityProviderStrategy: [{ capacityProvider: options.capacity, weight: 1 }],
    // The same for the same run and attempt: asked twice, ECS answers with the first task.
    clientToken: `${runId}.${attempt}`,
    startedBy: runId,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...subnets],
        securityGroups: [...securityGroups],
        assignPublicIp: 'ENABLED',
      },
    },
    overrides: { containerOverrides: [{ name: container, environment }] },
  });
}

/** ECS tells capacity in three ways, and none of them is an exception of its own. */
const noRoom = /capacity is unavailable|RESOURCE:|limit on the number of (vCPUs|tasks)|Insufficient/i;

function refused(failure: Failure | undefined): DomainError {
  const reason = failure?.reason ?? 'ECS gave no reason';
  const data = { reason, arn: failure?.arn };
  if (noRoom.test(reason)) return new SandboxCapacity(`There is no room for a sandbox: ${reason}.`, data);
  return new SandboxRefused(`ECS refused the sandbox: ${reason}.`, data);
}

function told(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const cause = { cause: error };
  if (/Throttl|TooManyRequests|RequestLimit/.test(error.name) || /rate exceeded/i.test(error.message))
    return new SandboxThrottled('ECS was asked too often.', {}, cause);
  if (noRoom.test(error.message))
    return new SandboxCapacity(`There is no room for a sandbox: ${error.message}`, {}, cause);
  if (error instanceof ClientException || error instanceof InvalidParameterException)
    return new SandboxRefused(`ECS refused the sandbox: ${error.message}`, {}, cause);
  return error;
}

const timer = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
