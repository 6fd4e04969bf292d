/** A run's life as the workflow sees it: started, held, released; launched and lost by the word of its host. */
import { z } from 'zod';
import { IllegalTransition } from '#core/errors.ts';
import { RunId, TicketId } from '#core/id.ts';
import { aboutRun, type Run } from '#core/run/run.ts';
import { waitsFor } from '#core/task/task.ts';
import { isOver, type Ticket } from '#core/ticket/ticket.ts';
import {
  type Desk,
  goOn,
  moveRun,
  moveTicket,
  type Step,
  step,
  tell,
  theRun,
  theTask,
  theTicket,
} from './desk.ts';
import { holdPaused, tellEnded, tellRequested } from './runs.ts';

const token = z.string().min(1);
const waiting = z.looseObject({ ticketId: TicketId, runId: RunId, token });

/** Asks for the sandbox of a run, or of the next attempt of one that was held; its end answers the token. */
const start = step(waiting, async ({ ticketId, runId, token }, desk) => {
  const ticket = await theTicket(desk, ticketId);
  const run = await theRun(desk, runId);
  if (isOver(ticket.status)) throw new IllegalTransition(`The ticket is ${ticket.status}.`, { ticketId });
  if (run.state.status === 'ended') {
    await tellEnded(desk, ticket, run, token);
    return { runId };
  }
  if (ticket.status === 'paused' && run.state.status !== 'running') {
    // Also one whose question was answered meanwhile: from now on it waits for the resumption alone.
    await holdPaused(desk, ticket, { ...onto(run, ticket), token });
    return { runId };
  }
  if (run.state.status === 'held') {
    const resumed = await moveRun(desk, onto(run, ticket), { type: 'resume', token });
    await goOn(desk, ticket, 'question', 'budget');
    await tellRequested(desk, ticket, resumed);
    return { runId };
  }
  // Asked for already (this is a repetition whose answer was lost): only the token is new.
  const fresh = run.token === null;
  const written = await desk.tx.runs.update({ ...run, token });
  if (fresh) await tellRequested(desk, ticket, written);
  return { runId };
});

/** What it waited for is on the branch now: its work goes on from there. */
function onto(run: Run, { headCommit }: Ticket): Run {
  const waited = run.state.status === 'held' && run.state.reason === 'dependency';
  return waited && headCommit !== null ? { ...run, baseCommit: headCommit } : run;
}

/** How far back in the log an extension of the budget can hide between the hold and this step. */
const recentEvents = 1000;

async function extendedSince(desk: Desk, ticket: Ticket, since: string): Promise<boolean> {
  const last = await desk.tx.outbox.lastCursor();
  const after = Math.max(0, last - recentEvents);
  const events = await desk.tx.outbox.list({ ticketId: ticket.id, after, limit: recentEvents });
  return events.some(({ type, occurredAt }) => type === 'ticket.budget_extended.v1' && occurredAt >= since);
}

/** Whether the person was faster than the workflow: what the run is held for is settled. */
async function released(desk: Desk, ticket: Ticket, run: Run): Promise<boolean> {
  if (run.state.status !== 'held') return true;
  switch (run.state.reason) {
    case 'paused':
      return ticket.status !== 'paused';
    case 'question':
      return (await desk.tx.notes.questions({ runId: run.id })).every(({ answer }) => answer !== null);
    case 'dependency':
      return run.taskId === null || waitsFor(await theTask(desk, run.taskId)) === null;
    case 'budget':
      return extendedSince(desk, ticket, run.state.at);
    default:
      return run.state.reason satisfies never;
  }
}

/** Registers the token that the person's answer will find, or answers it when that came first. */
const hold = step(waiting, async ({ ticketId, runId, token }, desk) => {
  // A person's word at this very moment waits for the token, or this for the word: neither must miss the other.
  await desk.tx.tasks.hold(ticketId);
  const ticket = await theTicket(desk, ticketId);
  const run = await theRun(desk, runId);
  if (await released(desk, ticket, run)) {
    await tell(desk, ticket, runId, 'run.released.v1', { runId, tokens: [token] });
    return { runId };
  }
  await desk.tx.runs.update({ ...run, token });
  const reason = run.state.status === 'held' ? run.state.reason : null;
  // The others are matters for a person.
  if (reason === 'question' || reason === 'budget') await moveTicket(desk, ticket, { type: 'wait', reason });
  return { runId };
});

const attempt = z.looseObject({ runId: RunId, attempt: z.number().int() });

/** Notes which sandbox the attempt got. `current` is false when it is not wanted any more. */
const launched = step(attempt.extend({ handle: z.string() }), async (input, desk) => {
  const run = await theRun(desk, input.runId);
  const live = run.state.status === 'requested' || run.state.status === 'running';
  if (!live || run.attempt !== input.attempt) return { current: false };
  await desk.tx.runs.update({ ...run, sandbox: input.handle });
  return { current: true };
});

/** Its sandbox is gone: another attempt, or the end after too many in a row. */
const lose = step(attempt, async (input, desk) => {
  const run = await theRun(desk, input.runId);
  const live = run.state.status === 'requested' || run.state.status === 'running';
  if (!live || run.attempt !== input.attempt) return { lost: false };
  const ticket = await theTicket(desk, run.ticketId);
  const { id: runId } = run;
  await tell(desk, ticket, runId, 'run.lost.v1', aboutRun(run));
  const next = await moveRun(desk, run, { type: 'lose' });
  if (next.state.status === 'ended') {
    await desk.tx.ledger.releaseRun(runId, desk.at);
    await tellEnded(desk, ticket, next, next.token);
    await goOn(desk, ticket, 'question');
  } else {
    await tellRequested(desk, ticket, next);
  }
  return { lost: true };
});

/** No sandbox of it can start until a person changes something: its ticket is paused, and says why. */
const withhold = step(attempt.extend({ why: z.string() }), async (input, desk) => {
  const run = await theRun(desk, input.runId);
  const ticket = await theTicket(desk, run.ticketId);
  const live = run.state.status === 'requested' || run.state.status === 'running';
  if (!live || run.attempt !== input.attempt || isOver(ticket.status)) return { held: false };
  const hold = { why: input.why, at: desk.at, token: null };
  const paused = await moveTicket(desk, ticket, { type: 'pause', hold });
  await holdPaused(desk, paused, run);
  return { held: true };
});

/** Called by the state machines. */
export const runSteps = { 'run.start': start, 'run.hold': hold } satisfies Record<string, Step>;

/** Called by the effects of events. */
export const runActs = {
  'run.launched': launched,
  'run.lose': lose,
  'run.withhold': withhold,
} satisfies Record<string, Step>;
