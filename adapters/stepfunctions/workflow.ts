/** The workflow port on Step Functions. Throttling and server errors are retried by the SDK; what comes here is final. */
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { InvalidInput, KeyReused } from '#core/errors.ts';
import { canonical } from '#core/spec/document.ts';
import type { Machine, Workflow } from '#core/workflow.ts';

/** The ARN of each state machine. */
export type MachineArns = Readonly<Record<Machine, string>>;

/** What Step Functions takes at most of an error's name and of its cause, in characters. */
const longest = { error: 256, cause: 32_768 };

/** Nobody waits for the token any more; the port calls that harmless. */
function nobodyWaits(error: unknown): void {
  const over = [InvalidToken, TaskDoesNotExist, TaskTimedOut].some((kind) => error instanceof kind);
  if (!over) throw error;
}

/** The part of the port that answers tokens, for functions that start nothing. */
export function answering(client: SFNClient): Pick<Workflow, 'succeed' | 'fail' | 'heartbeat'> {
  return {
    succeed: async (taskToken, output) => {
      const command = new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) });
      await client.send(command).catch(nobodyWaits);
    },
    fail: async (taskToken, error, cause) => {
      const told = { error: error.slice(0, longest.error), cause: cause.slice(0, longest.cause) };
      await client.send(new SendTaskFailureCommand({ taskToken, ...told })).catch(nobodyWaits);
    },
    heartbeat: async (taskToken) => {
      await client.send(new SendTaskHeartbeatCommand({ taskToken })).catch(nobodyWaits);
    },
  };
}

/** The whole port. `start` throws `KeyReused` when the name was used with another input. */
export function createStepFunctions(client: SFNClient, machines: MachineArns): Workflow {
  return {
    ...answering(client),
    start: async (machine, name, input) => {
      const text = JSON.stringify(input);
      const command = new StartExecutionCommand({ stateMachineArn: machines[machine], name, input: text });
      await client.send(command).catch(async (error: unknown) => {
        // Step Functions itself takes a repetition only while the execution runs; one that is over is found here.
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
        await sameInput(client, executionArn(machines[machine], name), input);
      });
    },
    stop: async (name, cause) => {
      const arn = executionArn(machines[machineOf(name)], name);
      const told = { error: 'Stopped', cause: cause.slice(0, longest.cause) };
      await client.send(new StopExecutionCommand({ executionArn: arn, ...told })).catch((error: unknown) => {
        if (!(error instanceof ExecutionDoesNotExist)) throw error;
      });
    },
  };
}

async function sameInput(
  client: SFNClient,
  arn: string,
  input: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { input: first } = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
  if (canonical(JSON.parse(first ?? 'null')) === canonical(input)) return;
  throw new KeyReused('An execution of this name was started with another input.', { execution: arn });
}

/** `arn:…:stateMachine:<machine>` and a name make `arn:…:execution:<machine>:<name>`. */
export function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** Names of executions that are stopped begin with their machine: `ticket-…`, `task-…`. Children end with their parent. */
function machineOf(name: string): Machine {
  const [prefix] = name.split('-');
  if (prefix === 'ticket' || prefix === 'task' || prefix === 'monitor') return prefix;
  throw new InvalidInput(`No state machine starts executions with a name like ${name}.`);
}
