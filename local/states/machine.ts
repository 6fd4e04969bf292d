import type { Retrier } from './definition.ts';
import type { Json } from './json.ts';

/** A loaded machine: what the definition says, with its expressions compiled and its names checked. */

export type Bindings = Readonly<Record<string, unknown>>;

/** A JSON value with holes for expressions. */
export type Template =
  | { kind: 'literal'; value: Json }
  | { kind: 'expression'; source: string; run: (bindings: Bindings) => Promise<unknown> }
  | { kind: 'array'; items: readonly Template[] }
  | { kind: 'object'; fields: readonly (readonly [string, Template])[] };

export type Assign = readonly (readonly [string, Template])[];

/** What a state says of its outcome; `output` null keeps the natural one (result, or input). */
export interface After {
  assign: Assign;
  output: Template | null;
}

export interface Catcher extends After {
  errors: readonly string[];
  next: string;
}

/** What a failing state may try before it fails. */
export interface Guards {
  retry: readonly Retrier[];
  catch: readonly Catcher[];
}

/** Where it goes on; null ends the block. */
interface Onward extends After {
  next: string | null;
}

export interface InvokeState extends Onward, Guards {
  type: 'Task';
  resource: 'invoke';
  target: string;
  payload: Template;
  timeout: Template | null;
}
export interface TokenState extends Onward, Guards {
  type: 'Task';
  resource: 'token';
  target: string;
  payload: Template;
  timeout: Template | null;
  heartbeat: Template | null;
}
export interface ExecuteState extends Onward, Guards {
  type: 'Task';
  resource: 'execute';
  target: string;
  name: Template | null;
  input: Template;
  timeout: Template | null;
}
export type TaskState = InvokeState | TokenState | ExecuteState;
export interface Rule extends After {
  condition: Template;
  next: string;
}
export interface ChoiceState extends After {
  type: 'Choice';
  rules: readonly Rule[];
  otherwise: string | null;
}
export interface PassState extends Onward {
  type: 'Pass';
}
export interface WaitState extends Onward {
  type: 'Wait';
  unit: 'seconds' | 'timestamp';
  until: Template;
}
export interface SucceedState extends After {
  type: 'Succeed';
}
export interface FailState {
  type: 'Fail';
  error: Template;
  cause: Template;
}
export interface MapState extends Onward, Guards {
  type: 'Map';
  items: Template | null;
  selector: Template | null;
  limit: Template;
  processor: Block;
}
export interface ParallelState extends Onward, Guards {
  type: 'Parallel';
  argument: Template | null;
  branches: readonly Block[];
}
export type State =
  | TaskState
  | ChoiceState
  | PassState
  | WaitState
  | SucceedState
  | FailState
  | MapState
  | ParallelState;

export interface Block {
  startAt: string;
  states: ReadonlyMap<string, State>;
}

export interface Machine {
  name: string;
  root: Block;
  /** Seconds that a whole execution may take; null is for ever. */
  timeout: number | null;
  /** Names of functions and machines that its tasks call. */
  functions: ReadonlySet<string>;
  machines: ReadonlySet<string>;
}
