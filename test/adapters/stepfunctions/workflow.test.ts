import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createStepFunctions, executionArn } from '#adapters/stepfunctions/workflow.ts';

const states = mockClient(SFNClient);
const arn = (name: string) => `arn:aws:states:eu-west-1:1:stateMachine:omoios-${name}`;
const machines = { ticket: arn('ticket'), phase: arn('phase'), task: arn('task'), monitor: arn('monitor') };
const workflow = createStepFunctions(new SFNClient({ region: 'eu-west-1' }), machines);
const about = { $metadata: {}, message: 'no' };

beforeEach(() => states.reset());

describe('starting an execution', () => {
  it('names it, at its machine', async () => {
    states.on(StartExecutionCommand).resolves({});
    await workflow.start('ticket', 'ticket-1', { ticketId: '1' });
    expect(states.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: machines.ticket,
      name: 'ticket-1',
      input: '{"ticketId":"1"}',
    });
  });

  it('again with the same input does nothing, also when the first one is over', async () => {
    states.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists(about));
    states.on(DescribeExecutionCommand).resolves({ input: '{"b":2,"a":1}', status: 'SUCCEEDED' });
    await workflow.start('task', 'task-1', { a: 1, b: 2 });
    expect(states.commandCalls(DescribeExecutionCommand)[0]?.args[0].input).toEqual({
      executionArn: 'arn:aws:states:eu-west-1:1:execution:omoios-task:task-1',
    });
  });

  it('again with another input is refused', async () => {
    states.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists(about));
    states.on(DescribeExecutionCommand).resolves({ input: '{"a":2}' });
    await expect(workflow.start('task', 'task-1', { a: 1 })).rejects.toMatchObject({ code: 'key-reused' });
  });

  it('tells every other error', async () => {
    states.on(StartExecutionCommand).rejects(new Error('AccessDenied'));
    await expect(workflow.start('task', 'task-1', {})).rejects.toThrow('AccessDenied');
  });
});

describe('answering a token', () => {
  it.each([InvalidToken, TaskDoesNotExist, TaskTimedOut])('is harmless after %o', async (Gone) => {
    states.on(SendTaskSuccessCommand).rejects(new Gone(about));
    states.on(SendTaskFailureCommand).rejects(new Gone(about));
    states.on(SendTaskHeartbeatCommand).rejects(new Gone(about));
    await workflow.succeed('t', {});
    await workflow.fail('t', 'E', 'c');
    await workflow.heartbeat('t');
    expect(states.calls()).toHaveLength(3);
  });

  it('tells every other error', async () => {
    states.on(SendTaskSuccessCommand).rejects(new Error('no network'));
    await expect(workflow.succeed('t', {})).rejects.toThrow('no network');
  });

  it('cuts error and cause to what Step Functions takes', async () => {
    states.on(SendTaskFailureCommand).resolves({});
    await workflow.fail('t', 'E'.repeat(300), 'c'.repeat(40_000));
    const { error, cause } = states.commandCalls(SendTaskFailureCommand)[0]?.args[0].input ?? {};
    expect([error?.length, cause?.length]).toEqual([256, 32_768]);
  });
});

describe('stopping an execution', () => {
  it('finds the machine by the name', async () => {
    states.on(StopExecutionCommand).resolves({});
    await workflow.stop('ticket-ticket_01', 'cancelled');
    expect(states.commandCalls(StopExecutionCommand)[0]?.args[0].input).toMatchObject({
      executionArn: executionArn(machines.ticket, 'ticket-ticket_01'),
    });
  });

  it('is harmless when there is none', async () => {
    states.on(StopExecutionCommand).rejects(new ExecutionDoesNotExist(about));
    await workflow.stop('task-task_01-1', 'x');
    expect(states.calls()).toHaveLength(1);
  });

  it('refuses a name that no machine gives', async () => {
    await expect(workflow.stop('else-1', 'x')).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
