import type { Database } from '#adapters/postgres/client.ts';
import { endExecution } from '#adapters/postgres/queries/states/end-execution.ts';
import { lastTransition } from '#adapters/postgres/queries/states/last-transition.ts';
import { listExecutions } from '#adapters/postgres/queries/states/list-executions.ts';
import { listRunning } from '#adapters/postgres/queries/states/list-running.ts';
import { readExecution } from '#adapters/postgres/queries/states/read-execution.ts';
import { readThreads } from '#adapters/postgres/queries/states/read-threads.ts';
import { readToken } from '#adapters/postgres/queries/states/read-token.ts';
import { readTransitions } from '#adapters/postgres/queries/states/read-transitions.ts';
import type { ExecutionRow, ExecutionStatus } from '#adapters/postgres/queries/states/rows.ts';
import { failed, type Outcome } from './advance.ts';
import {
  ExecutionAlreadyExists,
  InputTooLarge,
  InvalidExecutionName,
  StatesClosed,
  TaskTokenAnswered,
  TaskTokenClosed,
  UnknownExecution,
  UnknownMachine,
  UnknownTaskToken,
} from './errors.ts';
import { Execution, type Host } from './execution.ts';
import { canonical, digest, type Json, toJson, tooLarge } from './json.ts';
import type { Machine } from './machine.ts';
import { checkTargets, type StatesOptions } from './options.ts';
import type { Answer, Description, States } from './ports.ts';
import { insertExecution } from './store.ts';
import { executionName, newRow, outcomeOf } from './task.ts';
import { firstThread, type Thread, threadSchema } from './thread.ts';
import { Timers } from './timers.ts';

/** The interpreter: it holds the running executions, finds them by name or token, and takes them up after a restart. */

/** How long an execution whose step failed (the database was not there) waits before it is loaded again. */
const stallMs = 1000;

class Interpreter implements States, Host {
  readonly db: Database;
  readonly timers: Timers;
  readonly #options: StatesOptions;
  readonly #executions = new Map<string, Execution>();
  readonly #tokens = new Map<string, Execution>();
  readonly #loading = new Map<string, Promise<Execution | null>>();
  #closed = false;

  constructor(options: StatesOptions) {
    this.#options = options;
    this.db = options.db;
    this.timers = new Timers(options.clock);
  }

  // What executions ask of it.

  now(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }

  newToken(): string {
    return this.#options.newToken();
  }

  random(): number {
    return this.#options.random();
  }

  machine(name: string): Machine {
    const machine = this.#options.machines[name];
    if (!machine) throw new UnknownMachine(`No state machine is called ${name}`, { machine: name });
    return machine;
  }

  async call(target: string, payload: Json): Promise<Json> {
    const run = this.#options.functions[target];
    if (!run) throw new UnknownMachine(`No function is called ${target}`, { function: target });
    // A copy: a literal payload belongs to the machine.
    return toJson(await run(structuredClone(payload)));
  }

  launch(row: ExecutionRow, thread: Thread): void {
    if (!this.#closed) this.#hold(row, [thread], 0).resume();
  }

  async stopChild(name: string, error: string, cause: string): Promise<void> {
    const child = this.#executions.get(name);
    if (child) await child.ask(() => child.finish({ status: 'aborted', error, cause }));
  }

  track(token: string, execution: Execution): void {
    this.#tokens.set(token, execution);
  }

  untrack(token: string): void {
    this.#tokens.delete(token);
  }

  ended(row: ExecutionRow): void {
    this.#executions.delete(row.name);
    this.#tellParent(row);
    this.#options.onEnd?.(row);
  }

  stalled(execution: Execution, error: unknown): void {
    const { name } = execution.row;
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.log('error', 'execution stalled; it will be loaded again', { execution: name, reason });
    this.#executions.delete(name);
    void execution.evict();
    if (this.#closed) return;
    const again = () => {
      this.#find(name).catch((second: unknown) => this.stalled(execution, second));
    };
    this.timers.set(`${name} (stalled)`, 'load', this.#options.clock.now() + stallMs, again);
  }

  // What the host asks of it.

  async start(machine: string, name: string, input: Json): Promise<{ name: string; started: boolean }> {
    this.#open();
    const loaded = this.machine(machine);
    if (!executionName.test(name))
      throw new InvalidExecutionName(`${name} is no name for an execution`, { name });
    if (tooLarge(input)) throw new InputTooLarge(`The input of ${name} is over 256 KB`, { name });
    const row = newRow(machine, name, input, this.now());
    const thread = firstThread(loaded, null, input, { at: row.startedAt, newToken: () => this.newToken() });
    if (await this.db.transaction((tx) => insertExecution(tx, row, thread))) {
      this.launch(row, thread);
      return { name, started: true };
    }
    const existing = await this.#row(name);
    if (existing.machine === machine && canonical(existing.input) === canonical(input))
      return { name, started: false };
    throw new ExecutionAlreadyExists(`Execution ${name} exists with another machine or input`, { name });
  }

  async succeed(token: string, output: Json): Promise<Answer> {
    return this.#answer(token, { ok: true, result: output }, digest({ output }));
  }

  async fail(token: string, error: string, cause: string): Promise<Answer> {
    return this.#answer(token, failed(error, cause), digest({ error, cause }));
  }

  async heartbeat(token: string): Promise<void> {
    this.#open();
    const execution = this.#tokens.get(token);
    if (execution) return execution.beats.get(token)?.();
    const { execution: name, closedAt, answer } = await this.#token(token);
    if (answer !== null) throw new TaskTokenAnswered('The task was answered before', { execution: name });
    if (closedAt !== null)
      throw new TaskTokenClosed('The task has ended without an answer', { execution: name });
    await this.#find(name);
  }

  async stop(name: string, error: string, cause: string): Promise<Answer> {
    this.#open();
    const execution = await this.#find(name);
    if (!execution) return 'already';
    const stopped = await execution.ask(async () => {
      await execution.finish({ status: 'aborted', error, cause });
      return true;
    });
    // It ended, or was forgotten, while this call waited for its turn: look again.
    return stopped ? 'applied' : this.stop(name, error, cause);
  }

  async describe(name: string): Promise<Description> {
    const row = await this.#row(name);
    const threads = (await readThreads(this.db, name)).map(({ body }) => threadSchema.parse(body));
    return {
      ...row,
      threads: threads.map(({ id, state, phase, enteredAt }) => ({
        id,
        state,
        phase: phase.kind,
        since: enteredAt,
      })),
    };
  }

  async history(name: string, page: { after?: number; limit?: number } = {}) {
    await this.#row(name);
    return readTransitions(this.db, name, {
      after: page.after ?? 0,
      limit: Math.min(page.limit ?? 1000, 1000),
    });
  }

  async list(filter: { status?: ExecutionStatus; limit?: number } = {}) {
    return listExecutions(this.db, { status: filter.status ?? null, limit: filter.limit ?? 100 });
  }

  async recover(): Promise<{ resumed: number }> {
    this.#open();
    const found: Execution[] = [];
    for (const name of await listRunning(this.db)) {
      const execution = await this.#load(name);
      if (execution) found.push(execution);
    }
    // A parent that went on without its child (it timed out, or was stopped) has left it to be stopped here.
    const orphans = found.filter((one) => this.#orphaned(one));
    for (const orphan of orphans)
      await this.stopChild(orphan.row.name, 'States.Aborted', 'Nothing waits for it');
    const resumed = found.filter((one) => this.#executions.get(one.row.name) === one);
    for (const execution of resumed) execution.resume();
    return { resumed: resumed.length };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.timers.close();
    await Promise.all([...this.#executions.values()].map((execution) => execution.evict()));
    this.#executions.clear();
    this.timers.close();
  }

  #open(): void {
    if (this.#closed) throw new StatesClosed('The interpreter is closed');
  }

  async #row(name: string): Promise<ExecutionRow> {
    const row = await readExecution(this.db, name);
    if (!row) throw new UnknownExecution(`No execution is called ${name}`, { execution: name });
    return row;
  }

  async #token(token: string) {
    const row = await readToken(this.db, token);
    if (!row) throw new UnknownTaskToken('No task has this token');
    return row;
  }

  async #answer(token: string, outcome: Outcome, answer: string): Promise<Answer> {
    this.#open();
    const held = this.#tokens.get(token);
    if (held && (await held.ask(() => held.answer(token, outcome, answer)))) return 'applied';
    const row = await this.#token(token);
    if (row.answer === answer) return 'already';
    const data = { execution: row.execution };
    if (row.answer !== null)
      throw new TaskTokenAnswered('The task was answered before, and differently', data);
    if (row.closedAt !== null) throw new TaskTokenClosed('The task has ended without an answer', data);
    // Open in the store, not in memory: its execution stalled. Load it now and answer there.
    const execution = await this.#find(row.execution);
    if (execution && (await execution.ask(() => execution.answer(token, outcome, answer)))) return 'applied';
    throw new TaskTokenClosed('The task has ended without an answer', data);
  }

  #hold(row: ExecutionRow, threads: readonly Thread[], seq: number): Execution {
    const execution = new Execution(this, row, this.machine(row.machine), threads, seq);
    this.#executions.set(row.name, execution);
    return execution;
  }

  /** The execution as it runs, loaded and resumed if it is not held; null when it has ended. */
  async #find(name: string): Promise<Execution | null> {
    const held = this.#executions.get(name);
    if (held) return held;
    const under = this.#loading.get(name);
    if (under) return under;
    const loading = this.#load(name).then(async (execution) => {
      const row = execution?.row;
      if (execution && this.#executions.has(row?.parentExecution ?? '') && this.#orphaned(execution)) {
        await this.stopChild(execution.row.name, 'States.Aborted', 'Nothing waits for it');
        return null;
      }
      execution?.resume();
      return execution;
    });
    this.#loading.set(name, loading);
    try {
      return await loading;
    } finally {
      this.#loading.delete(name);
    }
  }

  async #load(name: string): Promise<Execution | null> {
    this.#open();
    const row = await this.#row(name);
    if (row.status !== 'running') return null;
    if (!this.#options.machines[row.machine]) return this.#endUnknown(row);
    const threads = (await readThreads(this.db, name)).map(({ body }) => threadSchema.parse(body));
    return this.#hold(row, threads, await lastTransition(this.db, name));
  }

  /** An execution of a machine that is not there any more cannot go on, and must not look as if it did. */
  async #endUnknown(row: ExecutionRow): Promise<null> {
    const failure = { error: 'States.Runtime', cause: `No state machine is called ${row.machine}` };
    await endExecution(this.db, row.name, { status: 'failed', ...failure }, this.now());
    this.#options.log('error', 'execution of an unknown machine ended', {
      execution: row.name,
      machine: row.machine,
    });
    return null;
  }

  #orphaned(execution: Execution): boolean {
    const { name, parentExecution, parentThread } = execution.row;
    if (parentExecution === null || parentThread === null) return false;
    const phase = this.#executions.get(parentExecution)?.threads.get(parentThread)?.phase;
    return !(phase?.kind === 'active' && phase.child === name);
  }

  #tellParent(row: ExecutionRow): void {
    const { parentExecution, parentThread } = row;
    const parent = parentExecution === null ? undefined : this.#executions.get(parentExecution);
    parent?.enqueue(async () => {
      const thread = parent.threads.get(parentThread ?? '');
      if (thread?.phase.kind === 'active' && thread.phase.child === row.name)
        await parent.conclude(thread, outcomeOf(row));
    });
  }
}

/**
 * An interpreter over a database; call `recover()` before anything else.
 * @throws UnknownMachine when a machine calls a function or a machine that was not given
 */
export function createStates(options: StatesOptions): States {
  checkTargets(options);
  return new Interpreter(options);
}
