import { z } from 'zod';
import { evaluate, QueryError } from './expression.ts';
import { type Json, tooLarge } from './json.ts';
import type {
  After,
  Bindings,
  MapState,
  ParallelState,
  Rule,
  State,
  TaskState,
  Template,
} from './machine.ts';
import { chooseRetrier, type Failure, matches, retryDelay } from './retry.ts';
import type { Thread } from './thread.ts';

/**
 * What a state wants, and where its outcome leads. No I/O, no clock, no randomness of its own: the same thread and the same
 * outcome give the same move, which is why a restart may ask again.
 */

export interface Frame {
  execution: { id: string; name: string; input: Json; startedAt: string };
  machine: string;
}

export type Outcome = { ok: true; result: Json } | ({ ok: false } & Failure);

/** What a state wants of the world now. */
export type Intent =
  | { kind: 'conclude'; outcome: Outcome; rule?: Rule | 'default' }
  | { kind: 'invoke'; target: string; payload: Json; timeout: number | null }
  | { kind: 'token'; target: string; payload: Json; timeout: number | null; heartbeat: number | null }
  | { kind: 'execute'; target: string; name: string | null; input: Json; timeout: number | null }
  | { kind: 'sleep'; until: string }
  | { kind: 'fork'; inputs: Json[]; limit: number };

/** Where an outcome leads. */
export type Move =
  | { kind: 'goto'; next: string; output: Json; variables: Thread['variables']; caught: Failure | null }
  | { kind: 'end'; output: Json }
  | { kind: 'retry'; retrier: number; delay: number; failure: Failure }
  | { kind: 'fail'; failure: Failure };

export function failed(error: string, cause: string): Outcome {
  // Step Functions cuts names at 256 and causes at 32,768 characters.
  return { ok: false, error: error.slice(0, 256), cause: cause.slice(0, 32_768) };
}

function bindingsOf(frame: Frame, thread: Thread, extra: Record<string, Json> = {}, item?: Json): Bindings {
  const { id, name, input, startedAt } = frame.execution;
  const token = thread.phase.kind === 'active' ? thread.phase.token : null;
  const context = {
    Execution: { Id: id, Name: name, Input: input, StartTime: startedAt },
    State: {
      Name: thread.state,
      EnteredTime: thread.enteredAt,
      RetryCount: thread.retries.reduce((sum, count) => sum + count, 0),
    },
    StateMachine: { Name: frame.machine, Id: `stateMachine:${frame.machine}` },
    ...(token === null ? {} : { Task: { Token: token } }),
    ...(item === undefined ? {} : { Map: { Item: item } }),
  };
  return { ...thread.variables, states: { input: thread.input, context, ...extra } };
}

/** A number that ASL reads as whole seconds or a count. */
async function count(template: Template, field: string, least: number, bindings: Bindings): Promise<number> {
  const value = z
    .number()
    .int()
    .min(least)
    .safeParse(await evaluate(template, bindings));
  if (!value.success) throw new QueryError(`${field} must be a whole number of at least ${least}`);
  return value.data;
}

async function text(template: Template, field: string, bindings: Bindings): Promise<string> {
  const value = await evaluate(template, bindings);
  if (typeof value !== 'string') throw new QueryError(`${field} must be a string`);
  return value;
}

async function seconds(template: Template | null, field: string, bindings: Bindings): Promise<number | null> {
  return template ? count(template, field, 1, bindings) : null;
}

async function planTask(state: TaskState, bindings: Bindings): Promise<Intent> {
  const timeout = await seconds(state.timeout, 'TimeoutSeconds', bindings);
  if (state.resource === 'execute') {
    const name = state.name ? await text(state.name, 'Arguments.Name', bindings) : null;
    const input = await evaluate(state.input, bindings);
    return bounded(input) ?? { kind: 'execute', target: state.target, name, input, timeout };
  }
  const payload = await evaluate(state.payload, bindings);
  const refusal = bounded(payload);
  if (refusal) return refusal;
  if (state.resource === 'invoke') return { kind: 'invoke', target: state.target, payload, timeout };
  const heartbeat = await seconds(state.heartbeat, 'HeartbeatSeconds', bindings);
  return { kind: 'token', target: state.target, payload, timeout, heartbeat };
}

function bounded(value: Json): Intent | null {
  if (!tooLarge(value)) return null;
  return {
    kind: 'conclude',
    outcome: failed('States.DataLimitExceeded', 'The input of the task is over 256 KB'),
  };
}

async function planMap(state: MapState, frame: Frame, thread: Thread): Promise<Intent> {
  const bindings = bindingsOf(frame, thread);
  const items = state.items ? await evaluate(state.items, bindings) : thread.input;
  if (!Array.isArray(items)) throw new QueryError('Items must be an array');
  const { selector } = state;
  const inputs = selector
    ? await Promise.all(
        items.map((Value, Index) => evaluate(selector, bindingsOf(frame, thread, {}, { Index, Value }))),
      )
    : items;
  return { kind: 'fork', inputs, limit: await count(state.limit, 'MaxConcurrency', 0, bindings) };
}

async function planParallel(state: ParallelState, thread: Thread, bindings: Bindings): Promise<Intent> {
  const input = state.argument ? await evaluate(state.argument, bindings) : thread.input;
  return { kind: 'fork', inputs: state.branches.map(() => input), limit: 0 };
}

async function plan(state: State, frame: Frame, thread: Thread): Promise<Intent> {
  const bindings = bindingsOf(frame, thread);
  switch (state.type) {
    case 'Task':
      return planTask(state, bindings);
    case 'Map':
      return planMap(state, frame, thread);
    case 'Parallel':
      return planParallel(state, thread, bindings);
    case 'Pass':
    case 'Succeed':
      return { kind: 'conclude', outcome: { ok: true, result: thread.input } };
    case 'Fail': {
      const [error, cause] = [
        await text(state.error, 'Error', bindings),
        await text(state.cause, 'Cause', bindings),
      ];
      return { kind: 'conclude', outcome: failed(error, cause) };
    }
    case 'Wait': {
      if (state.unit === 'timestamp') {
        const until = Date.parse(await text(state.until, 'Timestamp', bindings));
        if (Number.isNaN(until)) throw new QueryError('Timestamp is no instant');
        return { kind: 'sleep', until: new Date(until).toISOString() };
      }
      const wait = await count(state.until, 'Seconds', 0, bindings);
      const from = thread.phase.kind === 'active' ? thread.phase.startedAt : thread.enteredAt;
      return { kind: 'sleep', until: later(from, wait * 1000) };
    }
    case 'Choice': {
      for (const rule of state.rules) {
        const holds = await evaluate(rule.condition, bindings);
        if (typeof holds !== 'boolean') throw new QueryError('a Condition must give true or false');
        if (holds) return { kind: 'conclude', outcome: { ok: true, result: thread.input }, rule };
      }
      if (state.otherwise === null)
        return {
          kind: 'conclude',
          outcome: failed('States.NoChoiceMatched', `No choice of ${thread.state} matched`),
        };
      return { kind: 'conclude', outcome: { ok: true, result: thread.input }, rule: 'default' };
    }
    default:
      return state satisfies never;
  }
}

export function later(at: string, milliseconds: number): string {
  return new Date(Date.parse(at) + milliseconds).toISOString();
}

/** What the thread's state wants now; an expression that fails is an outcome like any other. */
export async function begin(state: State, frame: Frame, thread: Thread): Promise<Intent> {
  try {
    return await plan(state, frame, thread);
  } catch (error) {
    if (error instanceof QueryError) return { kind: 'conclude', outcome: failed(error.name, error.message) };
    throw error;
  }
}

async function applyAfter(after: After, natural: Json, thread: Thread, bindings: Bindings) {
  const assigned = await Promise.all(
    after.assign.map(async ([name, value]) => [name, await evaluate(value, bindings)] as const),
  );
  const output = after.output ? await evaluate(after.output, bindings) : natural;
  return { output, variables: { ...thread.variables, ...Object.fromEntries(assigned) } };
}

function limited<M extends { output: Json; variables: Thread['variables'] }>(move: M): M | Failure {
  if (!tooLarge(move.output) && !tooLarge(move.variables)) return move;
  return {
    error: 'States.DataLimitExceeded',
    cause: 'The output or the variables of the state are over 256 KB',
  };
}

async function succeedWith(
  state: State,
  frame: Frame,
  thread: Thread,
  result: Json,
  rule: Rule | 'default' | undefined,
): Promise<Move | Failure> {
  if (state.type === 'Fail') return { error: 'States.Runtime', cause: 'A Fail state cannot succeed' };
  const withResult = state.type === 'Task' || state.type === 'Map' || state.type === 'Parallel';
  const bindings = bindingsOf(frame, thread, withResult ? { result } : {});
  const after = rule !== undefined && rule !== 'default' ? rule : state;
  const done = limited(await applyAfter(after, result, thread, bindings));
  if ('error' in done) return done;
  const next = nextOf(state, rule);
  return next === null ? { kind: 'end', output: done.output } : { kind: 'goto', next, ...done, caught: null };
}

function nextOf(state: Exclude<State, { type: 'Fail' }>, rule: Rule | 'default' | undefined): string | null {
  if (state.type === 'Choice') return rule === undefined || rule === 'default' ? state.otherwise : rule.next;
  return state.type === 'Succeed' ? null : state.next;
}

async function failWith(
  state: State,
  frame: Frame,
  thread: Thread,
  failure: Failure,
  random: () => number,
): Promise<Move> {
  if (!('retry' in state)) return { kind: 'fail', failure };
  const chosen = chooseRetrier(state.retry, failure.error, thread.retries);
  if (chosen) {
    const delay = retryDelay(chosen.retrier, chosen.used, random);
    return { kind: 'retry', retrier: chosen.index, delay, failure };
  }
  const catcher = state.catch.find((one) => matches(one.errors, failure.error));
  if (!catcher) return { kind: 'fail', failure };
  const errorOutput = { Error: failure.error, Cause: failure.cause };
  const bindings = bindingsOf(frame, thread, { errorOutput });
  const done = await guarded(async () => limited(await applyAfter(catcher, errorOutput, thread, bindings)));
  if ('error' in done) return { kind: 'fail', failure: done };
  return { kind: 'goto', next: catcher.next, ...done, caught: failure };
}

/** An expression that fails here fails the state; anything else is ours. */
async function guarded<T extends object>(work: () => Promise<T | Failure>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof QueryError) return { error: error.name, cause: error.message };
    throw error;
  }
}

/** Where an outcome leads. `rule` is the one that a Choice took. */
export async function settle(
  state: State,
  frame: Frame,
  thread: Thread,
  outcome: Outcome,
  random: () => number,
  rule?: Rule | 'default',
): Promise<Move> {
  if (!outcome.ok) return failWith(state, frame, thread, outcome, random);
  const { result } = outcome;
  const move = tooLarge(result)
    ? { error: 'States.DataLimitExceeded', cause: 'The result of the state is over 256 KB' }
    : await guarded(() => succeedWith(state, frame, thread, result, rule));
  return 'error' in move ? failWith(state, frame, thread, move, random) : move;
}
