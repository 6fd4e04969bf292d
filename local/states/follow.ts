import type { TransitionRow } from '#adapters/postgres/queries/states/rows.ts';
import { later, type Move } from './advance.ts';
import type { Machine } from './machine.ts';
import { type Entry, entered, inPhase, retried, type Thread } from './thread.ts';

/** The thread after a move. */
export function follow(machine: Machine, thread: Thread, move: Move, entry: Entry): Thread {
  switch (move.kind) {
    case 'goto': {
      const { next: state, output: input, variables } = move;
      return entered(machine, thread, { state, input, variables }, entry);
    }
    case 'retry':
      return retried(machine, thread, move.retrier, later(entry.at, move.delay), entry.newToken);
    case 'end':
      return inPhase(thread, { kind: 'done', output: move.output });
    case 'fail':
      return inPhase(thread, { kind: 'broken', ...move.failure });
    default:
      return move satisfies never;
  }
}

/** What the history says of a move. */
export function record(thread: Thread, move: Move, at: string): Omit<TransitionRow, 'seq'> {
  const failure = move.kind === 'goto' ? move.caught : move.kind === 'end' ? null : move.failure;
  const kinds = { end: 'succeeded', retry: 'retried', fail: 'failed', goto: 'succeeded' } as const;
  return {
    thread: thread.id,
    state: thread.state,
    kind: move.kind === 'goto' && move.caught ? 'caught' : kinds[move.kind],
    next: move.kind === 'goto' ? move.next : null,
    enteredAt: thread.enteredAt,
    at,
    input: thread.input,
    output: move.kind === 'goto' || move.kind === 'end' ? move.output : null,
    error: failure?.error ?? null,
    cause: failure?.cause ?? null,
  };
}
