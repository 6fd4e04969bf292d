import { createHash } from 'node:crypto';
import type { Ending } from '#adapters/postgres/queries/states/end-execution.ts';
import { readExecution } from '#adapters/postgres/queries/states/read-execution.ts';
import type { ExecutionRow } from '#adapters/postgres/queries/states/rows.ts';
import { failed, type Intent, later, type Outcome } from './advance.ts';
import type { Execution } from './execution.ts';
import type { Json } from './json.ts';
import { firstThread, inPhase, type Thread } from './thread.ts';

/** One attempt at a Task: the call, the wait for a token, the execution started. Each ends in `conclude`, once. */

/** The rule of Step Functions for names, without the characters that shells and URLs trip over. */
export const executionName = /^[A-Za-z0-9_.+@=-]{1,80}$/;

type TaskIntent = Extract<Intent, { kind: 'invoke' | 'token' | 'execute' }>;
type Conclude = (outcome: Outcome) => void;

/** As Lambda reports it: the class of what was thrown, and its message. */
export function failureOf(error: unknown): Outcome {
  if (!(error instanceof Error)) return failed('Error', String(error));
  const name = error.name === 'Error' ? error.constructor.name : error.name;
  return failed(name, error.message);
}

export async function attempt(execution: Execution, thread: Thread, intent: TaskIntent): Promise<void> {
  const current = execution.mark(thread);
  const conclude: Conclude = (outcome) =>
    execution.enqueue(async () => {
      const now = current();
      if (now) await execution.conclude(now, outcome);
    });
  switch (intent.kind) {
    case 'invoke':
      return invoke(execution, thread, intent, conclude);
    case 'token':
      return hand(execution, thread, intent, conclude, current);
    case 'execute':
      return execute(execution, thread, intent, conclude);
    default:
      return intent satisfies never;
  }
}

/** Ends the attempt when its time is over. `from` is when the time began to run. */
function limit(
  execution: Execution,
  thread: Thread,
  seconds: number | null,
  from: string,
  conclude: Conclude,
): void {
  if (seconds === null) return;
  const due = Date.parse(later(from, seconds * 1000));
  const timeout = failed('States.Timeout', `${thread.state} took more than ${seconds} s`);
  execution.host.timers.set(execution.group(thread), 'timeout', due, () => conclude(timeout));
}

/** A plain call. After a restart it is made again, so its time begins with the call, not with the state. */
function invoke(
  execution: Execution,
  thread: Thread,
  intent: Extract<Intent, { kind: 'invoke' }>,
  conclude: Conclude,
): void {
  const { host } = execution;
  limit(execution, thread, intent.timeout, host.now(), conclude);
  host.call(intent.target, intent.payload).then(
    (Payload) => conclude({ ok: true, result: { ExecutedVersion: '$LATEST', Payload, StatusCode: 200 } }),
    (error: unknown) => conclude(failureOf(error)),
  );
}

/** Hands a token to a function, unless that is known to have been done, and waits for somebody to answer it. */
function hand(
  execution: Execution,
  thread: Thread,
  intent: Extract<Intent, { kind: 'token' }>,
  conclude: Conclude,
  current: () => Thread | null,
): void {
  if (thread.phase.kind !== 'active' || thread.phase.token === null) return;
  const { host } = execution;
  const { token, startedAt, called } = thread.phase;
  limit(execution, thread, intent.timeout, startedAt, conclude);
  const { heartbeat } = intent;
  if (heartbeat !== null) {
    const missed = failed('States.HeartbeatTimeout', `${thread.state} was not heard of for ${heartbeat} s`);
    const beat = () => {
      const due = Date.parse(later(host.now(), heartbeat * 1000));
      host.timers.set(execution.group(thread), 'heartbeat', due, () => conclude(missed));
    };
    execution.beats.set(token, beat);
    beat();
  }
  if (called) return;
  const returned = async () => {
    const now = current();
    if (now?.phase.kind !== 'active') return;
    await execution.commit({ put: [inPhase(now, { ...now.phase, called: true })], keep: true });
  };
  host.call(intent.target, intent.payload).then(
    () => execution.enqueue(returned),
    (error: unknown) => conclude(failureOf(error)),
  );
}

/** A name for a nested execution that has none: the same for the same attempt, so a restart does not start a second one. */
function defaultName(execution: Execution, thread: Thread, machine: string): string {
  const attempt = [execution.row.name, thread.id, thread.state, thread.enteredAt, thread.retries.join()];
  // 24 hex digits: 96 bits, no collisions in this universe.
  const digest = createHash('sha256').update(attempt.join('\n')).digest('hex').slice(0, 24);
  return `${machine.slice(0, 50)}-${digest}`;
}

async function execute(
  execution: Execution,
  thread: Thread,
  intent: Extract<Intent, { kind: 'execute' }>,
  conclude: Conclude,
): Promise<void> {
  if (thread.phase.kind !== 'active') return;
  const { host } = execution;
  limit(execution, thread, intent.timeout, thread.phase.startedAt, conclude);
  if (thread.phase.child !== null) {
    // Taken up after a restart: the child may have ended before its parent heard of it.
    const child = await readExecution(host.db, thread.phase.child);
    if (child && child.status !== 'running') await execution.conclude(thread, outcomeOf(child));
    return;
  }
  const name = intent.name ?? defaultName(execution, thread, intent.target);
  if (!executionName.test(name)) {
    const refusal = failed('StepFunctions.InvalidNameException', `${name} is no name for an execution`);
    return execution.conclude(thread, refusal);
  }
  if (await readExecution(host.db, name)) {
    const taken = failed('StepFunctions.ExecutionAlreadyExistsException', `Execution ${name} exists`);
    return execution.conclude(thread, taken);
  }
  const row: ExecutionRow = {
    ...newRow(intent.target, name, intent.input, host.now()),
    parentExecution: execution.row.name,
    parentThread: thread.id,
  };
  const entry = { at: row.startedAt, newToken: () => host.newToken() };
  const first = firstThread(host.machine(intent.target), null, intent.input, entry);
  const waiting = inPhase(thread, { ...thread.phase, child: name });
  await execution.commit({ put: [waiting], begin: { row, thread: first }, keep: true });
  host.launch(row, first);
}

export function newRow(machine: string, name: string, input: Json, startedAt: string): ExecutionRow {
  return {
    name,
    machine,
    status: 'running',
    input,
    output: null,
    error: null,
    cause: null,
    parentExecution: null,
    parentThread: null,
    startedAt,
    endedAt: null,
  };
}

/** What `startExecution.sync:2` gives: the child's description with parsed input and output; a failed child is States.TaskFailed. */
export function outcomeOf(child: ExecutionRow): Outcome {
  const common = {
    ExecutionArn: `execution:${child.machine}:${child.name}`,
    Input: child.input,
    Name: child.name,
    StartDate: Date.parse(child.startedAt),
    StateMachineArn: `stateMachine:${child.machine}`,
    Status: child.status.toUpperCase().replace('-', '_'),
    StopDate: Date.parse(child.endedAt ?? child.startedAt),
  };
  if (child.status === 'succeeded') return { ok: true, result: { ...common, Output: child.output } };
  const cause = { ...common, Error: child.error, Cause: child.cause };
  return failed('States.TaskFailed', JSON.stringify(cause));
}

export function endedRow(row: ExecutionRow, ending: Ending, endedAt: string): ExecutionRow {
  if (ending.status === 'succeeded') return { ...row, status: ending.status, output: ending.output, endedAt };
  return { ...row, ...ending, endedAt };
}
