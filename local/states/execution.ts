import type { Database } from '#adapters/postgres/client.ts';
import type { Ending } from '#adapters/postgres/queries/states/end-execution.ts';
import type { ExecutionRow, TransitionRow } from '#adapters/postgres/queries/states/rows.ts';
import { begin, type Frame, failed, type Intent, later, type Outcome, settle } from './advance.ts';
import { MissingState, StatesClosed } from './errors.ts';
import { follow, record } from './follow.ts';
import type { Json } from './json.ts';
import type { Machine, Rule } from './machine.ts';
import { save, type Write } from './store.ts';
import { attempt, endedRow } from './task.ts';
import {
  childrenOf,
  type Entry,
  firstThread,
  inPhase,
  rootId,
  stateOf,
  type Thread,
  tokenOf,
  tokensOf,
} from './thread.ts';
import type { Timers } from './timers.ts';

/**
 * One running execution in memory. Everything it does goes through its queue, one step at a time; a step reads threads,
 * decides (advance.ts), commits, and only then changes what is in memory. Calls of functions run beside the queue and
 * come back into it with their outcome.
 */

/** What executions share. */
export interface Host {
  readonly db: Database;
  readonly timers: Timers;
  now(): string;
  newToken(): string;
  random(): number;
  machine(name: string): Machine;
  /** Calls a function of the host; rejects with what it throws. */
  call(target: string, payload: Json): Promise<Json>;
  /** Takes up an execution that was just stored. */
  launch(row: ExecutionRow, thread: Thread): void;
  stopChild(name: string, error: string, cause: string): Promise<void>;
  track(token: string, execution: Execution): void;
  untrack(token: string): void;
  /** Called after the commit that ended it. */
  ended(row: ExecutionRow): void;
  /** Called when a step failed for a reason outside of the machine (the database): forget and load again. */
  stalled(execution: Execution, error: unknown): void;
}

interface Detail {
  rule?: Rule | 'default' | undefined;
  /** Digest of the answer that gave this outcome. */
  answer?: string | undefined;
}

/** What a fork hands to its branches; `limit` 0 is no limit. */
interface Items {
  inputs: Json[];
  limit: number;
}

type Change = Partial<Pick<Write, 'put' | 'drop' | 'begin' | 'ending'>> & {
  transition?: Omit<TransitionRow, 'seq'>;
  answer?: string | undefined;
  /** The attempt under way goes on: its timers and its call stay valid. */
  keep?: boolean;
};

export class Execution {
  readonly threads = new Map<string, Thread>();
  /** For each token that is waited for, how to move its heartbeat on. */
  readonly beats = new Map<string, () => void>();
  readonly #attempts = new Map<string, object>();
  readonly #inputs = new Map<string, Items>();
  #tail: Promise<unknown> = Promise.resolve();
  #gone = false;
  #seq: number;

  constructor(
    readonly host: Host,
    readonly row: ExecutionRow,
    readonly machine: Machine,
    threads: readonly Thread[],
    seq: number,
  ) {
    this.#seq = seq;
    for (const thread of threads) {
      this.threads.set(thread.id, thread);
      const token = tokenOf(thread);
      if (token) host.track(token, this);
    }
  }

  get frame(): Frame {
    const { name, machine, input, startedAt } = this.row;
    return { execution: { id: `execution:${machine}:${name}`, name, input, startedAt }, machine };
  }

  group(thread: Thread): string {
    return `${this.row.name} ${thread.id}`;
  }

  /** Runs a step in turn, with its result; null when the execution has ended or is no longer held in memory. */
  async ask<T>(step: () => Promise<T>): Promise<T | null> {
    const turn = this.#tail.then(async () => {
      if (this.#gone) return null;
      try {
        return await step();
      } catch (error) {
        await this.#mend(error);
        throw error;
      }
    });
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  /** A definition that lost the state it stood at ends the execution; whatever else failed is the host's to try again. */
  async #mend(error: unknown): Promise<void> {
    if (this.#gone) return;
    if (!(error instanceof MissingState)) return this.host.stalled(this, error);
    try {
      await this.finish({ status: 'failed', error: 'States.Runtime', cause: error.message });
    } catch (second) {
      this.host.stalled(this, second);
    }
  }

  /** Runs a step in turn; the host hears of a failure. */
  enqueue(step: () => Promise<void>): void {
    if (this.#gone) return;
    // Reported by ask.
    this.ask(step).catch(() => undefined);
  }

  /** Takes up every thread where it stands. */
  resume(): void {
    const limit = this.machine.timeout;
    if (limit !== null) {
      const due = Date.parse(later(this.row.startedAt, limit * 1000));
      const cause = `The execution took more than ${limit} s`;
      const end = { status: 'timed-out', error: 'States.Timeout', cause } as const;
      this.host.timers.set(this.row.name, 'execution', due, () => this.enqueue(() => this.finish(end)));
    }
    for (const thread of [...this.threads.values()]) this.#take(thread);
  }

  /** Forgets everything without writing; what is under way changes nothing any more. Resolves when the last step has ended. */
  async evict(): Promise<void> {
    this.#gone = true;
    this.#clear();
    await this.#tail;
  }

  /** A check that an attempt at a task is still the one under way; gives its thread as it is now. */
  mark(thread: Thread): () => Thread | null {
    const mine = {};
    this.#attempts.set(thread.id, mine);
    return () => (this.#attempts.get(thread.id) === mine ? (this.threads.get(thread.id) ?? null) : null);
  }

  /** Concludes the task that waits for a token; false when none does. */
  async answer(token: string, outcome: Outcome, answer: string): Promise<boolean> {
    const thread = [...this.threads.values()].find((one) => tokenOf(one) === token);
    if (!thread) return false;
    await this.conclude(thread, outcome, { answer });
    return true;
  }

  /** Ends the execution, whatever it does. */
  async finish(ending: Ending, transition?: Omit<TransitionRow, 'seq'>, answer?: string): Promise<void> {
    const children = childrenOf([...this.threads.values()]);
    const drop = [...this.threads.keys()];
    const at = await this.commit({ drop, ending, ...(transition ? { transition } : {}), answer });
    this.#gone = true;
    this.#clear();
    this.host.ended(endedRow(this.row, ending, at));
    await this.#stopAll(children);
  }

  /** Writes, and then takes the same changes into memory. Gives the instant that was written. */
  async commit(change: Change): Promise<string> {
    if (this.#gone) throw new StatesClosed(`Execution ${this.row.name} is not held any more`);
    const { put = [], drop = [], transition, answer, keep, begin: child = null, ending = null } = change;
    const before = new Set(
      tokensOf([...drop, ...put.map((one) => one.id)].flatMap((id) => this.threads.get(id) ?? [])),
    );
    const now = put.flatMap((one) => (tokenOf(one) ? [{ token: tokenOf(one) ?? '', thread: one.id }] : []));
    const issue = now.filter((one) => !before.has(one.token));
    const open = new Set(now.map((one) => one.token));
    const close = [...before]
      .filter((token) => !open.has(token))
      .map((token) => ({ token, answer: answer ?? null }));
    const row = transition ? { ...transition, seq: this.#seq + 1 } : null;
    const write = { at: this.host.now(), put, drop, transition: row, issue, close, begin: child, ending };
    await save(this.host.db, this.row.name, write);
    if (row) this.#seq = row.seq;
    for (const { token } of close) {
      this.host.untrack(token);
      this.beats.delete(token);
    }
    for (const { token } of issue) this.host.track(token, this);
    for (const id of drop) this.#forget(id);
    for (const thread of put) {
      if (!keep) this.#forget(thread.id);
      this.threads.set(thread.id, thread);
    }
    return write.at;
  }

  /** Follows an outcome of the thread's state to where it leads. */
  async conclude(thread: Thread, outcome: Outcome, detail: Detail = {}): Promise<void> {
    const state = stateOf(this.machine, thread);
    const move = await settle(state, this.frame, thread, outcome, () => this.host.random(), detail.rule);
    const below = this.#below(thread);
    const entry = this.#entry();
    const transition = record(thread, move, entry.at);
    const { answer } = detail;
    if (thread.id === rootId && (move.kind === 'end' || move.kind === 'fail')) {
      const ending: Ending =
        move.kind === 'end'
          ? { status: 'succeeded', output: move.output }
          : { status: 'failed', ...move.failure };
      return this.finish(ending, transition, answer);
    }
    const next = follow(this.machine, thread, move, entry);
    await this.commit({ put: [next], drop: below.map((one) => one.id), transition, answer });
    await this.#stopAll(childrenOf([thread, ...below]));
    if (thread.parent !== null && next.phase.kind !== 'active') return this.#join(thread.parent);
    this.#take(next);
  }

  /** Does what the thread's phase asks for: now, or when its time has come. */
  #take(thread: Thread): void {
    if (thread.phase.kind === 'forked') this.enqueue(() => this.#join(thread.id));
    if (thread.phase.kind !== 'active') return;
    const go = () => this.enqueue(() => this.#step(thread));
    const due = thread.phase.startedAt;
    if (due <= this.host.now()) go();
    else this.host.timers.set(this.group(thread), 'start', Date.parse(due), go);
  }

  async #step(thread: Thread): Promise<void> {
    if (this.threads.get(thread.id) !== thread) return;
    await this.#perform(thread, await begin(stateOf(this.machine, thread), this.frame, thread));
  }

  async #perform(thread: Thread, intent: Intent): Promise<void> {
    switch (intent.kind) {
      case 'conclude':
        return this.conclude(thread, intent.outcome, { rule: intent.rule });
      case 'fork':
        return this.#fork(thread, intent);
      case 'sleep': {
        const wake = async () => {
          if (this.threads.get(thread.id) === thread)
            await this.conclude(thread, { ok: true, result: thread.input });
        };
        if (intent.until <= this.host.now()) return wake();
        const due = Date.parse(intent.until);
        return this.host.timers.set(this.group(thread), 'wake', due, () => this.enqueue(wake));
      }
      case 'invoke':
      case 'token':
      case 'execute':
        return attempt(this, thread, intent);
      default:
        return intent satisfies never;
    }
  }

  async #fork(thread: Thread, intent: Extract<Intent, { kind: 'fork' }>): Promise<void> {
    const total = intent.inputs.length;
    if (total === 0) return this.conclude(thread, { ok: true, result: [] });
    await this.#spawn(inPhase(thread, { kind: 'forked', total, next: 0 }), intent, intent.limit || total);
  }

  /** Starts up to `room` more threads below a fork. The fork's thread comes with its version already counted up. */
  async #spawn(fork: Thread, from: Items, room: number): Promise<void> {
    if (fork.phase.kind !== 'forked') return;
    const { total, next } = fork.phase;
    const end = Math.min(total, next + room);
    const entry = this.#entry();
    const parent = { ...fork, phase: { ...fork.phase, next: end } };
    const started = from.inputs
      .slice(next, end)
      .map((input, offset) => firstThread(this.machine, { parent, index: next + offset }, input, entry));
    await this.commit({ put: [parent, ...started] });
    this.#inputs.set(parent.id, from);
    for (const thread of started) this.#take(thread);
  }

  /** Looks at the threads below a fork: fails with the first that failed, ends with the last, starts what there is room for. */
  async #join(id: string): Promise<void> {
    const fork = this.threads.get(id);
    if (fork?.phase.kind !== 'forked') return;
    const { total, next } = fork.phase;
    const branches = [...this.threads.values()]
      .filter((one) => one.parent === id)
      .sort((a, b) => a.index - b.index);
    const outputs: Json[] = [];
    for (const { phase } of branches) {
      if (phase.kind === 'broken') return this.conclude(fork, failed(phase.error, phase.cause));
      if (phase.kind === 'done') outputs.push(phase.output);
    }
    if (outputs.length === total) return this.conclude(fork, { ok: true, result: outputs });
    if (next === total) return;
    const from = this.#inputs.get(id) ?? (await this.#inputsAgain(fork));
    const running = branches.length - outputs.length;
    const room = (from.limit || total) - running;
    if (room > 0) await this.#spawn({ ...fork, version: fork.version + 1 }, from, room);
  }

  /** After a restart: the items follow from what is stored, so they are evaluated again instead of stored twice. */
  async #inputsAgain(fork: Thread): Promise<Items> {
    const intent = await begin(stateOf(this.machine, fork), this.frame, fork);
    if (intent.kind !== 'fork') throw new MissingState(`${fork.state} does not fork any more`);
    return intent;
  }

  #entry(): Entry {
    return { at: this.host.now(), newToken: () => this.host.newToken() };
  }

  #below(thread: Thread): Thread[] {
    return [...this.threads.values()].filter((one) => one.id.startsWith(`${thread.id}/`));
  }

  #forget(id: string): void {
    const thread = this.threads.get(id);
    if (thread) this.host.timers.clear(this.group(thread));
    this.threads.delete(id);
    this.#attempts.delete(id);
    this.#inputs.delete(id);
  }

  #clear(): void {
    this.host.timers.clear(this.row.name);
    for (const token of tokensOf([...this.threads.values()])) this.host.untrack(token);
    for (const id of [...this.threads.keys()]) this.#forget(id);
    this.beats.clear();
  }

  async #stopAll(children: readonly string[]): Promise<void> {
    const cause = `The task of ${this.row.name} that started it has ended`;
    for (const child of children) await this.host.stopChild(child, 'States.Aborted', cause);
  }
}
