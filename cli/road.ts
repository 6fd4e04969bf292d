/** From a repository and a title to a ticket: connects and submits what is not there yet, and takes up what is. */
import { basename } from 'node:path';
import type { ProjectView, TicketView } from '#core/api/views.ts';
import type { IndependentPolicy } from '#core/project/project.ts';
import type { Client } from './client.ts';
import { given } from './options.ts';

export interface Wish {
  /** An absolute path or a URL. */
  readonly repo: string;
  readonly title: string;
  readonly description: string;
  readonly budgetMicros?: number;
}

/** The project of a repository; connects it when it is not yet. `independent` where another setting is wished for. */
export async function projectOf(
  client: Client,
  repo: string,
  independent?: IndependentPolicy,
): Promise<ProjectView> {
  const { items } = await client.call('listProjects', {});
  const known = items.find((project) => project.repo === repo);
  if (known)
    return independent === undefined || independent === known.independent
      ? known
      : client.call('updateProject', { params: { id: known.id }, body: { independent } });
  const name = basename(repo.replace(/\/+$/, '')).replace(/\.git$/, '') || 'repository';
  return client.call('connectProject', {
    body: { name: name.slice(0, 100), repo, ...given({ independent }) },
  });
}

export function submit(client: Client, project: ProjectView, wish: Wish): Promise<TicketView> {
  const { title, description, budgetMicros } = wish;
  return client.call('submitTicket', {
    body: { projectId: project.id, title, description, ...given({ budgetMicros }) },
  });
}

/** The newest ticket of the project with that title that is not over. */
export async function unfinished(
  client: Client,
  project: ProjectView,
  title: string,
): Promise<TicketView | undefined> {
  for (let before: number | undefined; ; ) {
    const query = { project: project.id, status: 'running,waiting,paused', limit: 500, ...given({ before }) };
    const page = await client.call('listTickets', { query });
    const found = page.items.find((ticket) => ticket.title === title.trim());
    if (found || page.next === null) return found;
    before = Number(page.next);
  }
}

/**
 * The ticket that the same wish led to before: unfinished, or done with its pull request still open. One that failed, was
 * merged, or was asked for in other words is history, and the wish a new one.
 */
export async function earlierOf(
  client: Client,
  project: ProjectView,
  wish: Wish,
): Promise<TicketView | undefined> {
  const open = await unfinished(client, project, wish.title);
  if (open) return open;
  // The newest 200 of a project: who repeats a command does so soon.
  const query = { project: project.id, status: 'completed', limit: 200 };
  const { items } = await client.call('listTickets', { query });
  return items.find(
    ({ title, description, pullRequest }) =>
      title === wish.title.trim() && description === wish.description && pullRequest?.state === 'open',
  );
}

/** Takes up an earlier ticket: goes on when it was paused or the forge held it up, with more money when more is given. */
export async function takeUp(client: Client, ticket: TicketView, budgetMicros?: number): Promise<TicketView> {
  const params = { ticket: ticket.id };
  if (ticket.status === 'completed') return ticket;
  const stands = ticket.status === 'paused' || ticket.hold !== null;
  const resumed = stands ? await client.call('resumeTicket', { params }) : ticket;
  if (budgetMicros === undefined || budgetMicros <= ticket.cost.limitMicros) return resumed;
  return client.call('setBudget', { params, body: { limitMicros: budgetMicros } });
}
