/** The ends of a ticket's road: what is copied at its start, what holds it up at the forge, and how it fails or closes. */
import { z } from 'zod';
import { TicketId } from '#core/id.ts';
import { isOver } from '#core/ticket/ticket.ts';
import { moveTicket, type Step, step, theProject, theTicket } from './desk.ts';
import { closeTicket, explain, Failure, failTicket } from './failure.ts';
import { follow, Mirrored } from './follow.ts';
import { atWork } from './runs.ts';

const one = z.looseObject({ ticketId: TicketId });

/** Which repository and branch to copy, and whether it is the first time or to see what is new there. */
const prepare = step(one, async ({ ticketId }, desk) => {
  const ticket = await theTicket(desk, ticketId);
  const { id: projectId, repo, defaultBranch: branch } = await theProject(desk, ticket);
  return { repo, projectId, branch, started: ticket.baseCommit !== null };
});

/** Fixes the base commit; the first ticket of a project also fixes which branch is the default one. */
const start = step(one.extend({ mirrored: Mirrored }), async ({ ticketId, mirrored }, desk) => {
  const ticket = await theTicket(desk, ticketId);
  const { commit, bundle } = mirrored;
  await moveTicket(desk, ticket, { type: 'mirrored', commit, bundle });
  await follow(desk, ticket, mirrored);
  return { ticketId };
});

/** The forge refuses: the ticket stands still, and is tried again when somebody has mended that. */
const hold = step(one.extend({ error: Failure, token: z.string().min(1) }), async (input, desk) => {
  const { ticketId, error, token } = input;
  const why = explain(error).cause;
  await moveTicket(desk, await theTicket(desk, ticketId), {
    type: 'hold',
    hold: { why, token, at: desk.at },
  });
  return { ticketId };
});

/** How much ceremony was agreed. */
const route = step(one, async ({ ticketId }, desk) => {
  const { ceremony } = atWork(await theTicket(desk, ticketId));
  return { ceremony: ceremony ?? 'full' };
});

const fail = step(one.extend({ error: Failure }), async (input, desk) => {
  const told = explain(input.error);
  await failTicket(desk, await theTicket(desk, input.ticketId), told.cause);
  return told;
});

/** After a cancellation: ends what still lives under the ticket. */
const close = step(one, async ({ ticketId }, desk) => {
  const ticket = await theTicket(desk, ticketId);
  if (isOver(ticket.status)) await closeTicket(desk, ticket);
  return { ticketId };
});

/** Called by the state machines. */
export const ticketSteps = {
  'ticket.prepare': prepare,
  'ticket.start': start,
  'ticket.hold': hold,
  'ticket.route': route,
  'ticket.fail': fail,
} satisfies Record<string, Step>;

/** Called by the effects of events. */
export const ticketActs = { 'ticket.close': close } satisfies Record<string, Step>;
