import { IllegalTransition, InvalidInput } from '#core/errors.ts';
import { closedTo } from '#core/forge/rework.ts';
import { Requirements } from '#core/spec/requirements.ts';
import type { Tx } from '#core/store.ts';
import { isSettled } from '#core/task/task.ts';
import { ticketExecution } from '#core/ticket/execution.ts';
import { reviseRequirements } from '#core/ticket/revise.ts';
import { isOver, type Ticket } from '#core/ticket/ticket.ts';
import { findTicket, found } from './find.ts';
import { apply } from './hold.ts';
import { input } from './input.ts';
import { type ApiDeps, type Call, tell } from './request.ts';
import { documentView } from './views.ts';
import { moveOn } from './waiting.ts';

/** The requirements with one of them as it shall be; criteria without an id get the next free one. */
function withRequirement(
  before: Requirements,
  id: string,
  body: Call<'changeRequirement'>['body'],
): Requirements {
  const requirement = before.requirements.find((entry) => entry.id === id);
  if (!requirement)
    throw new InvalidInput(`There is no requirement ${id}.`, {
      known: before.requirements.map((entry) => entry.id),
    });
  const numbers = requirement.criteria.map((criterion) => Number(criterion.id.split('.')[1]));
  let next = Math.max(0, ...numbers);
  const criteria = body.criteria.map(({ id: given, ...criterion }) => {
    if (given === undefined) next += 1;
    return { ...criterion, id: given ?? `${id}.${next}` };
  });
  return input(Requirements, {
    ...before,
    requirements: before.requirements.map((entry) =>
      entry === requirement ? { ...entry, text: body.text, criteria } : entry,
    ),
  });
}

/** The ticket as its requirements can be changed: one that was delivered goes back to work, if its pull request is open. */
async function changeable(tx: Tx, ticket: Ticket, at: string): Promise<Ticket> {
  if (!isOver(ticket.status)) return ticket;
  const pull = await tx.pulls.byTicket(ticket.id);
  const closed = pull === null ? `The ticket is ${ticket.status}.` : closedTo({ pull, ticket });
  if (closed !== null) {
    const next =
      ticket.status === 'failed' ? 'Have it tried again, and change it then.' : 'Write a new ticket.';
    throw new IllegalTransition(`${closed} ${next}`, { ticketId: ticket.id });
  }
  return apply(tx, ticket, { type: 'reopen' }, at);
}

/**
 * Changes one requirement by a person's word and re-opens what depends on it; nothing else is touched. A delivered ticket
 * goes on, and brings its pull request up to date.
 */
export async function changeRequirement(tx: Tx, call: Call<'changeRequirement'>, deps: ApiDeps) {
  const before = await findTicket(tx, call.params.ticket ?? '');
  const documents = await tx.documents.list(before.id);
  const current = documents.find(({ id }) => id === before.approved.requirements?.documentId);
  const old = Requirements.parse(found(current, 'There are no approved requirements to change yet.').body);
  const ticket = await changeable(tx, before, call.at);
  const standing = {
    ticket,
    documents,
    tasks: await tx.tasks.list(ticket.id),
    gates: await tx.gates.list(ticket.id),
    runs: await tx.runs.list({ ticketId: ticket.id }),
  };
  const reviser = { by: call.actor, at: call.at, newId: deps.newId, digest: deps.digest };
  const revision = reviseRequirements(
    standing,
    withRequirement(old, call.params.requirement ?? '', call.body),
    reviser,
  );
  for (const row of revision.documents) await tx.documents.insert(row);
  for (const task of revision.tasks) await tx.tasks.update(task);
  for (const task of revision.added) await tx.tasks.insert(task);
  for (const gate of revision.gates) await tx.gates.update(gate);
  for (const run of revision.runs) {
    await tx.runs.update(run);
    await tx.ledger.releaseRun(run.id, call.at);
  }
  const revised = await tx.tickets.update(revision.ticket);
  await tx.outbox.append(revision.events);
  if (before.status === 'completed') {
    const { id: ticketId, projectId } = before;
    await tell(tx, deps, call, { projectId, ticketId }, ticketId, 'ticket.reworked.v1', {
      ...{ why: `${call.actor} changed ${call.params.requirement ?? 'a requirement'}.`, by: call.actor },
      tasks: [...revision.tasks.filter((task) => !isSettled(task)), ...revision.added].map(({ key }) => key),
      execution: ticketExecution(revised),
    });
  }
  // Gates were superseded and runs ended: what the ticket waited for may be gone with them.
  await moveOn(tx, deps, call, revised);
  return documentView(found(revision.documents[0], 'Nothing changed.'), revised);
}
