import { DomainError } from '#core/errors.ts';

/** One complaint about a definition: where (`States.Build.Retry[0].ErrorEquals`) and what. */
export interface Issue {
  path: string;
  message: string;
}

/** A definition that this interpreter will not run; `data.issues` lists every reason. */
export class InvalidMachine extends DomainError {
  readonly code = 'invalid-machine';

  constructor(machine: string, issues: readonly Issue[]) {
    const lines = issues.map((issue) => `${issue.path || '(top)'}: ${issue.message}`);
    super(`State machine ${machine} cannot be loaded:\n  ${lines.join('\n  ')}`, { machine, issues });
  }
}

/** No machine of this name was given to the interpreter. */
export class UnknownMachine extends DomainError {
  readonly code = 'unknown-machine';
}

/** No execution has this name. */
export class UnknownExecution extends DomainError {
  readonly code = 'unknown-execution';
}

/** The name was used by an execution of another machine or with another input; a name can exist once, for ever. */
export class ExecutionAlreadyExists extends DomainError {
  readonly code = 'execution-already-exists';
}

/** The name breaks the rule of Step Functions: 1 to 80 letters, digits and `_ . + @ = -`. */
export class InvalidExecutionName extends DomainError {
  readonly code = 'invalid-execution-name';
}

/** Input above 256 KiB. */
export class InputTooLarge extends DomainError {
  readonly code = 'input-too-large';
}

/** This token was never issued. */
export class UnknownTaskToken extends DomainError {
  readonly code = 'unknown-task-token';
}

/** The task behind the token ended without an answer: it timed out, failed, or its execution was stopped. */
export class TaskTokenClosed extends DomainError {
  readonly code = 'task-token-closed';
}

/** The token was answered before, and differently; the first answer stands. */
export class TaskTokenAnswered extends DomainError {
  readonly code = 'task-token-answered';
}

/** The interpreter was closed; another one may go on with the same database. */
export class StatesClosed extends DomainError {
  readonly code = 'states-closed';
}

/** A stored thread names a state that the loaded definition has not. */
export class MissingState extends DomainError {
  readonly code = 'missing-state';
}
