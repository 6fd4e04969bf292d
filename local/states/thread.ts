import { z } from 'zod';
import { MissingState } from './errors.ts';
import { type Json, json } from './json.ts';
import type { Block, Machine, State } from './machine.ts';

/**
 * A thread is one cursor in one execution: the root, a branch of a Parallel, an item of a Map. It is a value; each
 * transition replaces it. Its id says where it stands: `root`, `root/Fan[2]`, `root/Fan[2]/Inner[0]`.
 */

const phase = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('active'),
    /** When this attempt begins: in the future while a retry backs off. */
    startedAt: z.string(),
    /** Set as soon as a state that waits for a token is entered, so that every call of an attempt carries the same one. */
    token: z.string().nullable(),
    /** The function that was given the token has returned. */
    called: z.boolean(),
    /** Name of the execution this task has started. */
    child: z.string().nullable(),
  }),
  z.object({ kind: z.literal('forked'), total: z.number(), next: z.number() }),
  z.object({ kind: z.literal('done'), output: json }),
  z.object({ kind: z.literal('broken'), error: z.string(), cause: z.string() }),
]);
export type Phase = z.infer<typeof phase>;
export type Active = Extract<Phase, { kind: 'active' }>;

export const threadSchema = z.object({
  id: z.string(),
  /** Counts the writes of this thread; a write of an older count changes nothing. */
  version: z.number(),
  parent: z.string().nullable(),
  /** Which branch or item of the parent's state. */
  index: z.number(),
  /** The forking states around this thread with the branch taken in each. */
  scope: z.array(z.object({ state: z.string(), branch: z.number() })),
  state: z.string(),
  input: json,
  variables: z.record(z.string(), json),
  enteredAt: z.string(),
  /** Retries so far, one count a retrier. */
  retries: z.array(z.number()),
  phase,
});
export type Thread = z.infer<typeof threadSchema>;

export const rootId = 'root';

/** The block a thread walks in. @throws MissingState when the definition has changed under it */
export function blockOf(machine: Machine, thread: Pick<Thread, 'scope'>): Block {
  let block = machine.root;
  for (const { state: name, branch } of thread.scope) {
    const state = block.states.get(name);
    const inner =
      state?.type === 'Map' ? state.processor : state?.type === 'Parallel' ? state.branches[branch] : null;
    if (!inner) throw new MissingState(`${machine.name} has no branch ${branch} of ${name}`);
    block = inner;
  }
  return block;
}

/** @throws MissingState when the definition has changed under the thread */
export function stateOf(machine: Machine, thread: Pick<Thread, 'scope' | 'state'>): State {
  const state = blockOf(machine, thread).states.get(thread.state);
  if (!state) throw new MissingState(`${machine.name} has no state ${thread.state}`);
  return state;
}

/** A later instant than the last one: two entries of a state never share their entered time, which is part of keys. */
function after(last: string | null, at: string): string {
  return last !== null && at <= last ? new Date(Date.parse(last) + 1).toISOString() : at;
}

/** What entering a state takes from outside. */
export interface Entry {
  at: string;
  newToken: () => string;
}

function active(state: State, startedAt: string, newToken: () => string): Active {
  const waits = state.type === 'Task' && state.resource === 'token';
  return { kind: 'active', startedAt, token: waits ? newToken() : null, called: false, child: null };
}

/** The thread at the start of a block. */
export function firstThread(
  machine: Machine,
  from: { parent: Thread; index: number } | null,
  input: Json,
  entry: Entry,
): Thread {
  const parent = from?.parent ?? null;
  const scope = parent && from ? [...parent.scope, { state: parent.state, branch: from.index }] : [];
  const state = blockOf(machine, { scope }).startAt;
  const enteredAt = after(parent?.enteredAt ?? null, entry.at);
  return {
    id: parent && from ? `${parent.id}/${parent.state}[${from.index}]` : rootId,
    version: 1,
    parent: parent?.id ?? null,
    index: from?.index ?? 0,
    scope,
    state,
    input,
    variables: parent?.variables ?? {},
    enteredAt,
    retries: [],
    phase: active(stateOf(machine, { scope, state }), entry.at, entry.newToken),
  };
}

/** The thread moved on to another state of its block. */
export function entered(
  machine: Machine,
  thread: Thread,
  to: { state: string; input: Json; variables: Thread['variables'] },
  entry: Entry,
): Thread {
  const enteredAt = after(thread.enteredAt, entry.at);
  const state = stateOf(machine, { scope: thread.scope, state: to.state });
  return {
    ...thread,
    version: thread.version + 1,
    state: to.state,
    input: to.input,
    variables: to.variables,
    enteredAt,
    retries: [],
    phase: active(state, entry.at, entry.newToken),
  };
}

/** The thread waiting for its next attempt, which has a token of its own. */
export function retried(
  machine: Machine,
  thread: Thread,
  retrier: number,
  startedAt: string,
  newToken: () => string,
): Thread {
  const counts = Array.from({ length: Math.max(thread.retries.length, retrier + 1) }, (_, index) => {
    return (thread.retries[index] ?? 0) + (index === retrier ? 1 : 0);
  });
  const phase = active(stateOf(machine, thread), startedAt, newToken);
  return { ...thread, version: thread.version + 1, retries: counts, phase };
}

export function inPhase(thread: Thread, next: Phase): Thread {
  return { ...thread, version: thread.version + 1, phase: next };
}

/** The token a thread waits for, or will hand out when its state is worked on. */
export function tokenOf(thread: Thread): string | null {
  return thread.phase.kind === 'active' ? thread.phase.token : null;
}

export function tokensOf(threads: readonly Thread[]): string[] {
  return threads.flatMap((one) => tokenOf(one) ?? []);
}

/** Names of the executions that these threads wait for. */
export function childrenOf(threads: readonly Thread[]): string[] {
  return threads.flatMap((one) => (one.phase.kind === 'active' ? (one.phase.child ?? []) : []));
}
