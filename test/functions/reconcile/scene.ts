import { newId } from '#adapters/ids/ids.ts';
import type { Agent } from '#core/agent/agent.ts';
import { eventOf } from '#core/events/event.ts';
import { leaseSeconds, type Run } from '#core/run/run.ts';
import type { Store } from '#core/store.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import * as samples from '../../adapters/postgres/samples.ts';

/** A ticket that was submitted at this instant, and nothing since. */
export async function aTicket(store: Store, at: string): Promise<Ticket> {
  return store.transaction(async (tx) => {
    const project = samples.aProject();
    await tx.projects.insert(project);
    const number = await tx.tickets.nextNumber();
    const ticket = samples.aTicket(project.id, number, { createdAt: at, updatedAt: at });
    await tx.tickets.insert(ticket);
    const telling = { newId, at, projectId: project.id, ticketId: ticket.id, actor: 'ann' };
    await tx.outbox.append([
      eventOf(telling, ticket.id, 'ticket.submitted.v1', { number, title: ticket.title }),
    ]);
    return ticket;
  });
}

/** A run that was asked for at this instant, with this sandbox; with a lease it has claimed itself at once. */
export async function aRun(
  store: Store,
  at: string,
  sandbox: string | null,
  leaseUntil?: string,
): Promise<Run> {
  const ticket = await aTicket(store, at);
  const state: Run['state'] =
    leaseUntil === undefined ? { status: 'requested', at } : { status: 'running', startedAt: at, leaseUntil };
  const run: Run = { ...samples.aRun(ticket.id), state, sandbox };
  await store.transaction((tx) => tx.runs.insert(run));
  return run;
}

/** The registry's row of a run that beat at this instant. */
export function beaten(
  { id: runId, attempt, kind, role, ticketId, createdAt: since }: Run,
  at: string,
): Agent {
  const until = new Date(Date.parse(at) + leaseSeconds * 1000).toISOString();
  return {
    ...{ runId, attempt, kind, role, ticketId, ticket: 'TKT-1', task: null, doing: '', turn: 1 },
    ...{ since, at, until },
  };
}
