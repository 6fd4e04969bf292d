/**
 * A task: an atomic piece of work of a ticket, with what must be true when it is done and what it may change.
 */
import { z } from 'zod';
import { IllegalTransition } from '../errors.ts';
import { Instant, RunId, Sha, TaskId, TicketId } from '../id.ts';

/** `T4`: unique in its ticket. */
export const TaskKey = z.string().regex(/^T[1-9]\d{0,4}$/, 'must look like T4');
export type TaskKey = z.infer<typeof TaskKey>;

/** Where a task stands, with what that state needs. */
export const TaskState = z.discriminatedUnion('status', [
  /** Waits for tasks it depends on. */
  z.object({ status: z.literal('pending') }),
  /** Could start; the scheduler decides when. */
  z.object({ status: z.literal('ready') }),
  /** `waitsFor`: its run found work that it needs, and is held until that task is settled. */
  z.object({ status: z.literal('running'), since: Instant, waitsFor: TaskKey.optional() }),
  /**
   * In the merge queue; `runId` is its newest check, null before the first. `asked`: it was taken out of it, and a person
   * is asked about what it changes.
   */
  z.object({
    status: z.literal('verifying'),
    since: Instant,
    runId: RunId.nullable(),
    asked: z.literal(true).optional(),
  }),
  z.object({
    status: z.literal('done'),
    commit: Sha,
    /** The commit that its check ran on, when others were merged on top before; else `commit` itself. */
    checked: Sha.optional(),
    /** Nothing had to change: `commit` is where the branch stood, and whoever asked was answered. */
    unchanged: z.literal(true).optional(),
    at: Instant,
  }),
  /** A task that it depends on failed; names it. */
  z.object({ status: z.literal('blocked'), by: TaskKey, reason: z.string() }),
  z.object({ status: z.literal('failed'), reason: z.string(), at: Instant }),
  z.object({ status: z.literal('cancelled'), at: Instant }),
]);
export type TaskState = z.infer<typeof TaskState>;
export type TaskStatus = TaskState['status'];

/** A task as it is stored. */
export const Task = z.object({
  id: TaskId,
  ticketId: TicketId,
  key: TaskKey,
  title: z.string().min(1).max(200),
  goal: z.string().max(8000),
  dependsOn: z.array(TaskKey),
  criteria: z.array(z.string()),
  /** Globs of what it expects to change; two tasks at work never overlap. */
  writes: z.array(z.string()),
  estimateMinutes: z.number().positive(),
  priority: z.number().int(),
  doneWhen: z.string().max(4000),
  state: TaskState,
  /** How often it was started; names its execution, so that a start can happen once. Reopening raises it. */
  generation: z.number().int().nonnegative(),
  /** Build rounds so far in this generation: 1 for the first. */
  round: z.number().int().nonnegative(),
  /** What the next round must know: the failing log's relevant part, a changed requirement. */
  feedback: z.string().nullable(),
  /** Why it exists: from the plan, or a discovery. */
  origin: z.string(),
  version: z.number().int().nonnegative(),
  createdAt: Instant,
});
export type Task = z.infer<typeof Task>;

/** What may be asked of a task. */
export type TaskCommand =
  | { readonly type: 'makeReady' }
  | { readonly type: 'start' }
  | { readonly type: 'build' }
  | { readonly type: 'wait'; readonly for: TaskKey }
  | { readonly type: 'goOn' }
  | { readonly type: 'verify'; readonly runId: RunId | null }
  | { readonly type: 'ask' }
  | { readonly type: 'rework'; readonly feedback: string }
  | { readonly type: 'finish'; readonly commit: Sha; readonly checked?: Sha }
  | { readonly type: 'answer'; readonly commit: Sha }
  | { readonly type: 'block'; readonly by: TaskKey; readonly reason: string }
  | { readonly type: 'fail'; readonly reason: string }
  | { readonly type: 'cancel' }
  | { readonly type: 'reopen'; readonly feedback: string | null };

/** A builder gets the log back three times; a fourth try has in trials only moved the same mistake. */
export const maxRounds = 4;

function refuse(task: Task, command: TaskCommand): never {
  throw new IllegalTransition(`${task.key} cannot ${command.type}: it is ${task.state.status}`, {
    taskId: task.id,
    status: task.state.status,
  });
}

const from = {
  makeReady: ['pending', 'blocked'],
  start: ['ready'],
  build: ['running', 'verifying'],
  wait: ['running'],
  goOn: ['running'],
  verify: ['running', 'verifying'],
  ask: ['verifying'],
  rework: ['running', 'verifying'],
  finish: ['verifying'],
  answer: ['running'],
  block: ['pending', 'ready', 'blocked'],
  fail: ['pending', 'ready', 'running', 'verifying'],
  cancel: ['pending', 'ready', 'running', 'verifying', 'blocked'],
  reopen: ['done', 'failed', 'blocked', 'cancelled', 'ready', 'pending', 'running', 'verifying'],
} as const satisfies Record<TaskCommand['type'], readonly TaskStatus[]>;

/** The task after a command. Throws `IllegalTransition` when the command does not fit its state. */
export function decideTask(task: Task, command: TaskCommand, at: Instant): Task {
  const allowed: readonly TaskStatus[] = from[command.type];
  if (!allowed.includes(task.state.status)) refuse(task, command);
  switch (command.type) {
    case 'makeReady':
      return { ...task, state: { status: 'ready' } };
    case 'start':
      return { ...task, state: { status: 'running', since: at }, generation: task.generation + 1, round: 0 };
    case 'build':
      return { ...task, state: { status: 'running', since: at }, round: task.round + 1 };
    case 'wait':
      return { ...task, state: { status: 'running', since: at, waitsFor: command.for } };
    case 'goOn':
      return { ...task, state: { status: 'running', since: at } };
    case 'verify':
      return { ...task, state: { status: 'verifying', since: at, runId: command.runId } };
    case 'ask':
      return task.state.status === 'verifying' ? { ...task, state: { ...task.state, asked: true } } : task;
    case 'rework':
      return { ...task, state: { status: 'running', since: at }, feedback: command.feedback };
    case 'finish':
      return {
        ...task,
        state: {
          ...{ status: 'done', commit: command.commit, at },
          ...(command.checked !== undefined && { checked: command.checked }),
        },
        feedback: null,
      };
    case 'answer':
      return {
        ...task,
        state: { status: 'done', commit: command.commit, unchanged: true, at },
        feedback: null,
      };
    case 'block':
      return { ...task, state: { status: 'blocked', by: command.by, reason: command.reason } };
    case 'fail':
      return { ...task, state: { status: 'failed', reason: command.reason, at } };
    case 'cancel':
      return { ...task, state: { status: 'cancelled', at } };
    case 'reopen':
      return { ...task, state: { status: 'pending' }, feedback: command.feedback };
    default:
      return command satisfies never;
  }
}

/** The task that this one waits for in the middle of its work, or null; while it waits it has no sandbox. */
export function waitsFor({ state }: Pick<Task, 'state'>): TaskKey | null {
  return state.status === 'running' ? (state.waitsFor ?? null) : null;
}

/** Whether its work waits for a person's word, and so for no check. */
export function isAsked({ state }: Pick<Task, 'state'>): boolean {
  return state.status === 'verifying' && state.asked === true;
}

/** Whether nothing more will happen to the task by itself. */
export function isSettled(task: Pick<Task, 'state'>): boolean {
  const { status } = task.state;
  return status === 'done' || status === 'failed' || status === 'blocked' || status === 'cancelled';
}
