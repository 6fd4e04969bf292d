import { IllegalTransition, InvalidInput } from '#core/errors.ts';
import { Requirements } from '#core/spec/requirements.ts';
import type { Tx } from '#core/store.ts';
import { ticketExecution } from '#core/ticket/execution.ts';
import { reviseRequirements } from '#core/ticket/revise.ts';
import { type Ticket, ticketName } from '#core/ticket/ticket.ts';
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

/** A delivered ticket takes work again as long as nobody merged or closed what it delivered. */
async function reopened(tx: Tx, ticket: Ticket, { at }: Pick<Call<'changeRequirement'>, 'at'>) {
  const pull = await tx.pulls.byTicket(ticket.id);
  if (pull === null || pull.state !== 'open')
    throw new IllegalTransition(
      `${ticketName(ticket.number)} is over${pull === null ? '' : `: its pull request is ${pull.state}`}. Ask for the change in a ticket of its own.`,
      { ticketId: ticket.id },
    );
  return apply(tx, ticket, { type: 'reopen' }, at);
}

/**
 * Changes one requirement by a person's word and re-opens what depends on it; nothing else is touched. A ticket that was
 * delivered goes back to work with that, and its pull request is brought up to date in place.
 */
export async function changeRequirement(tx: Tx, call: Call<'changeRequirement'>, deps: ApiDeps) {
  const before = await findTicket(tx, call.params.ticket ?? '');
  const comesBack = before.status === 'completed';
  const ticket = comesBack ? await reopened(tx, before, call) : before;
  const documents = await tx.documents.list(ticket.id);
  const current = documents.find(({ id }) => id === ticket.approved.requirements?.documentId);
  const body = Requirements.parse(found(current, 'There are no approved requirements to change yet.').body);
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
    withRequirement(body, call.params.requirement ?? '', call.body),
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
  if (comesBack) {
    const reworked = [...revision.tasks.filter(({ state }) => state.status !== 'done'), ...revision.added];
    await tell(
      tx,
      deps,
      call,
      { projectId: revised.projectId, ticketId: revised.id },
      revised.id,
      'ticket.reworked.v1',
      {
        ...{ why: `${call.actor} changed ${revision.impact.requirements.join(', ')}.`, by: call.actor },
        ...{ tasks: reworked.map(({ key }) => key), execution: ticketExecution(revised) },
      },
    );
  }
  // Gates were superseded and runs ended: what the ticket waited for may be gone with them.
  await moveOn(tx, deps, call, revised);
  return documentView(found(revision.documents[0], 'Nothing changed.'), revised);
}
