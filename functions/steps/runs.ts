/** Asking for runs and checks, and telling what became of them: shared by the steps of phases, tasks and delivery. */
import { z } from 'zod';
import { IllegalTransition } from '#core/errors.ts';
import { RunId, type Sha, type TaskId } from '#core/id.ts';
import { maxUnmeasured } from '#core/merge/queue.ts';
import type { Commands } from '#core/project/project.ts';
import { checkOutcome } from '#core/run/checked.ts';
import { aboutRun, type Role, type Run } from '#core/run/run.ts';
import { isOver, type Ticket, ticketName } from '#core/ticket/ticket.ts';
import type { CheckPlan } from '#core/verify/check.ts';
import { type Answer, type Desk, moveRun, tell } from './desk.ts';
import { proofPlan } from './proof.ts';

/** What the workflow hands on when a run's task token was answered. */
export const RunAnswer = z.looseObject({ status: z.string(), runId: RunId });
export type RunAnswer = z.infer<typeof RunAnswer>;

/** The ticket with the commits that exist once the repository was copied. Throws `IllegalTransition` before, or when it is over. */
export function atWork(ticket: Ticket): Ticket & { readonly baseCommit: Sha; readonly headCommit: Sha } {
  const { baseCommit, headCommit } = ticket;
  if (isOver(ticket.status))
    throw new IllegalTransition(`${ticketName(ticket.number)} is ${ticket.status}.`, { ticketId: ticket.id });
  if (baseCommit === null || headCommit === null)
    throw new IllegalTransition(`The repository of ${ticketName(ticket.number)} was not copied yet.`, {
      ticketId: ticket.id,
    });
  return { ...ticket, baseCommit, headCommit };
}

interface NewRun {
  readonly kind: Run['kind'];
  readonly role: Role;
  readonly round: number;
  readonly taskId: TaskId | null;
  readonly baseCommit: Sha;
  readonly feedback: string | null;
  readonly check: CheckPlan | null;
  readonly token: string | null;
}

/** Adds a run that nobody has launched yet. */
export async function addRun(desk: Desk, ticket: Ticket, asked: NewRun): Promise<Run> {
  const run: Run = {
    ...asked,
    id: desk.newId('run'),
    ticketId: ticket.id,
    phase: ticket.phase,
    attempt: 1,
    lost: 0,
    state: { status: 'requested', at: desk.at },
    sandbox: null,
    turns: 0,
    version: 0,
    createdAt: desk.at,
  };
  await desk.tx.runs.insert(run);
  return run;
}

/** Asks for the run's sandbox. */
export async function tellRequested(desk: Desk, ticket: Ticket, run: Run): Promise<void> {
  await tell(desk, ticket, run.id, 'run.requested.v1', { ...aboutRun(run), round: run.round });
}

/** Tells the end of a run; answers `token` where somebody waits. */
export async function tellEnded(desk: Desk, ticket: Ticket, run: Run, token: string | null): Promise<void> {
  if (run.state.status !== 'ended') return;
  const { outcome } = run.state;
  const failed = outcome.type === 'failed';
  await tell(desk, ticket, run.id, 'run.ended.v1', {
    ...aboutRun(run),
    outcome: outcome.type,
    reason: failed ? outcome.reason : 'submitted',
    message: failed ? outcome.message : '',
    token,
  });
}

/** Ends a run from outside: its execution is over or stopped, so nobody is answered. */
export async function cancelRun(desk: Desk, ticket: Ticket, run: Run, message: string): Promise<void> {
  if (run.state.status === 'ended') return;
  await desk.tx.ledger.releaseRun(run.id, desk.at);
  const ended = await moveRun(desk, run, {
    type: 'end',
    outcome: { type: 'failed', reason: 'cancelled', message },
  });
  await tellEnded(desk, ticket, ended, null);
}

interface NewCheck {
  readonly purpose: 'baseline' | 'final';
  readonly head: Sha;
  readonly commands: Commands;
  readonly token: string;
}

/**
 * Starts a check of one commit, or takes over the one that is under way (the state was entered again after a lost
 * answer: only its token is new) or was held with its ticket. Checks of the merge queue are its own.
 */
export async function startCheck(desk: Desk, ticket: Ticket, asked: NewCheck): Promise<Run> {
  const { purpose, head, commands, token } = asked;
  const runs = await desk.tx.runs.list({ ticketId: ticket.id });
  const earlier = runs.filter(({ check }) => check?.purpose === purpose);
  const twin = earlier.find(({ state, check }) => state.status !== 'ended' && check?.head === head);
  if (twin?.state.status === 'held' && ticket.status === 'paused')
    return holdPaused(desk, ticket, { ...twin, token });
  if (twin?.state.status === 'held') {
    const resumed = await moveRun(desk, twin, { type: 'resume', token });
    await tellRequested(desk, ticket, resumed);
    return resumed;
  }
  if (twin) return desk.tx.runs.update({ ...twin, token });
  const run = await addRun(desk, ticket, {
    kind: 'check',
    role: 'verifier',
    round: earlier.length + 1,
    taskId: null,
    baseCommit: head,
    feedback: null,
    check: {
      ...{ purpose, head, works: [], commands },
      proof: await proofPlan(desk, ticket, { purpose, works: [] }),
    },
    token,
  });
  if (ticket.status === 'paused') return holdPaused(desk, ticket, run);
  await tellRequested(desk, ticket, run);
  return run;
}

/** A paused ticket begins no run, and lets those finish that are checks; this one waits for its resumption. */
export async function holdPaused(desk: Desk, ticket: Ticket, run: Run): Promise<Run> {
  const held = await moveRun(desk, run, { type: 'hold', reason: 'paused' });
  await tell(desk, ticket, run.id, 'run.held.v1', {
    ...aboutRun(held),
    reason: 'paused',
    token: held.token,
  });
  return held;
}

/** Whether enough checks of this purpose came to nothing since the last one that measured something. */
export function checksExhausted(runs: readonly Run[]): boolean {
  const newest = [...runs].sort((a, b) => (a.id < b.id ? 1 : -1));
  const measured = newest.findIndex((run) => checkOutcome(run).type !== 'none');
  return (measured < 0 ? newest.length : measured) >= maxUnmeasured;
}

/** Step Functions' shape of a failure, which leads to the state `Fail`. */
export function failure(name: string, sentence: string): Answer {
  return { next: 'fail', Error: name, Cause: sentence };
}
