/** What executions went through, read from Step Functions: one transition a visit of a state, as the interpreter keeps them. */
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import type { TransitionView } from '#core/api/views.ts';
import type { Machine } from '#core/workflow.ts';
import { executionArn, type MachineArns } from './workflow.ts';

/** How an execution stands; `unknown` when there is none of the name, or it ended more than 90 days ago. */
export type Standing = 'running' | 'over' | 'unknown';

/** Reading executions. */
export interface Executions {
  standing(machine: Machine, name: string): Promise<Standing>;
  /** Transitions of an execution and of those that it started and waited for, in order; empty when there is none. */
  transitions(machine: Machine, name: string): Promise<TransitionView[]>;
}

/** Executions of the stack's state machines. */
export function createExecutions(client: SFNClient, machines: MachineArns): Executions {
  const read = async (arn: string): Promise<TransitionView[]> => {
    const events = await historyOf(client, arn);
    const children = await Promise.all(childrenOf(events).map(read));
    return [...transitionsIn(arn.split(':').at(-1) ?? arn, events), ...children.flat()];
  };
  return {
    async standing(machine, name) {
      try {
        const arn = executionArn(machines[machine], name);
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
        return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'running' : 'over';
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return 'unknown';
        throw error;
      }
    },
    transitions: (machine, name) => read(executionArn(machines[machine], name)),
  };
}

async function historyOf(client: SFNClient, arn: string): Promise<HistoryEvent[]> {
  const all: HistoryEvent[] = [];
  let nextToken: string | undefined;
  try {
    do {
      const page = await client.send(
        new GetExecutionHistoryCommand({
          executionArn: arn,
          maxResults: 1000,
          ...(nextToken && { nextToken }),
        }),
      );
      all.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
  }
  return all;
}

const Started = z.looseObject({ ExecutionArn: z.string() });

/** Executions that a state started and waits for. */
function childrenOf(events: readonly HistoryEvent[]): string[] {
  return events.flatMap(({ taskSubmittedEventDetails: submitted }) => {
    if (submitted?.resourceType !== 'states') return [];
    const started = Started.safeParse(parsed(submitted.output));
    return started.success ? [started.data.ExecutionArn] : [];
  });
}

interface Visit {
  readonly state: string;
  readonly input: unknown;
  /** What went wrong since the last try. */
  error: string | null;
}

/** Folds the events of one execution, none of whose states run side by side. */
export function transitionsIn(execution: string, events: readonly HistoryEvent[]): TransitionView[] {
  const done: TransitionView[] = [];
  let visit: Visit | null = null;
  for (const event of events) {
    const at = (event.timestamp ?? new Date(0)).toISOString();
    const note = (kind: string, output: unknown, error: string | null): void => {
      if (visit === null) return;
      const { state, input } = visit;
      done.push({ execution, seq: done.length + 1, state, kind, at, input, output, error });
    };
    const failure = failureOf(event);
    if (event.stateEnteredEventDetails) {
      const { name = '', input } = event.stateEnteredEventDetails;
      visit = { state: name, input: parsed(input), error: null };
    } else if (event.stateExitedEventDetails) {
      const output = parsed(event.stateExitedEventDetails.output);
      note(visit?.error ? 'caught' : 'succeeded', output, visit?.error ?? null);
      visit = null;
    } else if (event.type === 'TaskScheduled' && visit?.error) {
      note('retried', null, visit.error);
      visit.error = null;
    } else if (failure !== null && event.type?.startsWith('Execution')) {
      note('failed', null, failure);
    } else if (failure !== null && visit) {
      visit.error = failure;
    }
  }
  return done;
}

/** The name of the error that an event tells of, or null. */
function failureOf(event: HistoryEvent): string | null {
  const told =
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskStartFailedEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.executionFailedEventDetails ??
    event.executionTimedOutEventDetails ??
    event.executionAbortedEventDetails;
  return told ? (told.error ?? 'Failed') : null;
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? null : JSON.parse(text);
}
