/**
 * Staying with a ticket: every event is handed on, gates are decided and questions answered where that was asked for, until the ticket is
 * over, or nothing goes on without a person.
 */
import type { EventView, GateView, QuestionView, TicketView } from '#core/api/views.ts';
import type { Client } from './client.ts';
import { Refused } from './exit.ts';
import { follow, pastEvents } from './follow.ts';

/** How it ended: `interrupted` is Ctrl-C, the rest is the ticket's. */
export interface Ending {
  readonly status: 'ready' | 'failed' | 'cancelled' | 'waiting' | 'interrupted';
  readonly ticket: TicketView;
}

export interface Attention {
  readonly ticket: TicketView;
  /** Cursor of the last event that was seen already. */
  readonly after: number;
  /** Gets each event, in order. */
  readonly seen: (event: EventView) => Promise<void>;
  /** Decides a gate, or leaves it (false). */
  readonly decide: (gate: GateView, ticket: TicketView) => Promise<boolean>;
  /** Answers an agent's question, or leaves it (false). @default leaves all of them */
  readonly answer?: (question: QuestionView, ticket: TicketView) => Promise<boolean>;
  /** Told when its budget does not cover the next model call. @default says nothing */
  readonly short?: (ticket: TicketView) => void;
  /** When to come back before the ticket is over: when only a person can go on, but perhaps not where a person paused it. */
  readonly leaves: 'never' | 'waiting' | 'waiting-unless-paused';
  readonly signal: AbortSignal;
}

/** Events after which the ticket may be over or stand still. */
const turning =
  /^(ticket\.(waiting|paused|completed|failed|cancelled|proceeded)|gate\.(opened|decided)|question\.|run\.(held|ended)|budget\.exhausted|task\.(done|failed|blocked|cancelled))/;

/** Attends; throws what the client throws. */
export async function attend(client: Client, attention: Attention): Promise<Ending> {
  const { signal } = attention;
  const ticket = attention.ticket.id;
  let { after } = attention;
  const see = async (event: EventView) => {
    after = event.cursor;
    await attention.seen(event);
  };
  let ending = await look(client, attention);
  if (ending === undefined) {
    for await (const event of follow(client, { ticket, after }, signal)) {
      await see(event);
      if (turning.test(event.type)) ending = await look(client, attention);
      if (ending) break;
    }
  }
  if (ending === undefined)
    return { status: 'interrupted', ticket: await client.call('getTicket', { params: { ticket } }) };
  // The state can be ahead of the log that was read: hand on the rest before leaving.
  for (const event of await pastEvents(client, { ticket, after })) await see(event);
  return ending;
}

async function look(client: Client, attention: Attention): Promise<Ending | undefined> {
  const ticket = await client.call('getTicket', { params: { ticket: attention.ticket.id } });
  if (ticket.status === 'completed') return { status: 'ready', ticket };
  if (ticket.status === 'failed' || ticket.status === 'cancelled') return { status: ticket.status, ticket };
  const { leaves } = attention;
  if (ticket.status === 'paused') {
    // What the platform paused says why, and somebody has to mend that.
    const isLeft = leaves === 'waiting' || (leaves === 'waiting-unless-paused' && ticket.hold !== null);
    return isLeft ? { status: 'waiting', ticket } : undefined;
  }
  const { decide, answer, short } = attention;
  if (ticket.waitingFor === 'budget') short?.(ticket);
  let open = 0;
  for (const gate of ticket.openGates) if (!(await unlessLate(() => decide(gate, ticket)))) open += 1;
  for (const question of ticket.openQuestions)
    if (!(await unlessLate(async () => (await answer?.(question, ticket)) ?? false))) open += 1;
  const waits = open > 0 || ticket.waitingFor === 'budget' || ticket.hold !== null;
  if (!waits || leaves === 'never' || !(await standsStill(client, ticket))) return undefined;
  return { status: 'waiting', ticket };
}

/** What somebody else decided in the meantime, or a newer version superseded, needs no decision of ours. */
async function unlessLate(decide: () => Promise<boolean>): Promise<boolean> {
  try {
    return await decide();
  } catch (error) {
    if (error instanceof Refused && error.status === 409) return true;
    throw error;
  }
}

/** No sandbox is at work, and each task that was begun waits for a held run, or for what a person says of its work. */
async function standsStill(client: Client, ticket: TicketView): Promise<boolean> {
  const params = { ticket: ticket.id };
  const { items: runs } = await client.call('listRuns', { params });
  if (runs.some(({ status }) => status === 'requested' || status === 'running')) return false;
  const held = new Set([
    ...runs.filter(({ status }) => status === 'held').map(({ taskId }) => taskId),
    ...ticket.openGates.flatMap(({ tamper }) => (tamper ? [tamper.taskId] : [])),
  ]);
  const { items: tasks } = await client.call('listTasks', { params });
  return tasks.every(({ id, status }) => (status !== 'running' && status !== 'verifying') || held.has(id));
}
