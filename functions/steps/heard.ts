/** What a forge told by webhook, carried out: the event finds the projects that it concerns, `react` says what follows. */
import { z } from 'zod';
import { NotReady } from '#core/errors.ts';
import { eventOf } from '#core/events/event.ts';
import { byPerson } from '#core/forge/draft.ts';
import { Heard } from '#core/forge/heard.ts';
import { type Concern, type Reaction, react, titleOf } from '#core/forge/react.ts';
import { type Rework, reworkRows } from '#core/forge/rework.ts';
import { Sha } from '#core/id.ts';
import { networkObstacles } from '#core/project/networks.ts';
import { NetworkPolicy, type Project } from '#core/project/project.ts';
import { ticketExecution } from '#core/ticket/execution.ts';
import { newTicket } from '#core/ticket/submit.ts';
import { type Ticket, ticketName } from '#core/ticket/ticket.ts';
import { type Desk, moveTicket, type Step, step, tell } from './desk.ts';
import { freeName } from './follow.ts';

/** What whoever heard it found to be in the way of tickets: no part of what was heard, so not of the step's key either. */
const Now = z.object({
  obstacles: z.array(z.string()),
  /** Policies that sandboxes can be started for. */
  networks: z.array(NetworkPolicy),
});

const heard = z.looseObject({
  event: Heard,
  now: Now.default({ obstacles: [], networks: NetworkPolicy.options }),
});

/**
 * The step's key is the delivery's id: GitHub delivers at least once, and a person can have it deliver again. Throws
 * `NotReady` for a ticket that something stands in the way of; then nothing was heard, and the same delivery is heard anew.
 */
const hear = step(heard, async ({ event, now: { obstacles: general, networks } }, desk) => {
  const did: string[] = [];
  const tickets: string[] = [];
  for (const project of await projectsOf(event, desk)) {
    const obstacles = [...general, ...networkObstacles(project, networks)];
    const concern = { ...(await concernOf(event, project, desk)), obstacles };
    for (const reaction of react(event, concern)) {
      const done = await carryOut(desk, event, concern, reaction);
      did.push(done.did);
      if (done.ticket !== undefined) tickets.push(done.ticket);
    }
  }
  return { did: did.length === 0 ? ['No project has this repository.'] : did, tickets };
});

async function projectsOf(event: Heard, { tx }: Desk): Promise<Project[]> {
  if (event.type === 'access' && event.repos === null) {
    const owner = event.owner.toLowerCase();
    return (await tx.projects.list()).filter(({ repo }) => repo.toLowerCase().startsWith(owner));
  }
  const repos =
    event.type === 'access' ? (event.repos ?? []) : [event.type === 'renamed' ? event.from : event.repo];
  const found = await Promise.all(repos.map((repo) => tx.projects.byRepo(repo)));
  return found.flatMap((project) => project ?? []);
}

function whichPull(event: Heard): { readonly number: number } | { readonly branch: string } | null {
  if (event.type === 'checked' || event.type === 'branch-deleted') return { branch: event.branch };
  if (event.type === 'asked') return event.pull === null ? null : { number: event.pull };
  return 'number' in event ? { number: event.number } : null;
}

async function concernOf(event: Heard, project: Project, { tx }: Desk): Promise<Omit<Concern, 'obstacles'>> {
  const which = whichPull(event);
  const pull = which && (await tx.pulls.ofProject(project.id, which));
  const ticket = pull && (await tx.tickets.get(pull.ticketId));
  const under = await tx.tickets.list({
    projectId: project.id,
    status: ['running', 'waiting', 'paused'],
    limit: 200,
  });
  return {
    project,
    work: pull && ticket ? { pull, ticket, tasks: await tx.tasks.list(ticket.id) } : null,
    strangers: under.filter(({ tainted }) => tainted).length,
    twin: (event.type === 'asked' && under.find((one) => asksTheSame(event, one))) || null,
  };
}

/** Two deliveries of one wish, such as the label beside the command; another wish on the same issue is another ticket. */
function asksTheSame(event: Extract<Heard, { type: 'asked' }>, { source, title }: Ticket): boolean {
  return source === event.url && title === titleOf(event);
}

interface Done {
  readonly did: string;
  /** The name of a ticket that came of it. */
  readonly ticket?: string;
}

async function carryOut(desk: Desk, event: Heard, concern: Concern, reaction: Reaction): Promise<Done> {
  const by = 'by' in event ? event.by : 'the forge';
  switch (reaction.type) {
    case 'nothing':
      return { did: reaction.why };
    case 'hold-back':
      throw new NotReady(reaction.obstacles.join(' '), { obstacles: reaction.obstacles });
    case 'project':
      return changeProject(desk, concern.project, reaction.change, by);
    case 'submit':
      return submit(desk, concern.project, reaction);
    case 'pull':
      return movePull(desk, concern, reaction, by);
    case 'draft':
      return turnDraft(desk, concern, reaction.draft, by);
    case 'rework':
      return rework(desk, concern, reaction, by);
    default:
      return reaction satisfies never;
  }
}

async function changeProject(
  desk: Desk,
  project: Project,
  change: Extract<Reaction, { type: 'project' }>['change'],
  by: string,
): Promise<Done> {
  const { tx, newId, at } = desk;
  if ('repo' in change && (await freeName(desk, project, change.repo)) !== change.repo)
    return { did: `Another project is connected as ${change.repo} already.` };
  await tx.projects.update({ ...project, ...change });
  const telling = { newId, at, projectId: project.id, ticketId: null, actor: 'platform' };
  await tx.outbox.append([eventOf(telling, project.id, 'project.updated.v1', { name: project.name })]);
  const mended = !('trouble' in change) || change.trouble === null;
  const held = { projectId: project.id, held: true, status: ['waiting'], limit: 200 } as const;
  for (const ticket of mended ? await tx.tickets.list(held) : [])
    await moveTicket(desk, ticket, { type: 'release' }, { by });
  return { did: `${project.name} was changed.` };
}

async function submit(
  desk: Desk,
  project: Project,
  { title, description, tainted, source }: Extract<Reaction, { type: 'submit' }>,
): Promise<Done> {
  const { tx, newId, at } = desk;
  const id = newId('ticket');
  const number = await tx.tickets.nextNumber();
  const ticket = newTicket(project, {
    ...{ id, number, title, description, tainted, source, at },
    gates: project.gates,
  });
  await tx.tickets.insert(ticket);
  await tx.ledger.open(id, project.budgetMicros);
  await tell(desk, ticket, id, 'ticket.submitted.v1', { number, title });
  return { did: `${ticketName(number)} was submitted.`, ticket: ticketName(number) };
}

async function movePull(
  desk: Desk,
  { work }: Concern,
  { state, mergeCommit }: Extract<Reaction, { type: 'pull' }>,
  by: string,
): Promise<Done> {
  if (work === null) return { did: 'There is no pull request.' };
  const { pull, ticket } = work;
  const { id: pullRequestId } = pull;
  const commit = mergeCommit === null ? null : Sha.parse(mergeCommit);
  await desk.tx.pulls.update({ ...pull, state, mergeCommit: commit });
  if (commit !== null) await tell(desk, ticket, pull.id, 'pull.merged.v1', { pullRequestId, commit, by });
  else if (state === 'closed') await tell(desk, ticket, pull.id, 'pull.closed.v1', { pullRequestId, by });
  else await tell(desk, ticket, pull.id, 'pull.reopened.v1', { pullRequestId, by });
  return { did: `Pull request #${pull.number} is ${state}.` };
}

async function turnDraft(desk: Desk, { work }: Concern, draft: boolean, by: string): Promise<Done> {
  if (work === null) return { did: 'There is no pull request.' };
  const { pull, ticket } = work;
  const { id: pullRequestId, number } = pull;
  await desk.tx.pulls.update({ ...pull, ...byPerson(draft, by) });
  await tell(desk, ticket, pull.id, draft ? 'pull.drafted.v1' : 'pull.readied.v1', {
    ...{ pullRequestId, number, by },
  });
  return { did: `Pull request #${number} is ${draft ? 'a draft' : 'ready'}.` };
}

async function rework(
  desk: Desk,
  { work }: Concern,
  { why, tasks }: Extract<Reaction, { type: 'rework' }>,
  by: string,
): Promise<Done> {
  if (work === null) return { did: 'There is no pull request.' };
  const keys = await addTasks(desk, work, tasks);
  // At work already: the scheduler, or the check before the delivery, sees the new tasks. Its row is written all the same,
  // so that whoever completes it at this moment has to read again.
  const atWork = work.ticket.status !== 'completed';
  const ticket = atWork
    ? await desk.tx.tickets.update(work.ticket)
    : await moveTicket(desk, work.ticket, { type: 'reopen' });
  const execution = atWork ? null : ticketExecution(ticket);
  await tell(desk, ticket, ticket.id, 'ticket.reworked.v1', { why, by, tasks: keys, execution });
  return {
    did: `${ticketName(ticket.number)} goes on${keys.length === 0 ? '' : ` with ${keys.join(', ')}`}.`,
  };
}

async function addTasks(
  desk: Desk,
  { ticket, tasks: there }: NonNullable<Concern['work']>,
  added: readonly Rework[],
): Promise<string[]> {
  const rows = reworkRows(ticket.id, there, added, desk);
  for (const task of rows) {
    const { id: taskId, key, title } = task;
    await desk.tx.tasks.insert(task);
    await tell(desk, ticket, taskId, 'task.planned.v1', { taskId, key, title });
  }
  return rows.map(({ key }) => key);
}

/** Called by the webhooks function, and by the API when a person has it look. */
export const heardActs = { 'forge.hear': hear } satisfies Record<string, Step>;
