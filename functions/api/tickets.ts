/** Tickets: submitting, pausing, resuming, cancelling, and moving their ceiling. */
import { IllegalTransition, InvalidInput, NotReady } from '#core/errors.ts';
import { ProjectId } from '#core/id.ts';
import { networkObstacles } from '#core/project/networks.ts';
import type { Tx } from '#core/store.ts';
import { newTicket } from '#core/ticket/submit.ts';
import { isOver, type Ticket, TicketStatus, ticketName } from '#core/ticket/ticket.ts';
import { findTicket, found } from './find.ts';
import { apply, heldTokens, resume } from './hold.ts';
import { input } from './input.ts';
import { withGates } from './projects.ts';
import { type ApiDeps, type Call, type Handlers, tell } from './request.ts';
import { ticketView } from './views.ts';
import { moveOn } from './waiting.ts';

type TicketRoutes =
  | 'listTickets'
  | 'listWaiting'
  | 'submitTicket'
  | 'getTicket'
  | 'pauseTicket'
  | 'resumeTicket'
  | 'cancelTicket'
  | 'setBudget';

const scopeOf = (ticket: Ticket) => ({ projectId: ticket.projectId, ticketId: ticket.id });

/** What the store gives at once; more would look like the end of the list. */
const mostTickets = 200;

export const ticketHandlers: Handlers<TicketRoutes> = {
  async listTickets({ query }, { store }) {
    const statuses = query.status?.split(',').map((status) => input(TicketStatus, status));
    const limit = Math.min(query.limit ?? 50, mostTickets);
    const tickets = await store.view.tickets.list({
      limit,
      ...(query.project ? { projectId: input(ProjectId, query.project) } : {}),
      ...(statuses ? { status: statuses } : {}),
      ...(query.before !== undefined ? { before: query.before } : {}),
    });
    const items = await Promise.all(tickets.map((ticket) => ticketView(store.view, ticket)));
    const last = tickets.at(-1);
    return { items, next: last && tickets.length === limit ? String(last.number) : null };
  },

  async listWaiting({ query }, { store }) {
    const limit = Math.min(query.limit ?? 50, mostTickets);
    const before = query.before === undefined ? {} : { before: query.before };
    const tickets = await store.view.tickets.waiting({ limit, ...before });
    const items = await Promise.all(tickets.map((ticket) => ticketView(store.view, ticket)));
    const last = tickets.at(-1);
    const next = last && tickets.length === limit ? String(last.number) : null;
    return { items, next, total: await store.view.tickets.countWaits() };
  },

  async submitTicket(call, deps) {
    const { body } = call;
    await refuseObstacles(deps, body.projectId);
    return call.transact(async (tx) => {
      const project = found(await tx.projects.get(body.projectId), 'There is no such project.');
      if (project.trouble !== null) throw new IllegalTransition(project.trouble, { projectId: project.id });
      const ticket = newTicket(project, {
        id: deps.newId('ticket'),
        number: await tx.tickets.nextNumber(),
        title: body.title,
        description: body.description,
        gates: withGates(project.gates, body.gates),
        tainted: false,
        source: null,
        at: call.at,
      });
      await tx.tickets.insert(ticket);
      await tx.ledger.open(ticket.id, body.budgetMicros ?? project.budgetMicros);
      await tell(tx, deps, call, scopeOf(ticket), ticket.id, 'ticket.submitted.v1', {
        number: ticket.number,
        title: ticket.title,
      });
      return ticketView(tx, ticket);
    });
  },

  async getTicket({ params }, { store }) {
    return ticketView(store.view, await findTicket(store.view, params.ticket ?? ''));
  },

  pauseTicket: (call, deps) =>
    call.transact(async (tx) => {
      const ticket = await findTicket(tx, call.params.ticket ?? '');
      const paused = await apply(tx, ticket, { type: 'pause' }, call.at);
      if (paused !== ticket)
        await tell(tx, deps, call, scopeOf(ticket), ticket.id, 'ticket.paused.v1', { by: call.actor });
      return ticketView(tx, paused);
    }),

  resumeTicket: (call, deps) =>
    call.transact(async (tx) => {
      const ticket = await findTicket(tx, call.params.ticket ?? '');
      return ticketView(tx, await resume(tx, deps, call, ticket));
    }),

  cancelTicket: (call, deps) =>
    call.transact(async (tx) => {
      const ticket = await findTicket(tx, call.params.ticket ?? '');
      const cancelled = await apply(
        tx,
        ticket,
        { type: 'cancel', reason: call.body.reason ?? `Cancelled by ${call.actor}.` },
        call.at,
      );
      if (cancelled !== ticket)
        await tell(tx, deps, call, scopeOf(ticket), ticket.id, 'ticket.cancelled.v1', { by: call.actor });
      return ticketView(tx, cancelled);
    }),

  setBudget: (call, deps) => call.transact((tx) => setBudget(tx, call, deps)),
};

/** A ticket that could not be worked on would only fail: whoever submits it is told what to mend instead. */
async function refuseObstacles({ store, obstacles, networks }: ApiDeps, id: ProjectId): Promise<void> {
  const project = found(await store.view.projects.get(id), 'There is no such project.');
  const all = [...(await obstacles(project.repo)), ...networkObstacles(project, networks)];
  if (all.length > 0) throw new NotReady(all.join(' '), { obstacles: all });
}

async function setBudget(tx: Tx, call: Call<'setBudget'>, deps: ApiDeps) {
  const { limitMicros } = call.body;
  const ticket = await findTicket(tx, call.params.ticket ?? '');
  // A run that registers its token at this moment does it before, and is answered, or after, and sees for itself.
  await tx.tasks.hold(ticket.id);
  const balance = await tx.ledger.balance(ticket.id);
  if (isOver(ticket.status))
    throw new InvalidInput(`${ticketName(ticket.number)} is ${ticket.status}; its budget cannot move.`);
  if (limitMicros < balance.spent + balance.reserved) {
    throw new InvalidInput('The limit cannot go below what is spent and reserved already.', { ...balance });
  }
  await tx.ledger.setLimit(ticket.id, limitMicros);
  const raised = limitMicros > balance.limit;
  const tokens = raised ? await heldTokens(tx, ticket, 'budget') : [];
  const after = raised ? await moveOn(tx, deps, call, ticket, 'budget') : ticket;
  await tell(tx, deps, call, scopeOf(ticket), ticket.id, 'ticket.budget_extended.v1', {
    limitMicros,
    by: call.actor,
    tokens,
  });
  return ticketView(tx, after);
}
