import type { Workflow } from '#core/workflow.ts';
import { TaskTokenAnswered, TaskTokenClosed, UnknownExecution, UnknownTaskToken } from './states/errors.ts';
import { toJson } from './states/json.ts';
import type { States } from './states/ports.ts';

/** Answers to tokens that nobody waits for any more; the port calls them harmless. */
function harmless(error: unknown): void {
  if (error instanceof TaskTokenAnswered || error instanceof TaskTokenClosed) return;
  if (error instanceof UnknownTaskToken || error instanceof UnknownExecution) return;
  throw error;
}

/** The workflow port on the interpreter of this machine. */
export function localWorkflow(states: States): Workflow {
  return {
    start: async (machine, name, input) => {
      await states.start(machine, name, toJson(input));
    },
    succeed: async (token, output) => {
      await states.succeed(token, toJson(output)).catch(harmless);
    },
    fail: async (token, error, cause) => {
      await states.fail(token, error, cause).catch(harmless);
    },
    heartbeat: async (token) => {
      await states.heartbeat(token).catch(harmless);
    },
    stop: async (name, cause) => {
      await states.stop(name, 'Stopped', cause).catch(harmless);
    },
  };
}
