import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createExecutions, transitionsIn } from '#adapters/stepfunctions/history.ts';

const states = mockClient(SFNClient);
const arn = (name: string) => `arn:aws:states:eu-west-1:1:stateMachine:${name}`;
const machines = { ticket: arn('ticket'), phase: arn('phase'), task: arn('task'), monitor: arn('monitor') };
const executions = createExecutions(new SFNClient({ region: 'eu-west-1' }), machines);
beforeEach(() => states.reset());

let id = 0;
const event = (type: HistoryEvent['type'], more: Partial<HistoryEvent> = {}): HistoryEvent => ({
  id: ++id,
  type,
  timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, id)),
  ...more,
});
const entered = (name: string, input = '{}') =>
  event('TaskStateEntered', { stateEnteredEventDetails: { name, input } });
const exited = (name: string, output = '{}') =>
  event('TaskStateExited', { stateExitedEventDetails: { name, output } });
const scheduled = () => event('TaskScheduled');
const failed = (error: string) =>
  event('TaskFailed', { taskFailedEventDetails: { resourceType: 'lambda', resource: 'invoke', error } });

describe('transitions of a history', () => {
  it('are one a visit: succeeded, retried, caught, failed', () => {
    const events = [
      ...[event('ExecutionStarted'), entered('A', '{"n":1}'), scheduled(), exited('A', '{"n":2}')],
      ...[entered('B'), scheduled(), failed('StoreUnavailable'), scheduled(), exited('B')],
      ...[entered('C'), scheduled(), failed('NotFound'), exited('C'), entered('D')],
      event('ExecutionFailed', { executionFailedEventDetails: { error: 'Broken' } }),
    ];
    expect(
      transitionsIn('x', events).map(({ seq, state, kind, error }) => [seq, state, kind, error]),
    ).toEqual([
      [1, 'A', 'succeeded', null],
      [2, 'B', 'retried', 'StoreUnavailable'],
      [3, 'B', 'succeeded', null],
      [4, 'C', 'caught', 'NotFound'],
      [5, 'D', 'failed', 'Broken'],
    ]);
  });

  it('come with those of the executions that were waited for, over all pages', async () => {
    const child = 'arn:aws:states:eu-west-1:1:execution:phase:ticket-1-Explore';
    states
      .on(GetExecutionHistoryCommand, {
        executionArn: 'arn:aws:states:eu-west-1:1:execution:ticket:ticket-1',
      })
      .resolvesOnce({ events: [entered('Explore')], nextToken: 'n' })
      .resolvesOnce({
        events: [
          event('TaskSubmitted', {
            taskSubmittedEventDetails: {
              resourceType: 'states',
              resource: 'startExecution.sync:2',
              output: JSON.stringify({ ExecutionArn: child }),
            },
          }),
          exited('Explore'),
        ],
      });
    states
      .on(GetExecutionHistoryCommand, { executionArn: child })
      .resolves({ events: [entered('Run'), exited('Run')] });
    const found = await executions.transitions('ticket', 'ticket-1');
    expect(found.map(({ execution, state }) => `${execution} ${state}`)).toEqual([
      'ticket-1 Explore',
      'ticket-1-Explore Run',
    ]);
  });

  it('are none where there is no execution', async () => {
    states.on(GetExecutionHistoryCommand).rejects(new ExecutionDoesNotExist({ $metadata: {}, message: '' }));
    expect(await executions.transitions('ticket', 'ticket-1')).toEqual([]);
  });
});

it.each([
  ['RUNNING', 'running'],
  ['SUCCEEDED', 'over'],
  ['ABORTED', 'over'],
] as const)('an execution that is %s counts as %s', async (status, standing) => {
  states.on(DescribeExecutionCommand).resolves({ status });
  expect(await executions.standing('ticket', 'ticket-1')).toBe(standing);
});

it('an execution that Step Functions does not know is unknown', async () => {
  states.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist({ $metadata: {}, message: '' }));
  expect(await executions.standing('ticket', 'ticket-1')).toBe('unknown');
});
