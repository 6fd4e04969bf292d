import {
  DescribeTasksCommand,
  ECSClient,
  InvalidParameterException,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFargateSandboxes } from '#adapters/ecs/sandboxes.ts';
import { newId } from '#adapters/ids/ids.ts';

const ecs = mockClient(ECSClient);
const handle = 'arn:aws:ecs:eu-west-1:1:task/c/1';
let slept = 0;
const sandboxes = createFargateSandboxes(new ECSClient({ region: 'eu-west-1', maxAttempts: 1 }), {
  cluster: 'c',
  taskDefinition: 'sandbox',
  places: {
    registries: { subnets: ['a'], securityGroups: ['sg-a'] },
    open: { subnets: ['b'], securityGroups: ['sg-b'] },
    none: { subnets: ['c'], securityGroups: ['sg-c'] },
  },
  capacity: 'FARGATE_SPOT',
  sleep: async () => {
    slept += 1;
  },
});
const spec = {
  runId: newId('run'),
  attempt: 2,
  gatewayUrl: 'https://g/run',
  token: 'jwt',
  network: 'open',
} as const;
beforeEach(() => {
  ecs.reset();
  slept = 0;
});

/** An error as the SDK makes one of what ECS answers. */
const refusal = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('launching', () => {
  it.each([
    ['registries', 'a', 'sg-a'],
    ['open', 'b', 'sg-b'],
    ['none', 'c', 'sg-c'],
  ] as const)('places a task of the policy %s in its own network', async (network, subnet, group) => {
    ecs.on(RunTaskCommand).resolves({ tasks: [{ taskArn: handle }] });
    await sandboxes.launch({ ...spec, network });
    const input = ecs.commandCalls(RunTaskCommand)[0]?.args[0].input;
    expect(input?.networkConfiguration?.awsvpcConfiguration).toMatchObject({
      subnets: [subnet],
      securityGroups: [group],
    });
  });

  it('refuses a policy that the stage has no network for, and asks ECS for nothing', async () => {
    const few = createFargateSandboxes(new ECSClient({ region: 'eu-west-1' }), {
      ...{ cluster: 'c', taskDefinition: 'sandbox', capacity: 'FARGATE' },
      places: { registries: { subnets: ['a'], securityGroups: ['sg-a'] }, open: undefined, none: undefined },
    });
    expect([few.networks, sandboxes.networks]).toEqual([['registries'], ['registries', 'open', 'none']]);
    await expect(few.launch(spec)).rejects.toMatchObject({
      ...{ code: 'sandbox-refused', message: 'There is no network for sandboxes of the policy open.' },
    });
    expect(ecs.calls()).toEqual([]);
  });

  it('gives the task three variables, and a token of run and attempt', async () => {
    ecs.on(RunTaskCommand).resolves({ tasks: [{ taskArn: handle }] });
    expect(await sandboxes.launch(spec)).toBe(handle);
    const input = ecs.commandCalls(RunTaskCommand)[0]?.args[0].input;
    expect(input?.clientToken).toBe(`${spec.runId}.2`);
    expect(input?.clientToken?.length).toBeLessThanOrEqual(64);
    expect(input?.overrides?.containerOverrides?.[0]?.environment?.map(({ name }) => name)).toEqual([
      'OMOI_GATEWAY_URL',
      'OMOI_RUN_ID',
      'OMOI_RUN_TOKEN',
    ]);
  });

  it.each([
    ['RESOURCE:MEMORY', 'sandbox-capacity'],
    ['Capacity is unavailable at this time. Please try again later', 'sandbox-capacity'],
    ['MISSING', 'sandbox-refused'],
  ])('tells a failure %s as %s', async (reason, code) => {
    ecs.on(RunTaskCommand).resolves({ tasks: [], failures: [{ reason }] });
    await expect(sandboxes.launch(spec)).rejects.toMatchObject({ code });
  });

  it.each([
    ['ThrottlingException', 'Rate exceeded', 'sandbox-throttled'],
    ['ClientException', "You've reached the limit on the number of vCPUs you can run", 'sandbox-capacity'],
    ['TooManyRequestsException', 'slow down', 'sandbox-throttled'],
  ])('tells %s (%s) as %s', async (name, message, code) => {
    ecs.on(RunTaskCommand).rejects(refusal(name, message));
    await expect(sandboxes.launch(spec)).rejects.toMatchObject({ code });
  });

  it('tells a task definition that is not there as refused', async () => {
    ecs
      .on(RunTaskCommand)
      .rejects(new InvalidParameterException({ $metadata: {}, message: 'TaskDefinition not found.' }));
    await expect(sandboxes.launch(spec)).rejects.toMatchObject({ code: 'sandbox-refused' });
  });
});

describe('looking', () => {
  it.each([
    ['PROVISIONING', 'RUNNING', 'starting'],
    ['PENDING', 'RUNNING', 'starting'],
    ['RUNNING', 'RUNNING', 'running'],
    ['RUNNING', 'STOPPED', 'gone'],
    ['PENDING', 'STOPPED', 'gone'],
    ['DEPROVISIONING', 'STOPPED', 'gone'],
    ['STOPPED', 'STOPPED', 'gone'],
  ])('finds a task that is %s and should be %s to be %s', async (lastStatus, desiredStatus, status) => {
    ecs.on(DescribeTasksCommand).resolves({ tasks: [{ lastStatus, desiredStatus }] });
    expect(await sandboxes.status(handle)).toBe(status);
  });

  it('waits a moment for a task that ECS does not know yet', async () => {
    ecs
      .on(DescribeTasksCommand)
      .resolvesOnce({ tasks: [], failures: [{ reason: 'MISSING' }] })
      .resolves({ tasks: [{ lastStatus: 'PENDING', desiredStatus: 'RUNNING' }] });
    expect(await sandboxes.status(handle)).toBe('starting');
  });

  it('takes a task that stays unknown for gone', async () => {
    ecs.on(DescribeTasksCommand).resolves({ tasks: [], failures: [{ reason: 'MISSING' }] });
    expect(await sandboxes.status(handle)).toBe('gone');
    expect(slept).toBe(3);
  });
});

describe('stopping', () => {
  it('is harmless when ECS has forgotten the task', async () => {
    ecs
      .on(StopTaskCommand)
      .rejects(
        new InvalidParameterException({ $metadata: {}, message: 'The referenced task was not found.' }),
      );
    await sandboxes.stop(handle);
    expect(ecs.calls()).toHaveLength(1);
  });

  it('tells every other error', async () => {
    ecs.on(StopTaskCommand).rejects(new Error('AccessDenied'));
    await expect(sandboxes.stop(handle)).rejects.toThrow('AccessDenied');
  });
});
