/**
 * One look of the monitoring loop: whatever stopped without a word is found here within two minutes, and ends in another
 * try or in a recorded failure.
 *
 * Found are: events that were not published; sandboxes that died or never came; a ticket or task whose execution is not
 * there, or ended without saying so; and a token that nobody answered, because the event that does was lost: then the
 * ticket is quiet with nothing at work, and its doorbells ring once more (every effect may happen twice).
 */
import { bellOf, type Doorbells } from '#adapters/sqs/doorbells.ts';
import type { Executions } from '#adapters/stepfunctions/history.ts';
import { consumersOf, type LoggedEvent } from '#core/events/catalogue.ts';
import type { Instant } from '#core/id.ts';
import type { Run } from '#core/run/run.ts';
import { taskExecution } from '#core/task/execution.ts';
import type { Task } from '#core/task/task.ts';
import { ticketExecution } from '#core/ticket/execution.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import type { Workflow } from '#core/workflow.ts';
import type { RunKeeperDeps } from './deps.ts';
import { createRunKeeper } from './runs.ts';

/** With a look every 30 s this makes less than two minutes. */
export const quietSeconds = 75;

/** Nothing is longer at work without an event: the forge, with its 15 minutes, twice. */
const givenUpSeconds = 30 * 60;

/** How far back an event may lie that still has to be acted on, and how many of a ticket's ring again. */
const recent = { events: 2000, bells: 50 };

/** Doorbells for the same event within two minutes are one. */
const againSeconds = 120;

export interface LookDeps extends Omit<RunKeeperDeps, 'launchSeconds'> {
  readonly executions: Pick<Executions, 'standing'>;
  readonly workflow: Pick<Workflow, 'stop'>;
  readonly bells: Pick<Doorbells, 'ringAgain'>;
  /** Sends what waits in the outbox. */
  readonly publish: () => Promise<number>;
}

/** Whether anything is at work that has to be looked after. */
export interface Seen {
  readonly active: boolean;
}

export async function look(deps: LookDeps): Promise<Seen> {
  await deps.publish();
  const { live } = await createRunKeeper({ ...deps, launchSeconds: quietSeconds }).look();
  const tickets = await deps.store.view.tickets.list({ status: ['running'], limit: 200 });
  for (const ticket of tickets) await mend(deps, ticket);
  return { active: live > 0 || tickets.length > 0 };
}

/** Seconds since an instant. */
function since(deps: LookDeps, at: Instant): number {
  return (Date.parse(deps.clock()) - Date.parse(at)) / 1000;
}

async function mend(deps: LookDeps, ticket: Ticket): Promise<void> {
  const events = await recentEvents(deps, ticket);
  const quiet = since(deps, events.at(-1)?.occurredAt ?? ticket.updatedAt);
  const runs = await deps.store.view.runs.list({ ticketId: ticket.id });
  const atWork = runs.some(isAtWork);
  const lost = await lostTasks(deps, ticket, runs, events);
  if (quiet <= quietSeconds && lost.length === 0) return;
  const name = ticketExecution(ticket);
  if (!atWork && quiet > quietSeconds && (await deps.executions.standing('ticket', name)) === 'over')
    return fail(deps, ticket, 'Its execution ended without saying why.');
  if (!atWork && quiet > givenUpSeconds) {
    await deps.workflow.stop(name, 'Nothing happened for half an hour.');
    return fail(deps, ticket, 'Nothing happened for half an hour, and nothing was at work.');
  }
  if (!atWork || lost.length > 0) await ringAgain(deps, ticket, events);
}

/** A held run waits for a person: it is nobody's loss. */
function isAtWork({ state }: Run): boolean {
  return state.status !== 'ended';
}

/** Tasks that should be worked on and are not. Those whose execution ended are failed here; the others need a doorbell. */
async function lostTasks(
  deps: LookDeps,
  ticket: Ticket,
  runs: readonly Run[],
  events: readonly LoggedEvent[],
): Promise<Task[]> {
  const lost: Task[] = [];
  for (const task of await deps.store.view.tasks.list(ticket.id)) {
    const { status } = task.state;
    if (status !== 'running' && status !== 'verifying') continue;
    const last = events.findLast((event) => concerns(event, task));
    const atWork = runs.some((run) => run.taskId === task.id && isAtWork(run));
    if (atWork || (last && since(deps, last.occurredAt) <= quietSeconds)) continue;
    const execution = taskExecution(task);
    if ((await deps.executions.standing('task', execution)) === 'over')
      await failTask(deps, ticket, task, execution);
    else lost.push(task);
  }
  return lost;
}

function concerns({ subject, data }: LoggedEvent, task: Task): boolean {
  return subject === task.id || ('taskId' in data && data.taskId === task.id);
}

async function recentEvents({ store }: LookDeps, { id }: Ticket): Promise<LoggedEvent[]> {
  const after = Math.max(0, (await store.view.outbox.lastCursor()) - recent.events);
  return store.view.outbox.list({ ticketId: id, after, limit: recent.events });
}

/** Every event of late that something inside the platform acts on. */
async function ringAgain(deps: LookDeps, ticket: Ticket, events: readonly LoggedEvent[]): Promise<void> {
  const time = String(Math.floor(Date.parse(deps.clock()) / 1000 / againSeconds));
  const acted = events.filter(({ type }) =>
    consumersOf(type).some((one) => one !== 'console' && one !== 'audit'),
  );
  deps.log('A ticket is quiet with nothing at work; its doorbells ring once more.', { ticketId: ticket.id });
  for (const event of acted.slice(-recent.bells)) await deps.bells.ringAgain(bellOf(event), time);
}

async function fail(deps: LookDeps, ticket: Ticket, cause: string): Promise<void> {
  deps.log('A ticket failed without a word; it is recorded.', { ticketId: ticket.id, cause });
  const error = { Error: 'Lost', Cause: cause };
  await deps.steps({
    step: 'ticket.fail',
    key: `look/${ticket.id}/${ticket.version}`,
    ticketId: ticket.id,
    error,
  });
}

async function failTask(deps: LookDeps, ticket: Ticket, task: Task, execution: string): Promise<void> {
  const error = { Error: 'Lost', Cause: 'Its execution ended without saying why.' };
  const ids = { ticketId: ticket.id, taskId: task.id, execution };
  await deps.steps({ step: 'task.fail', key: `look/${execution}`, ...ids, error });
}
