/**
 * What a live view shows of a ticket, folded from its events alone: so a view that starts late, or again, shows the
 * same as one that was there from the beginning.
 */
import type { TicketView } from '#core/api/views.ts';
import type { DomainEvent } from '#core/events/catalogue.ts';
import type { Phase, TicketStatus, WaitReason } from '#core/ticket/ticket.ts';

export type TaskStatus =
  | 'pending'
  | 'ready'
  | 'running'
  | 'verifying'
  | 'done'
  | 'blocked'
  | 'failed'
  | 'cancelled';

export interface TaskProgress {
  readonly key: string;
  readonly title: string;
  readonly status: TaskStatus;
  readonly round: number;
  /** Why it is as it is, where that needs saying. */
  readonly note: string | null;
}

export interface RunProgress {
  readonly id: string;
  readonly role: string;
  readonly kind: 'agent' | 'check';
  /** Of a check, all tasks whose work is in it: `T2, T3`. */
  readonly taskKey: string | null;
  readonly status: 'starting' | 'running' | 'held';
  readonly held: string | null;
  /** What its agent did last. */
  readonly action: string | null;
}

export interface Progress {
  readonly name: string;
  readonly title: string;
  readonly startedAt: string;
  readonly phase: Phase;
  readonly status: TicketStatus;
  readonly waitingFor: WaitReason | null;
  /** In the order in which they were planned. */
  readonly tasks: readonly TaskProgress[];
  /** Keys of tasks by their ids. */
  readonly keys: Readonly<Record<string, string>>;
  /** Keys of the tasks whose work was checked together, by the check's run; those that ended as well. */
  readonly checks: Readonly<Record<string, readonly string[]>>;
  /** Runs that are not over, oldest first. */
  readonly runs: readonly RunProgress[];
  readonly spentMicros: number;
  readonly limitMicros: number;
  readonly pullRequest: number | null;
}

/** A ticket before any event of its own. */
export function begin(ticket: Pick<TicketView, 'name' | 'title' | 'createdAt' | 'cost'>): Progress {
  return {
    name: ticket.name,
    title: ticket.title,
    startedAt: ticket.createdAt,
    phase: 'explore',
    status: 'running',
    waitingFor: null,
    tasks: [],
    keys: {},
    checks: {},
    runs: [],
    spentMicros: 0,
    limitMicros: ticket.cost.limitMicros,
    pullRequest: null,
  };
}

/** What an agent did, as its journal tells it; events only say that there is something new. */
export function acted(state: Progress, runId: string, action: string): Progress {
  return { ...state, runs: state.runs.map((run) => (run.id === runId ? { ...run, action } : run)) };
}

/** The state after an event. Events that a view does not show leave it as it is. */
export function reduce(state: Progress, event: DomainEvent): Progress {
  if (event.type.startsWith('task.')) return reduceTask(state, event);
  if (event.type.startsWith('run.')) return reduceRun(state, event);
  switch (event.type) {
    case 'ticket.phase_entered.v1':
      return { ...state, phase: event.data.phase };
    case 'ticket.waiting.v1':
      return { ...state, status: paused(state) ? 'paused' : 'waiting', waitingFor: event.data.reason };
    case 'ticket.proceeded.v1':
    case 'gate.decided.v1':
    case 'question.answered.v1':
      return { ...state, status: paused(state) ? 'paused' : 'running', waitingFor: null };
    case 'ticket.paused.v1':
      return { ...state, status: 'paused' };
    case 'ticket.resumed.v1':
      return { ...state, status: state.waitingFor === null ? 'running' : 'waiting' };
    case 'ticket.budget_extended.v1':
      return extended(state, event.data.limitMicros);
    case 'ticket.completed.v1':
      return { ...state, status: 'completed', waitingFor: null, runs: [] };
    case 'ticket.failed.v1':
      return { ...state, status: 'failed', waitingFor: null, runs: [] };
    case 'ticket.cancelled.v1':
      return { ...state, status: 'cancelled', waitingFor: null, runs: [] };
    case 'cost.settled.v1':
      return { ...state, spentMicros: event.data.spentMicros, limitMicros: event.data.limitMicros };
    case 'pull.opened.v1':
      return { ...state, pullRequest: event.data.number };
    default:
      return state;
  }
}

const paused = (state: Progress) => state.status === 'paused';

function extended(state: Progress, limitMicros: number): Progress {
  const goesOn = state.waitingFor === 'budget' && limitMicros > state.limitMicros;
  if (!goesOn) return { ...state, limitMicros };
  return { ...state, limitMicros, status: paused(state) ? 'paused' : 'running', waitingFor: null };
}

function reduceTask(state: Progress, event: DomainEvent): Progress {
  switch (event.type) {
    case 'task.planned.v1': {
      const { taskId, key, title } = event.data;
      const others = state.tasks.filter((task) => task.key !== key);
      const task: TaskProgress = { key, title, status: 'pending', round: 0, note: null };
      return { ...state, tasks: [...others, task], keys: { ...state.keys, [taskId]: key } };
    }
    case 'task.ready.v1':
      return task(state, event.data.key, { status: 'ready', note: null });
    case 'task.started.v1':
      return task(state, event.data.key, { status: 'running', note: null });
    case 'task.building.v1':
      return task(state, event.data.key, { status: 'running', round: event.data.round });
    case 'task.proving.v1':
      return task(state, event.data.key, { note: 'another run writes tests' });
    case 'task.unproved.v1':
      return task(state, event.data.key, { note: null });
    case 'task.queued.v1':
      return task(state, event.data.key, { status: 'verifying', note: 'waits to be merged' });
    case 'task.verifying.v1':
      return inCheck(state, event.data.runId, event.data.key);
    case 'task.refused.v1':
      return task(state, event.data.key, { status: 'running', note: event.data.reason });
    case 'task.conflicted.v1':
      return task(state, event.data.key, { note: `conflicts in ${event.data.files.join(', ')}` });
    case 'task.done.v1':
      return task(state, event.data.key, { status: 'done', note: null });
    case 'task.blocked.v1':
      return task(state, event.data.key, { status: 'blocked', note: event.data.reason });
    case 'task.failed.v1':
      return task(state, event.data.key, { status: 'failed', note: event.data.reason });
    case 'task.cancelled.v1':
      return task(state, event.data.key, { status: 'cancelled', note: null });
    case 'task.reopened.v1':
      return task(state, event.data.key, { status: 'pending', round: 0, note: event.data.why });
    default:
      return state;
  }
}

function inCheck(state: Progress, runId: string, key: string): Progress {
  const keys = [...(state.checks[runId] ?? []), key];
  const checked = { ...state, checks: { ...state.checks, [runId]: keys } };
  const named = run(checked, runId, { taskKey: keys.join(', ') });
  return task(named, key, { status: 'verifying', note: null });
}

function task(state: Progress, key: string, change: Partial<TaskProgress>): Progress {
  return { ...state, tasks: state.tasks.map((one) => (one.key === key ? { ...one, ...change } : one)) };
}

function reduceRun(state: Progress, event: DomainEvent): Progress {
  switch (event.type) {
    case 'run.requested.v1': {
      const { runId, role, kind, taskId } = event.data;
      const taskKey = taskId === null ? null : (state.keys[taskId] ?? null);
      const known = state.runs.find(({ id }) => id === runId);
      const action = known?.action ?? null;
      const run: RunProgress = { id: runId, role, kind, taskKey, status: 'starting', held: null, action };
      return { ...state, runs: [...state.runs.filter(({ id }) => id !== runId), run] };
    }
    case 'run.started.v1':
    case 'run.stepped.v1':
      return run(state, event.data.runId, { status: 'running', held: null });
    case 'run.held.v1':
      return run(state, event.data.runId, { status: 'held', held: event.data.reason });
    case 'run.released.v1':
    case 'run.lost.v1':
      return run(state, event.data.runId, { status: 'starting', held: null });
    case 'run.ended.v1':
      return { ...state, runs: state.runs.filter(({ id }) => id !== event.data.runId) };
    default:
      return state;
  }
}

function run(state: Progress, id: string, change: Partial<RunProgress>): Progress {
  return { ...state, runs: state.runs.map((one) => (one.id === id ? { ...one, ...change } : one)) };
}
