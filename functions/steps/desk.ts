/** What every step works with: one transaction, the time, and the few things that write a row together with its event. */
import type { z } from 'zod';
import { NotFound } from '#core/errors.ts';
import type { EventData, EventType } from '#core/events/catalogue.ts';
import { eventOf } from '#core/events/event.ts';
import type { Clock, Digest, Instant, NewId, RunId, TaskId, TicketId } from '#core/id.ts';
import type { Project } from '#core/project/project.ts';
import { decideRun, type Run, type RunCommand } from '#core/run/run.ts';
import type { Store, Tx } from '#core/store.ts';
import { decideTask, type Task, type TaskCommand } from '#core/task/task.ts';
import { decideTicket, evolveTicket, type TicketCommand, type TicketFact } from '#core/ticket/decide.ts';
import type { Ticket, WaitReason } from '#core/ticket/ticket.ts';
import { moveOn, waitsOf } from '#core/ticket/waits.ts';
import type { Blobs } from '#core/verify/ports.ts';

export interface StepDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  /** SHA-256 of a text as UTF-8. */
  readonly digest: (text: string) => Digest;
  /** Where texts go that are too long for an execution's state. */
  readonly blobs: Pick<Blobs, 'put'>;
  /** Who the commits of the ticket branch are by. */
  readonly author: { readonly name: string; readonly email: string };
  /**
   * Most tasks at work at once in the whole installation.
   * @default 8
   */
  readonly slots?: number;
}

/** One step call. */
export interface Desk extends Omit<StepDeps, 'store' | 'clock'> {
  readonly tx: Tx;
  readonly at: Instant;
}

/** Small JSON with ids only: it becomes part of the execution's state. */
export type Answer = Readonly<Record<string, unknown>>;

/** A step as the table holds it: parses its own input. */
export type Step = (input: unknown, desk: Desk) => Promise<Answer>;

export function step<S extends z.ZodType>(
  schema: S,
  run: (input: z.output<S>, desk: Desk) => Promise<Answer>,
): Step {
  return (input, desk) => run(schema.parse(input), desk);
}

/** Appends one event of the ticket. */
export async function tell<T extends EventType>(
  desk: Desk,
  ticket: Pick<Ticket, 'id' | 'projectId'>,
  subject: string,
  type: T,
  data: EventData<T>,
): Promise<void> {
  const { newId, at } = desk;
  const telling = { newId, at, projectId: ticket.projectId, ticketId: ticket.id, actor: 'platform' };
  await desk.tx.outbox.append([eventOf(telling, subject, type, data)]);
}

export async function theTicket({ tx }: Desk, id: TicketId): Promise<Ticket> {
  const ticket = await tx.tickets.get(id);
  if (!ticket) throw new NotFound('There is no such ticket.', { ticketId: id });
  return ticket;
}

export async function theProject({ tx }: Desk, ticket: Ticket): Promise<Project> {
  const project = await tx.projects.get(ticket.projectId);
  if (!project) throw new NotFound('There is no such project.', { projectId: ticket.projectId });
  return project;
}

export async function theTask({ tx }: Desk, id: TaskId): Promise<Task> {
  const task = await tx.tasks.get(id);
  if (!task) throw new NotFound('There is no such task.', { taskId: id });
  return task;
}

export async function theRun({ tx }: Desk, id: RunId): Promise<Run> {
  const run = await tx.runs.get(id);
  if (!run) throw new NotFound('There is no such run.', { runId: id });
  return run;
}

/** What an event of the ticket says beyond the fact itself. */
interface Told {
  readonly by?: string;
  readonly done?: number;
  readonly failed?: number;
}

/** Applies a command to the ticket, writes the row and tells each fact; the row as it is then. */
export async function moveTicket(
  desk: Desk,
  ticket: Ticket,
  command: TicketCommand,
  told: Told = {},
): Promise<Ticket> {
  const facts = decideTicket(ticket, command);
  if (facts.length === 0) return ticket;
  const moved = facts.reduce((state, fact) => evolveTicket(state, fact, desk.at), ticket);
  const written = await desk.tx.tickets.update(moved);
  for (const fact of facts) await tellFact(desk, written, fact, told);
  return written;
}

/** After something was settled: the ticket, where it waited for one of these, moves or waits for what is left. */
export async function goOn(desk: Desk, ticket: Ticket, ...settled: readonly WaitReason[]): Promise<void> {
  if (ticket.waitingFor === null || !settled.includes(ticket.waitingFor)) return;
  await moveTicket(desk, ticket, moveOn(ticket, await waitsOf(desk.tx, ticket.id)));
}

async function tellFact(desk: Desk, ticket: Ticket, fact: TicketFact, told: Told): Promise<void> {
  const by = told.by ?? 'platform';
  const say = <T extends EventType>(type: T, data: EventData<T>, subject: string = ticket.id) =>
    tell(desk, ticket, subject, type, data);
  switch (fact.type) {
    case 'ticket.mirrored':
      return say('ticket.mirrored.v1', { commit: fact.commit });
    case 'ticket.phase_entered':
      return say('ticket.phase_entered.v1', { phase: fact.phase });
    case 'ticket.waiting':
      return say('ticket.waiting.v1', { reason: fact.reason });
    case 'ticket.proceeded':
      return say('ticket.proceeded.v1', {});
    case 'ticket.document_approved': {
      const { documentId, kind, hash } = fact;
      return say('document.approved.v1', { documentId, kind, hash, by }, documentId);
    }
    case 'ticket.ceremony_set':
      return say('ticket.ceremony_set.v1', { ceremony: fact.ceremony });
    case 'ticket.commands_proven':
      return say('ticket.commands_proven.v1', {
        verified: fact.verified,
        ...(fact.nameless && { nameless: true }),
      });
    case 'ticket.execution_started':
      return say('ticket.execution_started.v1', {});
    case 'ticket.execution_finished': {
      const { done = 0, failed = 0 } = told;
      return say('ticket.execution_finished.v1', { token: fact.token, done, failed });
    }
    case 'ticket.advanced':
      return say('ticket.advanced.v1', { from: fact.from, to: fact.to });
    case 'ticket.held':
      return say('ticket.waiting.v1', { reason: 'forge' });
    case 'ticket.released':
      if (ticket.status === 'running') await say('ticket.proceeded.v1', {});
      return say('ticket.resumed.v1', { by, tokens: fact.token === null ? [] : [fact.token] });
    case 'ticket.paused':
      return say('ticket.paused.v1', { by });
    case 'ticket.resumed':
      return say('ticket.resumed.v1', { by, tokens: [] });
    case 'ticket.completed':
      return ticket.headCommit === null
        ? undefined
        : say('ticket.completed.v1', { branch: fact.branch, commit: ticket.headCommit });
    case 'ticket.reopened':
      // Told as `ticket.reworked`, with why and with which tasks.
      return;
    case 'ticket.failed':
      return say('ticket.failed.v1', { reason: fact.reason });
    case 'ticket.cancelled':
      return say('ticket.cancelled.v1', { by });
    default:
      return fact satisfies never;
  }
}

/** Applies a command to the run and writes the row; the events are the caller's. */
export async function moveRun({ tx, at }: Desk, run: Run, command: RunCommand): Promise<Run> {
  return tx.runs.update(decideRun(run, command, at));
}

/** Applies a command to the task and writes the row; the events are the caller's. */
export async function moveTask({ tx, at }: Desk, task: Task, command: TaskCommand): Promise<Task> {
  return tx.tasks.update(decideTask(task, command, at));
}
