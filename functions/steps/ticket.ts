import { z } from 'zod';
import { Sha, TicketId } from '#core/id.ts';
import { isOver } from '#core/ticket/ticket.ts';
import { moveTicket, type Step, step, tell, theProject, theTicket } from './desk.ts';
import { closeTicket, explain, Failure, failTicket } from './failure.ts';
import { atWork } from './runs.ts';

const one = z.looseObject({ ticketId: TicketId });

/** Which repository and branch to copy. */
const prepare = step(one, async ({ ticketId }, desk) => {
  const ticket = await theTicket(desk, ticketId);
  const project = await theProject(desk, ticket);
  return { repo: project.repo, projectId: project.id, branch: project.defaultBranch };
});

const Mirrored = z.looseObject({ defaultBranch: z.string(), commit: Sha, bundle: z.string() });

/** Fixes the base commit; the first ticket of a project also fixes which branch is the default one. */
const start = step(one.extend({ mirrored: Mirrored }), async ({ ticketId, mirrored }, desk) => {
  const ticket = await theTicket(desk, ticketId);
  const project = await theProject(desk, ticket);
  const { commit, bundle, defaultBranch } = mirrored;
  await moveTicket(desk, ticket, { type: 'mirrored', commit, bundle });
  if (project.defaultBranch === null) {
    await desk.tx.projects.update({ ...project, defaultBranch });
    await tell(desk, ticket, project.id, 'project.updated.v1', { name: project.name });
  }
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
  'ticket.route': route,
  'ticket.fail': fail,
} satisfies Record<string, Step>;

/** Called by the effects of events. */
export const ticketActs = { 'ticket.close': close } satisfies Record<string, Step>;
