/** The port to whatever runs the state machines: Step Functions, or the interpreter on one machine. */

/** The machines there are. */
export type Machine = 'ticket' | 'phase' | 'task' | 'monitor';

/** Starts, answers and stops executions. */
export interface Workflow {
  /** Starts an execution; a name can exist once. Started before with the same input: nothing happens. */
  start(machine: Machine, name: string, input: Readonly<Record<string, unknown>>): Promise<void>;
  /** Answers a waiting task. Harmless when that token was answered, timed out or was stopped. */
  succeed(token: string, output: Readonly<Record<string, unknown>>): Promise<void>;
  /** Fails a waiting task by error name. As harmless as `succeed`. */
  fail(token: string, error: string, cause: string): Promise<void>;
  /** Says that whoever works on the token is alive. Harmless when nobody waits. */
  heartbeat(token: string): Promise<void>;
  /** Stops an execution and those it started. Harmless when it is over or was never started. */
  stop(name: string, cause: string): Promise<void>;
}

/** What every Task state hands to a step: its verb, its idempotency key and the ids it is about. */
export interface StepInput {
  readonly step: string;
  readonly key: string;
  readonly token?: string;
}
