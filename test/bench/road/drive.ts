/**
 * A person at the API: connects a repository, asks for a feature, approves every document, gives back work that takes
 * checks away, answers what agents ask, and stays until it is over.
 */
import { createClient } from '#cli/client.ts';
import { NoHost, Refused } from '#cli/exit.ts';
import { follow } from '#cli/follow.ts';
import { projectOf, submit, type Wish } from '#cli/road.ts';
import type { TicketView } from '#core/api/views.ts';

const isOver = ({ status }: TicketView) =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** After these there may be something to decide, or nothing more to do. */
const turning = /^(gate\.opened|question\.asked|ticket\.(completed|failed|cancelled))/;

/**
 * Takes the one ticket of a data folder to its end and returns it; null when the host was lost on the way, which `lost`
 * tells sooner than the connection does. Called again with the next host it goes on where it was. It follows as the
 * console and the CLI do, pushed to and never asking, so that what is measured is what a person has.
 */
export async function drive(
  url: string,
  wish: Wish,
  lost: AbortSignal = new AbortController().signal,
): Promise<TicketView | null> {
  try {
    const ticket = await begun(url, wish);
    for await (const { type } of follow(createClient(url), { ticket: ticket.id, after: 0 }, lost)) {
      if (!turning.test(type)) continue;
      const now = await look(url, ticket.id);
      if (isOver(now)) return now;
    }
    return null;
  } catch (error) {
    if (error instanceof NoHost || isCutOff(error)) return null;
    throw error;
  }
}

/** `fetch` says `terminated` of an answer that broke off in the middle. */
function isCutOff(error: unknown): boolean {
  return error instanceof TypeError && /terminated|fetch failed/.test(error.message);
}

async function begun(url: string, wish: Wish): Promise<TicketView> {
  const client = createClient(url);
  const project = await projectOf(client, wish.repo);
  const { items } = await client.call('listTickets', { query: { project: project.id } });
  return items[0] ?? (await submit(client, project, wish));
}

async function look(url: string, ticketId: string): Promise<TicketView> {
  const client = createClient(url);
  const ticket = await client.call('getTicket', { params: { ticket: ticketId } });
  for (const { id, tamper, documentHash: hash } of ticket.openGates) {
    const params = { id };
    const comment = 'Put back what was checked before.';
    if (tamper) await once(client.call('rejectGate', { params, body: { hash, comment } }));
    else await once(client.call('approveGate', { params, body: { hash } }));
  }
  for (const { id } of ticket.openQuestions)
    await once(client.call('answerQuestion', { params: { id }, body: { text: 'As you think best.' } }));
  return ticket;
}

/** What was decided already was so by this same driver, whose answer was lost with the host. */
async function once(decision: Promise<unknown>): Promise<void> {
  try {
    await decision;
  } catch (error) {
    if (!(error instanceof Refused && error.status === 409)) throw error;
  }
}
